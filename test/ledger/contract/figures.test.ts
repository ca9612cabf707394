import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenedLedger } from '../../../src/ledger/ledger.ts';
import { createCalendar } from '../../../src/redemption/calendar.ts';
import type { Counts, FigureLedger, Figures, FiguresAsked } from '../../../src/redemption/figures.ts';
import type { Outcome, Redemption, State } from '../../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../fixtures.ts';
import { places, type LedgerPlace } from '../places.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YES: Outcome = { state: 'succeeded', vendorMsg: '成功' };
const NO: Outcome = { state: 'refused', vendorMsg: '剩余次数不足' };
const LOST: Outcome = { state: 'unknown', reason: 'timeout' };
const BOSS = { how: 'hand', user: 'wecom:boss', name: '老板' } as const;
const ZONES = ['Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Santiago'];

interface Row {
  readonly claimed_at: number;
  readonly store_code: string | null;
  readonly user_id: string | null;
  readonly state: State;
  readonly count: number;
}

type ByHand = Record<'total' | 'before' | 'days' | 'hours' | 'stores' | 'people', Record<string, string>>;

/** The same as `Figures`, of what there is of each. */
const told = (counts: Counts) =>
  Object.entries(counts)
    .filter(([, { lines }]) => lines > 0)
    .map(([state, { lines, times }]) => `${state} ${lines}/${times}`)
    .sort()
    .join(', ');

function shown({ total, before, days, hours, stores, people }: Figures): ByHand {
  const all = <T>(items: Iterable<T>, entry: (item: T) => [string, Counts]) =>
    Object.fromEntries([...items].map(entry).map(([key, counts]) => [key, told(counts)]));
  return {
    total: { all: told(total) },
    before: { all: told(before) },
    days: all(days, ([day, counts]) => [day, counts]),
    hours: all(hours, ([hour, counts]) => [String(hour), counts]),
    stores: all(stores, ({ code, counts }) => [code ?? '', counts]),
    people: all(people, ({ user, counts }) => [user ?? '', counts]),
  };
}

/** Counts one by one. */
function countPlainly(rows: readonly Row[], asked: FiguresAsked): ByHand {
  const calendar = createCalendar(asked.timeZone);
  const dayOf = (at: number) => calendar.dayOf(at);
  const timeOf = (at: number) => calendar.timeOf(at);
  const own = rows.filter(({ store_code }) => asked.storeCode === null || store_code === asked.storeCode);
  const within = ({ first, last }: FiguresAsked['days']) =>
    own.filter(({ claimed_at: at }) => dayOf(at) >= first && dayOf(at) <= last);
  const by = (keyOf: (row: Row) => string, some = within(asked.days)) =>
    Object.fromEntries(
      [...Map.groupBy(some, keyOf)].map(([key, group]) => [
        key,
        [...Map.groupBy(group, ({ state }) => state)]
          .map(([state, same]) => `${state} ${same.length}/${same.reduce((sum, { count }) => sum + count, 0)}`)
          .sort()
          .join(', '),
      ]),
    );
  const weekday = (day: string) => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return {
    total: { all: by(() => 'all')['all'] ?? '' },
    before: { all: by(() => 'all', within(asked.before))['all'] ?? '' },
    days: by(({ claimed_at }) => dayOf(claimed_at)),
    hours: by(({ claimed_at: at }) => String(weekday(dayOf(at)) * 24 + Number(timeOf(at).slice(0, 2)))),
    stores: by(({ store_code }) => store_code ?? ''),
    people: by(({ user_id }) => user_id ?? ''),
  };
}

