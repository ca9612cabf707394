import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startChild } from '../support/child.ts';
import { FEISHU_ENDPOINTS } from '../support/gateways/feishu.ts';
import { APP_SECRET, ENDPOINTS, startPlatforms, type Platforms } from '../support/platforms.ts';
import { DINGTALK_CLIENT_ID, makeShop, MAPPING, VENDOR } from '../support/service.ts';
import { type Callers, createCallers } from './callers.ts';
import type { Evidence, Told } from './evidence.ts';
import { runAt, startFrames, type Frames } from './frames.ts';
import {
  CHANNELS,
  makePlan,
  PEOPLE,
  type Disturbance,
  type Plan,
  type PlannedRound,
  type Setup,
  type Trouble,
} from './plan.ts';
import type { ChaosLedger } from './rows.ts';
import { createServiceRuns, type ServiceRuns } from './runs.ts';

/** Nothing listens there: every connection is refused. */
const NOWHERE = 'http://127.0.0.1:1';
/** Long enough for PostgreSQL's leases of dead instances to run out. */
const QUIET_WITHIN_MS = 60_000;
/** Another service may have a bot's only connection for so long after one has died. */
const CONNECTED_WITHIN_MS = 30_000;
/** Of a gateway. */
const AWAY_MS = 800;
const REDELIVER_AFTER_MS = 1_500;
const CLOSE_AFTER_MS = 1_000;
/** An errcode with which WeCom refuses what it says in a form of its own. */
const WRONG_FORM: ReadonlySet<number | null> = new Set([40008, 40058, 45002]);

const Books = z.object({
  consumptions: z.array(
    z.object({
      card: z.string(),
      count: z.number(),
      remark: z.string(),
      store: z.string(),
      employeeId: z.number().nullable(),
      at: z.number(),
    }),
  ),
  calls: z.array(
    z.object({ params: z.record(z.string(), z.string()), refused: z.string().nullable(), at: z.number() }),
  ),
  balances: z.record(z.string(), z.number()),
});

export interface ChaosOptions {
  readonly seed: number;
  readonly rounds: number;
  /** Makes the ledger for a service that keeps its files in `dataDir`. */
  readonly openLedger: (dataDir: string) => ChaosLedger | Promise<ChaosLedger>;
  readonly onRound?: (round: number) => void;
}

export interface ChaosRun {
  readonly evidence: Evidence;
  /** The service's DATA_DIR and log, until `clear`. */
  readonly dataDir: string;
  clear(): Promise<void>;
}

interface Stage {
  readonly env: Record<string, string>;
  readonly services: ServiceRuns;
  readonly callers: Callers;
  readonly platforms: Platforms;
  readonly frames: Frames;
  readonly ledger: ChaosLedger;
}

/** Ends a service again and again while people talk to it, lets it come to rest, and collects what was to be seen. */
export async function runChaos({ seed, rounds, openLedger, onRound }: ChaosOptions): Promise<ChaosRun> {
  const plan = makePlan(seed, rounds);
  await using parts = new AsyncDisposableStack();
  const frames = await startFrames();
  parts.defer(() => frames.wecom.close());
  parts.defer(() => frames.feishu.close());
  const platforms = await startPlatforms({
    dingtalk: {
      redeliverAfterMs: REDELIVER_AFTER_MS,
      closeAfterMs: CLOSE_AFTER_MS,
      onPush: (id) => frames.sent(id),
      onConfirmed: (id) => frames.taken(id),
    },
  });
  parts.defer(() => platforms.close());
  const shop = await makeShop(NOWHERE, {
    WECOM_APP_SECRET: APP_SECRET,
    WECOM_API_URL: platforms.url,
    DINGTALK_WEBHOOK_HOSTS: platforms.host,
    LIANTUOFU_TIMEOUT_MS: '1500',
    USER_LINES_PER_MINUTE: '1000000',
  });
  const mappingFile = join(shop.dataDir, 'mapping.json');
  await writeFile(mappingFile, JSON.stringify(chaosMapping(), null, 2));
  const vendor = await startVendor(shop.dataDir, plan, seed);
  parts.defer(() => vendor.end());
  const ledger = await openLedger(shop.dataDir);
  parts.defer(() => ledger.close());
  if (ledger.env['DATABASE_URL'] !== undefined) await importMapping({ ...shop.env, ...ledger.env }, mappingFile);

  const services = createServiceRuns(join(shop.dataDir, 'service.log'));
  parts.defer(() => services.kill());
  const callers = createCallers(services, platforms, frames);
  const env = { ...shop.env, ...ledger.env, LIANTUOFU_URL: vendor.url };
  const stage: Stage = { env, services, callers, platforms, frames, ledger };
  for (const [index, round] of plan.rounds.entries()) {
    await playRound(stage, round);
    onRound?.(index);
  }
  await comeToRest(stage, plan);

  const messages = [...plan.rounds.flatMap((round) => round.messages), ...plan.last];
  const ids = new Set(messages.map(({ id }) => id));
  const evidence: Evidence = {
    messages,
    runs: services.runs,
    deliveries: [...callers.deliveries, ...frames.deliveries(services.runs)],
    told: [...callers.told, ...frames.told(services.runs), ...toldLate(platforms, services, ids)],
    complaints: [
      ...frames.feishu.complaints.map((complaint) => `Feishu: ${complaint}`),
      ...platforms.dingtalk.problems.map((problem) => `DingTalk: ${problem}`),
      ...frames.wecom.commands
        .filter(({ errcode }) => WRONG_FORM.has(errcode))
        .map((command) => `WeCom: ${JSON.stringify(command)}`),
    ],
    books: await vendor.books(),
    rows: await ledger.rows(),
  };
  return { evidence, dataDir: shop.dataDir, clear: shop.clear };
}

