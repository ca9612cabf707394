/**
 * The real program under the load that the groups' robots must bear, at the platforms' real pace (about six minutes):
 * `npm run notify:load`. A thousand redemptions in a minute over five stores, a SIGKILL in the middle, one robot revoked
 * and one that answers 500 for two minutes. Exit code 1 when a line is missing, told twice without a crash, or a robot
 * was told to be slower.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { SandboxCard } from '../../src/sandbox/cards.ts';
import type { GroupRobot } from '../../src/sandbox/robot-rules.ts';
import { addressOf, startSimulatedRobots, type Shown } from '../../src/sandbox/robots.ts';
import { startSimulatedVendor } from '../../src/sandbox/vendor.ts';
import { readArguments } from '../../src/tools/arguments.ts';
import { sayToApp } from '../support/chats.ts';
import { makeShop, startServiceProcess, VENDOR } from '../support/service.ts';

const USAGE = `npm run notify:load
  a thousand redemptions in a minute over five stores, told to simulated group robots (about six minutes)`;

readArguments(USAGE, {});

const REDEMPTIONS = 1_000;
const WITHIN_MS = 60_000;
const TROUBLE_MS = 120_000;
const EVENTS = ['succeeded', 'refused', 'unknown', 'settled'];

const robot = (platform: GroupRobot['platform'], key: string): GroupRobot => ({
  platform,
  key,
  ...(platform === 'wecom' ? {} : { secret: `SEC${key}`, keyword: '核销' }),
  group: key,
});
const OWN = [
  robot('wecom', 'w1'),
  robot('dingtalk', 'd1'),
  robot('feishu', 'f1'),
  robot('wecom', 'revoked'),
  robot('dingtalk', 'failing'),
] as const;
const [, , , REVOKED, FAILING] = OWN;
const HEAD_OFFICE = robot('feishu', 'head');

const shown: Shown[] = [];
const robots = await startSimulatedRobots({ robots: [...OWN, HEAD_OFFICE], onShown: (each) => void shown.push(each) });
const vendor = await startSimulatedVendor({ ...VENDOR, cards: Array.from({ length: 2 * REDEMPTIONS }, toCard) });
const shop = await makeShop(vendor.url, {
  USER_LINES_PER_MINUTE: '1000000',
  ROBOT_HOSTS: new URL(robots.url).host,
  DAILY_SUMMARY_AT: 'off',
  // Cards without times left are then refused by the vendor, and not before.
  LIANTUOFU_CARD_DETAIL: 'off',
});

function toCard(_: unknown, index: number): SandboxCard {
  const number = `9150${String(index).padStart(14, '0')}`;
  const balance = index % 10 === 7 ? 0 : 20;
  return { card: number, label: '', balance, expired: false, manner: 'normal', dynamicCode: null };
}

const entryOf = (of: GroupRobot) => ({
  robot: of.platform,
  url: addressOf(of, robots.url),
  events: EVENTS,
  ...(of.secret === undefined ? {} : { secret: of.secret }),
});

async function writeMapping(withRobots: boolean): Promise<void> {
  const stores = OWN.map((own, index) => ({
    code: `EW_N${index}`,
    name: `${index + 1}号店`,
    ...(withRobots ? { notify: [entryOf(own)] } : {}),
  }));
  const staff = stores.map(({ code }, index) => ({ user: `wecom:staff${index}`, name: `店员${index}`, store: code }));
  const mapping = { stores, staff, notify: withRobots ? [entryOf(HEAD_OFFICE)] : [] };
  await writeFile(join(shop.dataDir, 'mapping.json'), JSON.stringify(mapping));
}

let service = await startServiceProcess({ ...shop.env });

/** Says it, as WeCom would, until it is answered; resolves with the time that the first answered try took. */
async function say(index: number): Promise<{ readonly ms: number; readonly tries: number }> {
  const fields = { content: `核销 ${toCard(null, index).card} 1`, messageId: String(index), user: `staff${index % 5}` };
  for (let tries = 1; ; tries += 1) {
    const began = performance.now();
    const heard = await sayToApp(service.url, fields).catch(() => null);
    if (heard?.status === 200) return { ms: performance.now() - began, tries };
    await sleep(500);
  }
}

