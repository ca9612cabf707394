import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startChild } from '../support/child.ts';
import { APP_SECRET, startPlatforms, type Platforms } from '../support/platforms.ts';
import { makeShop, MAPPING, VENDOR } from '../support/service.ts';
import { type Callers, createCallers } from './callers.ts';
import type { Evidence, Told } from './evidence.ts';
import { makePlan, PEOPLE, type Plan, type PlannedRound } from './plan.ts';
import type { ChaosLedger } from './rows.ts';
import { createServiceRuns, type ServiceRuns } from './runs.ts';

/** Nothing listens there: every connection is refused. */
const NOWHERE = 'http://127.0.0.1:1';
/** Long enough for PostgreSQL's leases of dead instances to run out. */
const QUIET_WITHIN_MS = 60_000;

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
}

/** Ends a service again and again while people talk to it, lets it come to rest, and collects what was to be seen. */
export async function runChaos({ seed, rounds, openLedger, onRound }: ChaosOptions): Promise<ChaosRun> {
  const plan = makePlan(seed, rounds);
  await using parts = new AsyncDisposableStack();
  const platforms = await startPlatforms();
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
  const callers = createCallers(services, platforms);
  const env = { ...shop.env, ...ledger.env, LIANTUOFU_URL: vendor.url };
  const stage: Stage = { env, services, callers, platforms };
  for (const [index, round] of plan.rounds.entries()) {
    await playRound(stage, round);
    onRound?.(index);
  }
  await comeToRest(stage, plan, ledger);

  const evidence: Evidence = {
    messages: [...plan.rounds.flatMap(({ messages }) => messages), ...plan.last],
    runs: services.runs,
    deliveries: callers.deliveries,
    told: [...callers.told, ...toldLate(platforms, services)],
    books: await vendor.books(),
    rows: await ledger.rows(),
  };
  return { evidence, dataDir: shop.dataDir, clear: shop.clear };
}

async function playRound({ env, services, callers, platforms }: Stage, round: PlannedRound): Promise<void> {
  if (round.trouble !== null) platforms.misbehave(round.trouble.endpoint, round.trouble.how, round.trouble.times);
  const service = services.start({ ...env, ...(round.vendorDown ? { LIANTUOFU_URL: NOWHERE } : {}) });
  if (round.from === 'listening') await service.listening;
  // Each comes at its time, also when the service is gone by then: the platforms do not know.
  for (const message of round.messages) setTimeout(() => callers.say(message), message.atMs);
  await sleep(round.afterMs);
  await service.end(round.end);
}

/** The final start, in peace: what can still be told gets the time for it. */
async function comeToRest(
  { env, services, callers, platforms }: Stage,
  plan: Plan,
  ledger: ChaosLedger,
): Promise<void> {
  for (const endpoint of ['token', 'wecom-app', 'wecom-bot', 'dingtalk'] as const) platforms.misbehave(endpoint, 0, 0);
  const service = services.start(env);
  await service.listening;
  for (const message of plan.last) callers.say(message);
  const until = Date.now() + QUIET_WITHIN_MS;
  while (Date.now() < until && (callers.busy() > 0 || (await isSomethingDue(ledger)))) await sleep(200);
  await callers.stop();
  await service.end('term');
}

/** Replies that wait for a later time, such as the bot's, are left waiting. */
async function isSomethingDue(ledger: ChaosLedger): Promise<boolean> {
  const rows = await ledger.rows();
  return rows.some(({ state, replyState, replyDue }) => {
    const dueSoon = replyState === 'queued' && (replyDue ?? 0) < Date.now() + 1_000;
    return state === 'pending' || replyState === 'open' || dueSoon;
  });
}

function toldLate({ delivered }: Platforms, { runs }: ServiceRuns): Told[] {
  return delivered.map(({ channel, to, text, acknowledged, at }, index) => ({
    channel,
    way: 'late',
    message: channel === 'wecom-app' ? null : to,
    bubble: `late ${index}`,
    text,
    acknowledged,
    sentAt: at,
    at,
    run: runs.findLastIndex(({ startedAt }) => startedAt <= at),
  }));
}

function chaosMapping() {
  const store = MAPPING.stores[0]?.code;
  const users = Object.entries(PEOPLE).flatMap(([channel, names]) =>
    names.map((name) => `${channel === 'dingtalk' ? 'dingtalk' : 'wecom'}:${name}`),
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