async function playRound(stage: Stage, round: PlannedRound): Promise<void> {
  const { services, callers, ledger } = stage;
  for (const trouble of round.troubles) cause(stage, trouble);
  callers.follow(round.setup);
  if (round.endsLeases) await ledger.endLeases();
  const vendor = round.vendorDown ? { LIANTUOFU_URL: NOWHERE } : {};
  const service = services.start({ ...settingsFor(stage, round.setup), ...vendor });
  if (round.from === 'listening') await service.listening;
  for (const disturbance of round.disturbances) setTimeout(() => disturb(stage, disturbance), disturbance.atMs);
  // Each comes at its time, also when the service is gone by then: the platforms do not know.
  for (const message of round.messages) setTimeout(() => callers.say(message), message.atMs);
  await sleep(round.afterMs);
  await service.end(round.end);
}

/** The settings with which the service is reached as in `setup`. Another bot is added here, in `Setup` and in `callers.ts`. */
function settingsFor({ env, platforms, frames }: Stage, { transports, dingtalkApi }: Setup): Record<string, string> {
  const { WECOM_BOT_TOKEN = '', WECOM_BOT_AES_KEY = '', ...shared } = env;
  const { wecom } = frames;
  const bot =
    transports['wecom-bot'] === 'webhook'
      ? { WECOM_BOT_TOKEN, WECOM_BOT_AES_KEY }
      : { WECOM_BOT_ID: wecom.botId, WECOM_BOT_SECRET: wecom.secret, WECOM_SOCKET_URL: wecom.url };
  const mode = transports.dingtalk === 'webhook' ? 'http' : 'stream';
  const robot = { DINGTALK_CLIENT_ID, DINGTALK_MODE: mode, DINGTALK_API_URL: platforms.url };
  const { appId, appSecret, encryptKey, verificationToken } = frames.feishu.keys;
  const callbacks = { FEISHU_ENCRYPT_KEY: encryptKey, FEISHU_VERIFICATION_TOKEN: verificationToken };
  const feishu = { FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret, FEISHU_API_URL: frames.feishu.url };
  return {
    ...shared,
    ...bot,
    ...(dingtalkApi ? robot : {}),
    ...feishu,
    ...(transports.feishu === 'webhook' ? callbacks : {}),
  };
}

function cause({ platforms, frames }: Stage, trouble: Trouble): void {
  if ('endpoint' in trouble) platforms.misbehave(trouble.endpoint, trouble.how, trouble.times);
  else if ('feishu' in trouble) frames.feishu.misbehave(trouble.feishu, trouble.how, trouble.times);
  else if (typeof trouble.how === 'number') frames.wecom.refuse(trouble.command, trouble.how);
  else if (trouble.how === 'taken') frames.wecom.loseAck(trouble.command);
  else frames.wecom.cut(trouble.command, trouble.how === 'cut' ? 'before' : 'after');
}