/** Redemptions at an even pace; `atHalf` happens in the middle. Resolves with the times of those that met no crash. */
async function redeem(from: number, to: number, withinMs: number, atHalf?: () => Promise<void>): Promise<number[]> {
  const said: Promise<{ readonly ms: number; readonly tries: number }>[] = [];
  for (let index = from; index < to; index += 1) {
    said.push(say(index));
    if (index === Math.floor((from + to) / 2)) void atHalf?.();
    await sleep(withinMs / (to - from));
  }
  const all = await Promise.all(said);
  return all.filter(({ tries }) => tries === 1).map(({ ms }) => ms);
}

async function waiting(): Promise<number> {
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^notifications_waiting (\d+)/mu.exec(metrics)?.[1] ?? Number.NaN);
}

function percentiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms (${times.length} redemptions)`;
}

const say1 = (line: string) => process.stdout.write(`${line}\n`);

await writeMapping(false);
await sleep(3_000);
const without = await redeem(REDEMPTIONS, 2 * REDEMPTIONS, WITHIN_MS);
say1(`without robots:  ${percentiles(without)}`);

robots.revoke(REVOKED);
robots.trouble(FAILING, 'html-500');
setTimeout(() => robots.trouble(FAILING, null), TROUBLE_MS);
await writeMapping(true);
await sleep(3_000);
const began = performance.now();
const withRobots = await redeem(0, REDEMPTIONS, WITHIN_MS, async () => {
  await service.end('SIGKILL');
  service = await startServiceProcess({ ...shop.env });
});
say1(`with robots:     ${percentiles(withRobots)}`);

const Row = z.object({ receipt: z.string(), store_code: z.string(), state: z.string() });
function rows() {
  const db = new DatabaseSync(join(shop.dataDir, 'ledger.db'), { readOnly: true, timeout: 5_000 });
  const all = db.prepare("select receipt, store_code, state from redemptions where card < ? and state != 'unsent'");
  const found = z.array(Row).parse(all.all(toCard(null, REDEMPTIONS).card));
  db.close();
  return found;
}
const redeemed = rows();
const ofRevoked = redeemed.filter(({ store_code }) => store_code === 'EW_N3').length;
while ((await waiting()) !== ofRevoked) await sleep(2_000);
say1(`all told after   ${Math.round((performance.now() - began) / 1000)} s, ${shown.length} messages`);

let wrong = 0;
for (const [index, of] of [...OWN, HEAD_OFFICE].entries()) {
  const hears = redeemed.filter(({ store_code }) => of === HEAD_OFFICE || store_code === `EW_N${index}`);
  const texts = shown.filter((each) => each.robot === of).map(({ text }) => text);
  const told = hears.map(({ receipt }) => texts.filter((text) => text.includes(receipt)).length);
  const missing = told.filter((times) => times === 0).length;
  const twice = hears.filter((_, at) => (told[at] ?? 0) > 1);
  const inOneMessage = texts.some((text) => twice.every(({ receipt }) => text.includes(receipt)));
  const throttled = robots.throttled(of);
  say1(
    `${of.key.padEnd(8)} ${of.platform.padEnd(8)} hears ${hears.length}, missing ${missing}, twice ${twice.length}, messages ${texts.length}, told to be slower ${throttled}`,
  );
  if (of === REVOKED ? texts.length > 0 : missing > 0) wrong += 1;
  if (throttled > 0 || (twice.length > 0 && (!inOneMessage || of.platform === 'dingtalk'))) wrong += 1;
}
say1(
  `redemptions      ${redeemed.length}, ${[...Map.groupBy(redeemed, ({ state }) => state)].map(([state, all]) => `${state} ${all.length}`).join(', ')}`,
);
say1(`violations       ${wrong}`);

await service.end('SIGTERM');
await vendor.close();
await robots.close();
await shop.clear();
process.exitCode = wrong === 0 ? 0 : 1;
