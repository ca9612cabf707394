import type { Insertable } from 'kysely';
import { newReceipt } from '../ledger/redemptions/receipt.ts';
import { NOT_CALLED } from '../ledger/redemptions/row.ts';
import type { Tables } from '../ledger/schema.ts';
import type { Beginning } from '../ledger/sqlite/beginning.ts';
import { CHANNEL } from '../platforms/wecom/ai-bot/read.ts';
import type { Calendar } from '../redemption/calendar.ts';
import { createCalendar } from '../redemption/calendar.ts';
import type { Redemption, SettledBy } from '../redemption/redemption.ts';
import { seededRandom, type Random } from './seeded-random.ts';

// What two shops did in the three weeks before a sandbox was started for the first time, made up, so that its pages show
// something. None of it was ever sent, and none of its cards is one that visitors have.

const DAYS = 21;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What was typed just now is the visitor's own. */
const UNTIL_MS = 10 * MINUTE_MS;
/** For so long an answer is waited for. */
const NO_ANSWER_MS = 10_000;
/** SQLite takes so many rows of these columns at once. */
const ROWS_AT_ONCE = 500;

const NEAR = { code: 'EW_N2949193145', name: '人民路店' };
const FAR = { code: 'EW_N2949193146', name: '解放路店' };
/** The last one has left since. The share is of a shop's work; who is `today` has begun already. */
const PEOPLE = [
  { user: 'wecom:zhangsan', name: '张三', employeeId: 11, store: NEAR, share: 5, today: false },
  { user: 'wecom:lijingli', name: '李经理', employeeId: 10, store: NEAR, share: 2, today: true },
  { user: 'wecom:zhaomin', name: '赵敏', employeeId: 21, store: FAR, share: 5, today: true },
  { user: 'wecom:sunli', name: '孙丽', employeeId: 22, store: FAR, share: 3, today: false },
] as const;
type Person = (typeof PEOPLE)[number];

/** What they are called, and how many times are on a new one. */
const CARDS: readonly [CardKind, ...CardKind[]] = [
  { name: '精洗次卡', most: 20 },
  { name: '洗剪吹次卡', most: 10 },
  { name: '儿童游泳次卡', most: 30 },
];
interface CardKind {
  readonly name: string;
  readonly most: number;
}
/** Customers, each with a card. */
const CUSTOMERS = 260;
/** How much of a day's work falls into each hour from nine in the morning on. */
const HOURS = [2, 4, 6, 7, 4, 4, 5, 6, 8, 9, 7, 4, 2];
const OPENS_AT = 9;
/** Of an ordinary Monday; from Sunday on. */
const WEEKDAYS = [1.7, 0.9, 0.8, 0.9, 1, 1.3, 1.8];
const A_DAY = 42;

interface Customer {
  readonly card: string;
  readonly cardName: string;
  remaining: number;
}

type Message = Insertable<Tables['messages']> & { id: number };
type Line = Insertable<Tables['redemptions']> & { id: number };
type Event = Insertable<Tables['trail']>;

interface MadeUp {
  readonly messages: Message[];
  readonly lines: Line[];
  readonly events: Event[];
}

/** Puts the made-up weeks into an empty ledger. */
export const begin: Beginning = async (db, now) => {
  const { messages, lines, events } = makeUp(seededRandom('three weeks'), createCalendar('Asia/Shanghai'), now);
  await db.transaction().execute(async (trx) => {
    for (const part of inParts(messages)) await trx.insertInto('messages').values(part).execute();
    for (const part of inParts(lines)) await trx.insertInto('redemptions').values(part).execute();
    await trx.insertInto('trail').values(events).execute();
    await trx
      .insertInto('known_names')
      .values(PEOPLE.map(({ user, name }) => ({ user_id: user, name })))
      .execute();
  });
};

/** The same work on any day, but for the receipts. */
function makeUp(random: Random, calendar: Calendar, now: number): MadeUp {
  const customers = Array.from({ length: CUSTOMERS }, (_, number) => newCustomer(random, number));
  const messages: Message[] = [];
  const lines: Line[] = [];
  const events: Event[] = [];
  const today = calendar.dayOf(now);
  for (let ago = DAYS; ago >= 0; ago -= 1) {
    const day = calendar.dayAfter(today, -ago);
    for (const { at, person } of workOf(random, calendar, day)) {
      if (at > now - UNTIL_MS || (ago === 0 && !person.today)) continue;
      const id = messages.length + 1;
      const customer = random.pick(customers as [Customer, ...Customer[]]);
      const line = redeem(random, { id, at, person, customer }, ago);
      messages.push(messageOf(line, person, at));
      lines.push(line);
      events.push(...eventsOf(line));
    }
  }
  return { messages, lines, events };
}

function newCustomer(random: Random, number: number): Customer {
  const { name, most } = random.pick(CARDS);
  // Made-up numbers of another series than the cards that visitors have.
  return {
    card: `9150${String(70_000_000_000_000 + number * 7919 + random.int(0, 7000))}`,
    cardName: name,
    remaining: most,
  };
}

/** When who redeemed on a day, in order. */
function workOf(random: Random, calendar: Calendar, day: string): { at: number; person: Person }[] {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  const amount = Math.round(A_DAY * (WEEKDAYS[weekday] ?? 1) * (0.85 + 0.3 * random.next()));
  return Array.from({ length: amount }, () => {
    const hour = OPENS_AT + weighted(random, HOURS);
    const at = calendar.instantOf(day, `${String(hour).padStart(2, '0')}:00`) + random.int(0, HOUR_MS - 1);
    return {
      at,
      person:
        PEOPLE[
          weighted(
            random,
            PEOPLE.map(({ share }) => share),
          )
        ] ?? PEOPLE[0],
    };
  }).toSorted((one, other) => one.at - other.at);
}