function disturb({ platforms, frames }: Stage, { channel, how }: Disturbance): void {
  const { wecom } = frames;
  if (channel === 'dingtalk') {
    if (how === 'announce') platforms.dingtalk.announceEnd();
    else platforms.dingtalk.cut();
    return;
  }
  if (channel === 'feishu') {
    frames.feishu.lines.drop();
    return;
  }
  frames.cutting();
  if (how === 'kick') wecom.kick();
  else if (how === 'lose-session') wecom.loseSession();
  else wecom.drop();
  if (how !== 'away') return;
  wecom.setAway(true);
  setTimeout(() => wecom.setAway(false), AWAY_MS);
}

/** The final start, in peace: what can still be told gets the time for it. */
async function comeToRest(stage: Stage, plan: Plan): Promise<void> {
  const { services, callers, platforms, frames, ledger } = stage;
  for (const endpoint of ENDPOINTS) platforms.misbehave(endpoint, 0, 0);
  for (const endpoint of FEISHU_ENDPOINTS) frames.feishu.misbehave(endpoint, 0, 0);
  frames.wecom.behave();
  callers.follow(plan.lastSetup);
  const service = services.start(settingsFor(stage, plan.lastSetup));
  await service.listening;
  const connecting = Date.now() + CONNECTED_WITHIN_MS;
  while (Date.now() < connecting && !isConnected(stage, plan.lastSetup)) await sleep(100);
  for (const message of plan.last) callers.say(message);
  const until = Date.now() + QUIET_WITHIN_MS;
  while (Date.now() < until && (callers.busy() > 0 || (await isSomethingDue(ledger)))) await sleep(200);
  await callers.stop();
  await service.end('term');
}

function isConnected({ platforms, frames }: Stage, { transports }: Setup): boolean {
  const isReady = {
    'wecom-app': true,
    'wecom-bot': frames.wecom.isSubscribed(),
    dingtalk: platforms.dingtalk.connected() > 0,
    feishu: frames.feishu.lines.open() > 0,
  };
  return CHANNELS.every((channel) => transports[channel] === 'webhook' || isReady[channel]);
}

/** Replies that wait for a later time, such as the bot's, are left waiting. */
async function isSomethingDue(ledger: ChaosLedger): Promise<boolean> {
  const rows = await ledger.rows();
  return rows.some(({ state, replyState, replyDue }) => {
    const dueSoon = replyState === 'queued' && (replyDue ?? 0) < Date.now() + 1_000;
    return state === 'pending' || replyState === 'open' || dueSoon;
  });
}

function toldLate({ delivered }: Platforms, { runs }: ServiceRuns, messages: ReadonlySet<string>): Told[] {
  return delivered.map(({ channel, to, text, acknowledged, at }, index) => ({
    channel,
    way: 'late',
    // Otherwise it went to a person or a group.
    message: messages.has(to) ? to : null,
    bubble: `late ${index}`,
    text,
    acknowledged,
    sentAt: at,
    at,
    run: runAt(runs, at),
  }));
}

function chaosMapping() {
  const store = MAPPING.stores[0]?.code;
  const users = Object.entries(PEOPLE).flatMap(([channel, names]) =>
    names.map((name) => `${channel.split('-')[0] ?? ''}:${name}`),
  );
  return { stores: MAPPING.stores, staff: users.map((user) => ({ user, name: user, store, role: 'staff' })) };
}

/** With PostgreSQL the mapping is kept there; without it all people would be unbound. */
async function importMapping(env: Record<string, string>, file: string): Promise<void> {
  const tool = startChild('src/tools/mapping.ts', env, ['import', file]);
  if ((await tool.exited) !== 0) throw new Error(`the mapping could not be imported: ${tool.errors()}`);
}

async function startVendor(dataDir: string, { cards }: Plan, seed: number) {
  const path = join(dataDir, 'cards.json');
  await writeFile(path, JSON.stringify(cards));
  const { appId, key } = VENDOR;
  const args = ['--app-id', appId, '--key', key, '--cards', path, '--chaos', String(seed)];
  const child = startChild('src/sandbox/vendor-main.ts', {}, args);
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(await child.line((line) => line.startsWith('{'))));
  return {
    url,
    books: async () => Books.parse(await (await fetch(`${url}/__books`)).json()),
    async end() {
      await child.end('SIGTERM');
    },
  };
}
