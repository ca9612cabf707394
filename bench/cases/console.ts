import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync } from 'node:zlib';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { compare, load, VoidRun, type Side } from '../compare.ts';
import { visitConsole, type ConsoleVisit } from '../console-visit.ts';
import { growLedger } from '../ledger-rows.ts';
import { Stage, type ServiceSubject, type Vendor } from '../stage.ts';
import { median, percentile, spreadOf } from '../stats.ts';
import { jobFor, NO_FIGURES, type Case, type Effort, type Row } from './case.ts';
import { redeemRun } from './redeem.ts';

const ROWS = 1_000_000;
const QUICK_ROWS = 100_000;
/** What is on record of today, on both sides. */
const TODAY = 200;
/** How often each page is asked for on each side. */
const VISITS = 100;
const QUICK_VISITS = 30;
const WARM_UP = 5;
const GOALS = { p95Ms: 100, toEmpty: 1.5, bytes: 30_000, addedMs: 5 };

const PEOPLE = 10;
/** As long as somebody looks at a page who is in a hurry. */
const LOOKS_FOR_MS = 1_000;

/** As in a shop on a busy day, and as fast as replies come. */
const PACES = [
  { name: '5 a second', job: { everyMs: 200, connections: 8 } },
  { name: '64 at once', job: {} },
] as const;

/** Days of the service's time zone, which it has unless it is told. */
const TIME_ZONE = 'Asia/Shanghai';
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE });
const dayBefore = (days: number) => today.format(Date.now() - days * 86_400_000);

/** The pages, by what the table calls them. Each card of today ends in four digits that some of the grown ledger end in too. */
const PAGES = ({ receipt }: { readonly receipt: string }): Readonly<Record<string, string>> => ({
  today: '/console',
  records: '/console/records',
  'records of a tail': '/console/records?tail=0042',
  'records of a person': '/console/records?user=wecom%3Aperson42',
  'records refused': '/console/records?outcome=refused',
  'one redemption': `/console/r/${receipt}`,
  unknowns: '/console/unknowns',
  'figures of a month': `/console/figures?from=${dayBefore(31)}&to=${dayBefore(2)}`,
  'figures of a year': `/console/figures?from=${dayBefore(365)}&to=${dayBefore(1)}`,
  staff: '/console/staff',
  shops: '/console/shops',
  health: '/console/health',
  mine: '/console/mine',
});

/** Pages of the console, beside those of an empty ledger; then redemptions beside people who click through them. */
export const consolePages: Case = {
  name: 'console',
  async run(effort) {
    await using stage = new Stage(effort);
    const vendor = await stage.startVendor();
    const first = await stage.startService({ vendor });
    await load(jobFor([first], effort, { messages: 1, connections: 1, warmUpMs: 0 }));
    await first.stop();
    growLedger(first.dataDir, effort.quick ? QUICK_ROWS : ROWS, { mixed: true });
    await addUpAll(first.dataDir);

    const grown = await stage.startService({ vendor, dataDir: first.dataDir });
    const empty = await stage.startService({ vendor });
    for (const subject of [grown, empty]) await load(jobFor([subject], effort, { messages: TODAY, warmUpMs: 0 }));
    const sides = { grown: await enter(stage, grown), empty: await enter(stage, empty) };
    const rows = [await firstVisit(sides.grown)];
    for (const name of Object.keys(PAGES({ receipt: '' }))) rows.push(await page(name, sides, effort));
    await empty.stop();
    // One after the other: a link that is left for a service takes the place of the one before.
    const people: Browsing[] = [];
    while (people.length < PEOPLE) people.push(await enter(stage, grown));
    for (const pace of PACES) rows.push(await beside(pace, { service: grown, people, vendor, effort }));
    return rows;
  },
};

interface Browsing {
  readonly visit: ConsoleVisit;
  readonly pages: Readonly<Record<string, string>>;
}

async function enter(stage: Stage, service: ServiceSubject): Promise<Browsing> {
  const visit = await visitConsole(service);
  stage.defer(async () => visit.close());
  return { visit, pages: PAGES({ receipt: newestReceipt(service.dataDir) }) };
}

/** Adds up all days and months that are over, as a service does within a quarter of an hour; no service has the ledger open. */
async function addUpAll(dataDir: string): Promise<void> {
  const { figures, ledger } = await openSqliteLedger(join(dataDir, 'ledger.db'));
  while (await figures.addUpNext(TIME_ZONE));
  await ledger.close();
}

function newestReceipt(dataDir: string): string {
  const db = new DatabaseSync(join(dataDir, 'ledger.db'), { readOnly: true });
  const row = db.prepare('select receipt from redemptions order by claimed_at desc limit 1').get();
  db.close();
  return String(row?.['receipt']);
}