/** An index, each as often as its weight says. */
function weighted(random: Random, weights: readonly number[]): number {
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  return weights.findIndex((weight) => (left -= weight) < 0);
}

interface Work {
  readonly id: number;
  readonly at: number;
  readonly person: Person;
  readonly customer: Customer;
}

function redeem(random: Random, { id, at, person, customer }: Work, ago: number): Line {
  // Whoever used up a card buys the next one.
  if (customer.remaining < 3) customer.remaining += 20;
  const count = random.chance(0.8) ? 1 : random.int(2, 3);
  const before = customer.remaining;
  const came = outcomeOf(random, { at, before, count, ago });
  if (came.state === 'succeeded') customer.remaining -= count;
  const seenAt = at + random.int(60, 250);
  return {
    ...NOT_CALLED,
    ...{ id, message: id, line: 0, receipt: newReceipt(), user_id: person.user },
    ...{ card: customer.card, count, remark: '' },
    ...{ store_code: person.store.code, store_name: person.store.name, employee_id: person.employeeId },
    ...{ claimed_at: at, reason: null, card_name: customer.cardName, valid_until: '2027-12-31' },
    ...{ remaining_before: before, seen_at: seenAt, sent_at: seenAt + random.int(2, 9) },
    ...came,
  };
}

type Came = Pick<Line, 'state' | 'settled_at'> & Partial<Line>;

const LOOKED: SettledBy = { how: 'look' };
const BY_HAND: SettledBy = { how: 'hand', user: 'wecom:lijingli', name: '李经理' };

function outcomeOf(
  random: Random,
  { at, before, count, ago }: { at: number; before: number; count: number; ago: number },
): Came {
  const soon = at + random.int(400, 2_400);
  const chance = random.next();
  if (chance < 0.89)
    return {
      ...{ state: 'succeeded', settled_at: soon, vendor_msg: '核销成功' },
      ...{ remaining_after: before - count, seen_after_at: soon + 180 },
    };
  if (chance < 0.94)
    return { state: 'refused', settled_at: soon, vendor_msg: random.pick(['次卡已冻结', '会员信息异常']) };
  if (chance < 0.955) return unsent(soon, 'cancelled');
  if (chance < 0.965) return unsent(at + 10 * MINUTE_MS, 'unconfirmed');
  if (chance < 0.98) return unsent(soon, 'no-connection');
  // Of the last days some are still open, for somebody to settle.
  if (ago <= 4) return { ...unknown(at), unsettled: 'unseen' };
  const settled = random.chance(0.7) ? LOOKED : BY_HAND;
  const later = at + (settled === LOOKED ? random.int(1, 5) * MINUTE_MS : random.int(1, 20) * HOUR_MS);
  return {
    ...{ ...unknown(at), state: 'succeeded', reason: null, settled_at: later, settled_by: JSON.stringify(settled) },
    ...(settled === LOOKED && { remaining_after: before - count, sights: JSON.stringify([before - count]), looks: 1 }),
  };
}

const unsent = (settled_at: number, reason: NonNullable<Redemption['reason']>): Came => ({
  ...{ state: 'unsent', settled_at, reason, sent_at: null },
});
const unknown = (at: number): Came => ({ state: 'unknown', settled_at: at + NO_ANSWER_MS, reason: 'timeout' });

/** What a row does not say any more that was unknown for a while. */
function eventsOf({ id, state, claimed_at, settled_at, settled_by, reason, remaining_after }: Line): Event[] {
  const unknownAt = claimed_at + NO_ANSWER_MS;
  const became = { ...{ redemption: id, message: id }, at: unknownAt, kind: 'unknown' as const };
  if (state === 'unknown') return [{ ...became, facts: JSON.stringify({ reason }) }];
  if (settled_by == null || settled_at == null) return [];
  const by = JSON.parse(settled_by) as SettledBy;
  const settled = { state, was: 'unknown', since: unknownAt, by };
  const look = { redemption: id, message: null, at: settled_at, kind: 'look' as const };
  return [
    { ...became, facts: JSON.stringify({ reason: 'timeout' }) },
    ...(by.how === 'look' ? [{ ...look, facts: JSON.stringify({ sight: remaining_after }) }] : []),
    { redemption: id, message: null, at: settled_at, kind: 'settled', facts: JSON.stringify(settled) },
  ];
}

function messageOf({ message, card, count, user_id, settled_at }: Line, person: Person, at: number): Message {
  return {
    ...{ id: message, channel: CHANNEL, account: 'made-up', message_id: `made-up-${message}` },
    ...{ user_id: user_id ?? null, conversation: 'wecom:wrSANDBOX', shows: null },
    text: `@核销助手 核销 ${card}${count === 1 ? '' : ` ${count}`}`,
    ...{ return_address: 'null', received_at: at, instance: 'made-up', claim_token: `made-up-${message}` },
    ...{ reply_state: 'answered', reply_due: null, first_channel: null, first_address: null },
    ...{ answers: null, told: 0, told_at: (settled_at ?? at) + 40, topic: null },
  };
}

function* inParts<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) yield rows.slice(from, from + ROWS_AT_ONCE);
}
