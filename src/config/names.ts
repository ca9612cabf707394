import { distance } from 'fastest-levenshtein';
import type { Problem } from './problems.ts';
import { SETTING_NAMES, type SettingName } from './settings.ts';

/** Where a name stands. A `.env` file is written for this program; the environment is full of other programs' names. */
export type NamePlace = '.env' | 'environment';

const OURS = /^(?:LIANTUOFU|WECOM|DINGTALK|FEISHU|CONFIRM)_/iu;
const KNOWN: ReadonlySet<string> = new Set(SETTING_NAMES);

/** A name without what people mix up: case, and the signs between its words. */
const bare = (name: string) => name.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
const BARE = SETTING_NAMES.map((setting) => ({ setting, bare: bare(setting) }));

/**
 * Names that look like ours and are not. Unnoticed, they would leave a setting at its default: the sandbox where live
 * was meant (`LIANTOUFU_KEY`), a ledger of its own where a shared one was (`DATABASE_URI`), no manager (`ADMIN`).
 */
export function nameProblems(names: readonly string[], place: NamePlace): Problem[] {
  return names
    .filter((name) => !KNOWN.has(name))
    .map((name) => ({ name, ...nearestTo(bare(name)) }))
    .filter(({ name, setting, slips }) => OURS.test(name) || slips <= allowed(setting, place))
    .map(({ name, setting }) => ({
      name,
      message: `is not a setting: did you mean ${setting}? Correct or remove it`,
    }));
}

/**
 * How much may be wrong with a name for it to be meant. Of HOST and PORT, in the environment, nothing but case and signs:
 * too many others are called almost so.
 */
function allowed(setting: SettingName, place: NamePlace): number {
  if (OURS.test(setting)) return 2;
  const isShort = setting.length < 6;
  return (isShort ? 0 : 1) + (place === '.env' ? 1 : 0);
}

function nearestTo(name: string): { readonly setting: SettingName; readonly slips: number } {
  const [first, ...others] = BARE.map((each) => ({ ...each, slips: slipsBetween(name, each.bare) }));
  if (first === undefined) throw new Error('there are no settings');
  return others.reduce((nearest, each) => (each.slips < nearest.slips ? each : nearest), first);
}

/** As Levenshtein counts, but two letters that changed places are one slip. */
function slipsBetween(name: string, meant: string): number {
  return isSwap(name, meant) ? 1 : distance(name, meant);
}

function isSwap(name: string, meant: string): boolean {
  const at = Array.from(name).findIndex((letter, index) => letter !== meant[index]);
  const swapped = name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2);
  return at >= 0 && swapped === meant;
}