/** What every ledger promises to callers that count. */
describe.each(places)('$name counts', ({ name, make }) => {
  let place: LedgerPlace;
  let opened: OpenedLedger;
  beforeEach(async () => {
    place = await make();
    opened = await place.open();
  });
  afterEach(async () => {
    await opened.ledger.close().catch(() => undefined);
    await place.clear();
  });

  async function redeem(
    agoMs: number,
    outcome: Outcome | null,
    { store = 'EW_N1', user = 'wecom:zhangsan', count = 2 } = {},
  ) {
    const line = newLine({ count, store: { code: store, name: `${store}店` } });
    const claim = await opened.ledger.claim(newMessage({ user }), [line]);
    const [row] = claim.message.redemptions;
    if (row === undefined) throw new Error('no row');
    const settled = outcome === null ? row : await opened.ledger.settle(row, outcome);
    await shift(settled, agoMs);
    return settled;
  }
  /** As if it had been typed, and settled, so long ago. */
  const shift = ({ id }: Redemption, agoMs: number) =>
    place.query(
      `update redemptions set claimed_at = claimed_at - ${agoMs}, settled_at = settled_at - ${agoMs} where id = ${id} returning id`,
    );
  const rows = async () =>
    (await place.query('select claimed_at, store_code, user_id, state, count from redemptions')).map(
      (row) => ({ ...row, claimed_at: Number(row['claimed_at']), count: Number(row['count']) }) as unknown as Row,
    );
  const addUp = async (figures: FigureLedger, timeZone = 'Asia/Shanghai') => {
    let steps = 0;
    while (await figures.addUpNext(timeZone)) if ((steps += 1) > 500) throw new Error('it never ends');
    return steps;
  };
  const asking = (days: number, change: Partial<FiguresAsked> = {}): FiguresAsked => {
    const timeZone = change.timeZone ?? 'Asia/Shanghai';
    const calendar = createCalendar(timeZone);
    const today = calendar.dayOf(Date.now());
    const first = calendar.dayAfter(today, -days);
    return {
      days: { first, last: today },
      before: { first: calendar.dayAfter(first, -days - 1), last: calendar.dayAfter(first, -1) },
      ...{ timeZone, storeCode: null, people: { from: 0, atMost: 50 } },
      ...change,
    };
  };
  const check = async (asked: FiguresAsked) =>
    expect(shown(await opened.figures.findFigures(asked))).toEqual(countPlainly(await rows(), asked));

  test('by outcome, day, hour, store and person, before anything is added up and after', async () => {
    await redeem(0, YES);
    await redeem(0, null, { user: 'wecom:lisi' });
    await redeem(3 * DAY_MS, NO, { store: 'EW_N2', count: 5 });
    await redeem(3 * DAY_MS, LOST, { user: 'wecom:lisi' });
    await redeem(40 * DAY_MS, YES, { count: 7 });
    await redeem(95 * DAY_MS, YES);
    for (const asked of [asking(0), asking(10), asking(60), asking(100), asking(60, { storeCode: 'EW_N2' })])
      await check(asked);
    expect(await addUp(opened.figures)).toBeGreaterThan(3);
    expect(await addUp(opened.figures)).toBe(0);
    for (const asked of [asking(0), asking(10), asking(60), asking(100), asking(60, { storeCode: 'EW_N2' })])
      await check(asked);
  });

  test('what has been added up is not read again', async () => {
    const { id } = await redeem(40 * DAY_MS, YES);
    await addUp(opened.figures);
    await place.query(`update redemptions set state = 'refused' where id = ${id} returning id`);
    const { total } = await opened.figures.findFigures(asking(60));
    expect(told(total)).toBe('succeeded 1/2');
  });

  test('what is settled long after its day was added up', async () => {
    const byHand = await redeem(5 * DAY_MS, LOST);
    const late = await redeem(5 * DAY_MS, LOST);
    const pending = await redeem(5 * DAY_MS, null);
    await addUp(opened.figures);
    await check(asking(30));
    await opened.ledger.settleByHand(byHand.id, 'succeeded', BOSS);
    await check(asking(30));
    await opened.ledger.settleByHand(byHand.id, 'refused', BOSS);
    await opened.ledger.settle(late, YES);
    await opened.ledger.settle(pending, NO);
    await check(asking(30));
    await addUp(opened.figures);
    await check(asking(30));
  });

  test('what was unsent, and after its day was added up turns out to have been sent', async () => {
    const row = await redeem(5 * DAY_MS, { state: 'unsent', reason: 'busy' });
    await addUp(opened.figures);
    await opened.ledger.settle(row, YES);
    await check(asking(30));
    expect(await addUp(opened.figures)).toBeGreaterThan(0);
    await check(asking(30));
  });

  test('what changes between adding up and writing it down', async () => {
    const row = await redeem(5 * DAY_MS, { state: 'unsent', reason: 'busy' });
    const adding = opened.figures.addUpNext('Asia/Shanghai');
    await Promise.all([adding, opened.ledger.settle(row, YES)]);
    await addUp(opened.figures);
    await check(asking(30));
  });

  test('in each time zone by its own days', async () => {
    for (const hours of [100, 101, 107, 115, 123, 130]) await redeem(hours * HOUR_MS, YES);
    for (const timeZone of ZONES) {
      await addUp(opened.figures, timeZone);
      await check(asking(30, { timeZone }));
    }
    await addUp(opened.figures);
    await check(asking(30));
  });

  test('by several services at once', async () => {
    for (let days = 3; days < 9; days += 1) await redeem(days * DAY_MS, YES);
    const step = () => opened.figures.addUpNext('Asia/Shanghai');
    await Promise.all([step(), step(), step(), addUp(opened.figures)]);
    await addUp(opened.figures);
    await check(asking(30));
  });

  test('names what is not in the mapping any more, and adds up people who are not named', async () => {
    for (const [index, user] of ['wecom:a', 'wecom:b', 'wecom:c', 'wecom:c'].entries())
      await redeem(index * DAY_MS, YES, { user, count: index + 1 });
    await opened.people.noteName('wecom:c', '小陈');
    const { people, others, stores } = await opened.figures.findFigures(asking(9, { people: { from: 0, atMost: 1 } }));
    expect(people.map(({ user, name: called }) => [user, called])).toEqual([['wecom:c', '小陈']]);
    expect([others.people, told(others.counts)]).toEqual([2, 'succeeded 2/3']);
    expect(stores).toMatchObject([{ code: 'EW_N1', name: 'EW_N1店' }]);
    const next = await opened.figures.findFigures(asking(9, { people: { from: 1, atMost: 5 } }));
    expect(next.people.map(({ user }) => user)).toEqual(['wecom:a', 'wecom:b']);
    expect(next.others.people).toBe(1);
  });

  // The storage thread goes by the clock of the machine.
  test.runIf(name === 'in-process' || name === 'shared')('after the clock was set back', async () => {
    await place.pass(20 * DAY_MS);
    await redeem(3 * DAY_MS, YES);
    await addUp(opened.figures);
    await place.pass(-20 * DAY_MS);
    await redeem(0, YES);
    await check(asking(60));
    expect(await addUp(opened.figures)).toBeGreaterThan(0);
    await place.pass(20 * DAY_MS);
    await check(asking(60));
    await addUp(opened.figures);
    await check(asking(60));
  });

  test('any history the same as one by one', { timeout: 120_000 }, async () => {
    const event = fc.record({
      ago: fc.integer({ min: 0, max: 70 * 24 * 4 }).map((quarters) => quarters * (HOUR_MS / 4) + 1),
      store: fc.constantFrom('EW_N1', 'EW_N2'),
      user: fc.constantFrom('wecom:zhang', 'wecom:li', 'wecom:__proto__'),
      count: fc.integer({ min: 1, max: 9 }),
      outcome: fc.constantFrom(YES, YES, NO, LOST, null, { state: 'unsent', reason: 'busy' } as const),
    });
    const after = fc.record({ pick: fc.nat(), how: fc.constantFrom('hand', 'again', 'yes', 'no', 'add-up') });
    const history = fc.record({
      events: fc.array(event, { minLength: 1, maxLength: 12 }),
      afters: fc.array(after, { maxLength: 10 }),
      timeZone: fc.constantFrom(...ZONES),
      days: fc.integer({ min: 0, max: 80 }),
      storeCode: fc.constantFrom(null, 'EW_N2'),
    });
    await fc.assert(
      fc.asyncProperty(history, async ({ events, afters, timeZone, days, storeCode }) => {
        for (const table of ['redemptions', 'tallies']) await place.query(`delete from ${table} returning 1`);
        const made: Redemption[] = [];
        for (const { ago, outcome, ...of } of events) made.push(await redeem(ago, outcome, of));
        const asked = asking(days, { timeZone, storeCode });
        for (const { pick, how } of afters) {
          const row = made[pick % made.length];
          if (row === undefined) continue;
          if (how === 'add-up') await opened.figures.addUpNext(timeZone);
          else if (how === 'yes' || how === 'no') await opened.ledger.settle(row, how === 'yes' ? YES : NO);
          else await opened.ledger.settleByHand(row.id, how === 'hand' ? 'succeeded' : 'refused', BOSS);
        }
        await check(asked);
        await addUp(opened.figures, timeZone);
        await check(asked);
      }),
      { numRuns: name === 'in-process' ? 60 : 12 },
    );
  });
});
