import { closest, distance } from 'fastest-levenshtein';
import type { Problem } from './problems.ts';
import { SETTING_NAMES } from './settings.ts';

const OURS = /^(?:LIANTUOFU|WECOM|DINGTALK|CONFIRM)_/iu;
const KNOWN: ReadonlySet<string> = new Set(SETTING_NAMES);
/** Shorter ones of ours are too much like other programs' names. */
const TELLING = SETTING_NAMES.filter((name) => OURS.test(name) || name.length > 10);

/** How much may be wrong with a name for it to be meant: of those without our prefix less, for others have such too. */
const slips = (setting: string) => (OURS.test(setting) ? 2 : 1);

/**
 * Names that look like ours and are not. A slip in the prefix itself (`LIANTOUFU_KEY`) counts too: unnoticed, it would
 * start the sandbox where live was meant, or (`DATABASE_URI`) keep a ledger of its own where a shared one was.
 */
export function nameProblems(names: readonly string[]): Problem[] {
  return names
    .filter((name) => !KNOWN.has(name))
    .map((name) => ({ name, nearest: closest(name.toUpperCase(), TELLING) }))
    .filter(({ name, nearest }) => OURS.test(name) || distance(name.toUpperCase(), nearest) <= slips(nearest))
    .map(({ name, nearest }) => ({
      name,
      message: `is not a setting; the nearest is ${nearest}. Correct or remove it`,
    }));
}