/** What a browser loads that was never here: the page of today with all that it names. */
async function firstVisit({ visit }: Browsing): Promise<Row> {
  const { body } = await visit.open('/console');
  const markup = brotliDecompressSync(body).toString();
  const named = [...markup.matchAll(/(?:href|src)="([^"]*\/assets\/[^"]+)"/gu)].map(([, path]) => path ?? '');
  const parts = [...new Set(named)].map((path) => new URL(path, 'http://console/console').pathname);
  const sizes = await Promise.all(parts.map(async (path) => (await visit.open(path)).body.length));
  const bytes = sizes.reduce((sum, size) => sum + size, body.length);
  return {
    ...NO_FIGURES,
    name: 'console: first visit',
    goal: `≤ ${GOALS.bytes / 1000} KB`,
    met: bytes <= GOALS.bytes,
    found: `${kilobytes(bytes)} with ${parts.length} files besides the page`,
  };
}

async function page(
  name: string,
  { grown, empty }: { readonly grown: Browsing; readonly empty: Browsing },
  { quick }: Effort,
): Promise<Row> {
  const times = { grown: [] as number[], empty: [] as number[] };
  const bytes = { grown: 0, empty: 0 };
  for (let turn = -WARM_UP; turn < (quick ? QUICK_VISITS : VISITS); turn += 1) {
    const turns = [['grown', grown] as const, ['empty', empty] as const];
    for (const [side, { visit, pages }] of turn % 2 === 0 ? turns : turns.toReversed()) {
      const { ms, body } = await visit.open(pages[name] ?? '');
      bytes[side] = Math.max(bytes[side], body.length);
      if (turn >= 0) times[side].push(ms);
    }
  }
  const [p50, p95] = [percentile(times.grown, 0.5), percentile(times.grown, 0.95)];
  const toEmpty = p50 / percentile(times.empty, 0.5);
  return {
    ...NO_FIGURES,
    name: `console: ${name}`,
    goal: `p95 ≤ ${GOALS.p95Ms} ms, p50 ≤ ${GOALS.toEmpty} × empty, ≤ ${GOALS.bytes / 1000} KB`,
    met: p95 <= GOALS.p95Ms && toEmpty <= GOALS.toEmpty && bytes.grown <= GOALS.bytes,
    found:
      `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)} ms, ${kilobytes(bytes.grown)}; ${toEmpty.toFixed(2)} × empty ` +
      `(p50 ${median(times.empty).toFixed(1)}, p95 ${percentile(times.empty, 0.95).toFixed(1)} ms, ${kilobytes(bytes.empty)})`,
  };
}

interface Parts {
  readonly service: ServiceSubject;
  readonly people: readonly Browsing[];
  readonly vendor: Vendor;
  readonly effort: Effort;
}

/** Redemptions alone, and beside people who each open one page after the other. */
async function beside({ name, job }: (typeof PACES)[number], parts: Parts): Promise<Row> {
  const { service, people, vendor, effort } = parts;
  const alone = redeemRun([service], vendor, effort, { ...job, measureMs: effort.quick ? 5_000 : 10_000 });
  const opened: number[] = [];
  const withPeople: Side = async (round) => {
    const over = new AbortController();
    const clicking = Promise.all(people.map((person, index) => click(person, index, over.signal)));
    const result = await alone(round);
    over.abort();
    const times = (await clicking).flat();
    if (times.length === 0) throw new VoidRun('nobody saw a page');
    opened.push(...times);
    return result;
  };
  const added: number[] = [];
  const paired: number[] = [];
  const keep = (into: number[], side: Side): Side => {
    return async (round) => {
      const result = await side(round);
      into.push(result.latency.p50);
      return result;
    };
  };
  const { subject, reference, time } = await compare(keep(added, withPeople), keep(paired, alone), effort.rounds);
  const more = spreadOf(added.map((ms, round) => ms - (paired[round] ?? ms)));
  return {
    name: `console beside: ${name}`,
    figures: subject,
    reference,
    ratio: time,
    idleRssMb: service.idleRssMb,
    loadedRssMb: subject.rssMb,
    goal: `p50 ≤ ${GOALS.addedMs} ms more`,
    met: more.median <= GOALS.addedMs,
    found:
      `alone p50 ${reference.p50.toFixed(1)} ms, ${signed(more.median)} (${signed(more.min)} to ${signed(more.max)}) ms; ` +
      `${opened.length} pages, p50 ${median(opened).toFixed(0)} ms`,
  };
}

/** Opens one page after the other, each person from another one on. Resolves with how long they took. */
async function click({ visit, pages }: Browsing, index: number, over: AbortSignal): Promise<number[]> {
  const addresses = Object.values(pages);
  const times: number[] = [];
  await sleep((index * LOOKS_FOR_MS) / PEOPLE);
  for (let turn = index; !over.aborted; turn += 1) {
    times.push((await visit.open(addresses[turn % addresses.length] ?? '')).ms);
    await sleep(LOOKS_FOR_MS);
  }
  return times;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}

function signed(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${Math.abs(ms).toFixed(1)}`;
}
