import type { Problem } from './problems.ts';
import { isLoopback } from '../loopback.ts';
import type { BotSettings, PlatformSettings } from '../platforms/bot-settings.ts';
import { BOT_SETTINGS } from '../platforms/settings.ts';
import type { SettingName } from './settings.ts';

const VENDOR: readonly SettingName[] = ['LIANTUOFU_APP_ID', 'LIANTUOFU_KEY'];

const PLATFORMS: readonly PlatformSettings<SettingName>[] = Object.values(BOT_SETTINGS);
const BOTS: readonly BotSettings<SettingName>[] = PLATFORMS.flatMap(({ bots }) => bots);

/** Tuning (time-out, consume source) is left out: it is useful in the sandbox too and points at nothing real. */
const LIVE_ONLY: readonly SettingName[] = [
  ...VENDOR,
  'LIANTUOFU_URL',
  ...PLATFORMS.flatMap(({ liveOnly }) => liveOnly),
  ...BOTS.flatMap(({ impliedBy }) => impliedBy),
];

/**
 * What is half present, and what the sandbox forbids. Judges the settings as they were typed, so that this can be told
 * together with what is malformed.
 */
export function presenceProblems(set: Readonly<Record<string, string>>): Problem[] {
  const has = (name: SettingName) => set[name] !== undefined;
  const meantLive = LIVE_ONLY.find(has);
  if (meantLive === undefined && set['NODE_ENV'] !== 'production') return sandboxProblems(set['HOST']);

  const problems: Problem[] = [];
  const missing = (name: SettingName, message: string) => {
    if (!problems.some((problem) => problem.name === name)) problems.push({ name, message });
  };
  for (const name of VENDOR.filter((name) => !has(name))) problems.push(missingVendor(name, meantLive));
  for (const { name: bot, needs, impliedBy, pairs, conflicts = [] } of BOTS) {
    const by = impliedBy.find(has);
    if (by === undefined) continue;
    for (const name of needs.filter((name) => !has(name)))
      missing(name, `is missing: ${bot} needs it. Set it, or take ${by} out`);
    for (const { where, is = set[where], needs: name, message } of pairs)
      if (has(where) && set[where] === is && !has(name)) missing(name, message);
    for (const { where, not: name, message } of conflicts)
      if (has(where) && has(name)) problems.push({ name, message });
  }
  if (VENDOR.every(has) && !BOTS.some(({ impliedBy }) => impliedBy.some(has)))
    problems.push({
      name: Object.keys(BOT_SETTINGS)
        .map((platform) => `${platform.toUpperCase()}_…`)
        .join(' / '),
      message: `no channel is on. Set ${BOTS.map(({ needs }) => needs.join(' + ')).join(', or ')}`,
    });
  return problems;
}

function missingVendor(name: SettingName, meantLive: SettingName | undefined): Problem {
  const why =
    meantLive === undefined
      ? 'NODE_ENV is production, which never runs the sandbox. Set it'
      : `${meantLive} is set, so this is meant to run live. Set it, or take every live setting out for the sandbox`;
  return { name, message: `is missing: ${why}` };
}

/** The sandbox lets every visitor redeem, so it must not be reachable from elsewhere. */
function sandboxProblems(host: string | undefined): Problem[] {
  if (host === undefined || isLoopback(host)) return [];
  const message =
    'must be this machine (127.0.0.1, ::1, localhost) in the sandbox. Take it out, or add the LIANTUOFU_… settings to run live';
  return [{ name: 'HOST', message }];
}
