import type { Problem } from './problems.ts';
import { isLoopback } from '../loopback.ts';
import type { SettingName } from './settings.ts';

const VENDOR: readonly SettingName[] = ['LIANTUOFU_APP_ID', 'LIANTUOFU_KEY'];

const CHANNELS = [
  {
    path: '/wecom/app',
    needs: ['WECOM_CORP_ID', 'WECOM_APP_TOKEN', 'WECOM_APP_AES_KEY'],
    // The corp id says nothing about the app: it may be set beside the bot alone.
    impliedBy: ['WECOM_APP_AGENT_ID', 'WECOM_APP_SECRET', 'WECOM_APP_TOKEN', 'WECOM_APP_AES_KEY'],
  },
  {
    path: '/wecom/bot',
    needs: ['WECOM_BOT_TOKEN', 'WECOM_BOT_AES_KEY'],
    impliedBy: ['WECOM_BOT_TOKEN', 'WECOM_BOT_AES_KEY'],
  },
  {
    path: '/dingtalk',
    needs: ['DINGTALK_APP_SECRET'],
    impliedBy: ['DINGTALK_APP_SECRET', 'DINGTALK_ROBOT_CODE', 'DINGTALK_CORP_ID'],
  },
] as const;

/** Tuning (time-out, consume source) is left out: it is useful in the sandbox too and points at nothing real. */
const LIVE_ONLY: readonly SettingName[] = [
  ...VENDOR,
  'LIANTUOFU_URL',
  'WECOM_CORP_ID',
  'WECOM_API_URL',
  'DINGTALK_API_URL',
  'DINGTALK_WEBHOOK_HOSTS',
  ...CHANNELS.flatMap(({ impliedBy }) => impliedBy),
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
  for (const name of VENDOR.filter((name) => !has(name))) problems.push(missingVendor(name, meantLive));
  for (const { path, needs, impliedBy } of CHANNELS) {
    const by = impliedBy.find(has);
    if (by === undefined) continue;
    for (const name of needs.filter((name) => !has(name)))
      problems.push({ name, message: `is missing: ${path} needs it. Set it, or take ${by} out` });
  }
  if (has('WECOM_APP_SECRET') && !has('WECOM_APP_AGENT_ID'))
    problems.push({
      name: 'WECOM_APP_AGENT_ID',
      message: 'is missing: WECOM_APP_SECRET needs it to send. Set it to the AgentId of the app',
    });
  if (VENDOR.every(has) && !CHANNELS.some(({ impliedBy }) => impliedBy.some(has)))
    problems.push({
      name: 'WECOM_… / DINGTALK_…',
      message: `no channel is on. Set ${CHANNELS.map(({ needs }) => needs.join(' + ')).join(', or ')}`,
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

/** The sandbox lets anybody redeem, so it must not be reachable from elsewhere. */
function sandboxProblems(host: string | undefined): Problem[] {
  if (host === undefined || isLoopback(host)) return [];
  const message =
    'must be this machine (127.0.0.1, ::1, localhost) in the sandbox. Take it out, or add the LIANTUOFU_… settings to run live';
  return [{ name: 'HOST', message }];
}
