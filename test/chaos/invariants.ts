import type { Consumption, ReceivedCall } from '../../src/sandbox/vendor-books.ts';
import { readClaims, readRemark, type ClaimedState } from './claims.ts';
import type { Evidence, Told } from './evidence.ts';
import type { ChannelName, PlannedMessage } from './plan.ts';
import type { LedgerRow } from './rows.ts';

export const INVARIANTS = {
  once: 'a line is consumed at most once',
  'on-record': 'every consumed line has a row',
  'no-false-no': 'no row says unsent or refused where the vendor consumed, nor unsent where it was called',
  'no-false-yes': 'no row says succeeded where the vendor did not consume',
  'accepted-is-stored':
    'every line of a callback that was answered with 200, or of a frame that was confirmed or answered, has a row',
  told: 'the reply to every row was delivered or is still to be',
  'told-once':
    'no person is told twice, unless the service was killed in between, could not know of the first time, or an unknown became known',
  settled: 'no row is pending after the final start',
  'no-false-word': 'no reply says more than the vendor knows',
  'by-the-protocol': 'the service says nothing on a connection that its platform does not allow',
  'clean-end': 'a service that is asked to stop finishes its work and exits with 0; it never ends by itself',
} as const;

export interface Violation {
  readonly invariant: keyof typeof INVARIANTS;
  readonly detail: string;
}

/** A platform that hangs up this close to the answer may lose it without a sign of that. */
const CROSSING_MS = 300;
/** A message is confirmed there by what people see in answer to it. */
const ANSWERED: ReadonlySet<string> = new Set<ChannelName>(['wecom-app', 'wecom-bot']);

/** Compares what was seen from outside with the vendor's books and the ledger. */
export function checkInvariants(evidence: Evidence): readonly Violation[] {
  const { messages, runs, deliveries, told, complaints, books, rows } = evidence;
  const violations: Violation[] = [];
  const violate = (invariant: Violation['invariant'], detail: string) => {
    violations.push({ invariant, detail });
  };

  const rowOf = new Map(rows.map((row) => [row.receipt, row]));
  const rowsOf = Map.groupBy(rows, (row) => messageKey(row.channel, row.message));
  const consumedOf = Map.groupBy(books.consumptions, ({ remark }) => readRemark(remark).receipt);
  const callsOf = Map.groupBy(books.calls, ({ params }) => readRemark(params['remark'] ?? '').receipt);
  const messageOf = new Map(messages.map((message) => [messageKey(message.channel, message.id), message]));

  for (const [tag, all] of Map.groupBy(books.consumptions, ({ remark }) => readRemark(remark).tag)) {
    if (all.length > 1) violate('once', `${tag} was consumed ${all.length} times: ${all.map(describe).join('; ')}`);
  }
  for (const consumption of books.consumptions) {
    const { tag, receipt } = readRemark(consumption.remark);
    const row = rowOf.get(receipt);
    if (row?.remark !== tag || row.card !== consumption.card || row.count !== consumption.count) {
      violate('on-record', `${describe(consumption)} has no row of its own`);
    }
  }
  for (const row of rows) {
    const consumed = consumedOf.get(row.receipt) ?? [];
    const calls = callsOf.get(row.receipt) ?? [];
    if (row.state === 'pending') violate('settled', describeRow(row));
    if (isFalseNo(row.state, consumed, calls)) violate('no-false-no', describeRow(row));
    if (row.state === 'succeeded' && consumed.length === 0) violate('no-false-yes', describeRow(row));
    if (row.reason === 'interrupted') {
      const run = runs.find(({ startedAt, endedAt }) => startedAt <= row.claimedAt && row.claimedAt <= endedAt);
      if (run?.end === 'term')
        violate('clean-end', `${describeRow(row)} was left behind by a run that was asked to stop`);
    }
  }
  for (const [index, run] of runs.entries()) {
    const clean = run.end === 'kill' || (run.end === 'term' && run.exitCode === 0);
    if (!clean) violate('clean-end', `run ${index}: ${run.end}, exit code ${String(run.exitCode)}`);
  }

  for (const complaint of complaints) violate('by-the-protocol', complaint);

  for (const message of messages) {
    const accepted = deliveries.filter((delivery) => delivery.message === message.id && delivery.taken);
    const stored = rowsOf.get(messageKey(message.channel, message.id)) ?? [];
    const missing = message.lines.filter(({ tag }) => !stored.some(({ remark }) => remark === tag));
    if (accepted.length > 0 && missing.length > 0) {
      violate('accepted-is-stored', `message ${message.id}: ${missing.map(({ tag }) => tag).join(', ')}`);
    }
  }

  for (const row of rows) {
    const message = messageOf.get(messageKey(row.channel, row.message));
    const tellings = told.filter((telling) => tells(telling, row, message));
    if (tellings.length === 0 && !isStillToBeTold(row) && !crossed(row, evidence)) violate('told', describeRow(row));
    for (const [first, second] of repetitions(tellings)) {
      const forgotten = runs[first.run]?.end === 'kill' && second.run !== first.run;
      if (isTheSame(first, second)) {
        violate('told-once', `${describeRow(row)}: ${describeTold(first)}, then the same in run ${second.run}`);
        continue;
      }
      if (forgotten || !first.acknowledged || corrects(second, first)) continue;
      if (wasAskedAgain(row, first, second, deliveries)) continue;
      violate('told-once', `${describeRow(row)}: ${describeTold(first)}, then ${describeTold(second)}`);
    }
  }

  for (const telling of told) {
    for (const [receipt, claimed] of readClaims(telling.text)) {
      const consumed = consumedOf.get(receipt) ?? [];
      const calls = callsOf.get(receipt) ?? [];
      const untrue = claimed === 'succeeded' ? consumed.length === 0 : isFalseNo(claimed, consumed, calls);
      if (untrue || claimed === null || !rowOf.has(receipt)) {
        violate('no-false-word', `${describeTold(telling)} about ${receipt}: ${String(claimed)}`);
      }
    }
  }
  return violations;
}

function isFalseNo(
  state: ClaimedState | 'pending' | null,
  consumed: readonly Consumption[],
  calls: readonly ReceivedCall[],
): boolean {
  return (state === 'refused' && consumed.length > 0) || (state === 'unsent' && calls.length > 0);
}

/** A person who is not in the mapping is told so without a receipt. */
function tells(telling: Told, row: LedgerRow, message: PlannedMessage | undefined): boolean {
  if (row.reason !== 'unbound') return telling.text.includes(row.receipt);
  return message !== undefined && telling.text.includes(`:${message.user}`);
}

function isStillToBeTold({ replyState }: LedgerRow): boolean {
  return replyState === 'queued' || replyState === 'sending' || replyState === 'held';
}

/** The answer had left when the platform hung up on it: no server can know of that. */
function crossed(row: LedgerRow, { deliveries }: Evidence): boolean {
  const { message, settledAt } = row;
  return deliveries.some(
    (delivery) =>
      delivery.message === message && delivery.hungUp && Math.abs(delivery.endedAt - (settledAt ?? 0)) < CROSSING_MS,
  );
}

/** Feishu shows what has the same `uuid` once, so also a service that forgot cannot say the same thing twice. */
function isTheSame(first: Told, second: Told): boolean {
  return first.channel === 'feishu' && first.message === second.message && first.text === second.text;
}

/**
 * Whether the message was delivered once more in between, and not answered: that says that the first answer was not heard.
 * Platforms to which a message is confirmed, and not answered, say nothing of the kind.
 */
function wasAskedAgain({ channel, message }: LedgerRow, first: Told, second: Told, deliveries: Evidence['deliveries']) {
  return deliveries.some(
    (delivery) =>
      ANSWERED.has(channel) &&
      delivery.message === message &&
      delivery.run !== null &&
      !delivery.taken &&
      first.at < delivery.sentAt &&
      delivery.sentAt < second.at,
  );
}

/** Whether what was unknown in the earlier one is known in the later one: then it has to be told. */
function corrects(later: Told, earlier: Told): boolean {
  const claims = readClaims(later.text);
  return [...readClaims(earlier.text)].some(
    ([receipt, claimed]) => claimed === 'unknown' && claims.has(receipt) && claims.get(receipt) !== 'unknown',
  );
}

/** Pairs of tellings of which the later one was one too many. Texts in the same bubble are one to the person. */
function repetitions(tellings: readonly Told[]): (readonly [Told, Told])[] {
  const firstOfBubble = [...Map.groupBy(tellings, ({ bubble }) => bubble).values()].flatMap((same) => same.slice(0, 1));
  const inTime = firstOfBubble.toSorted((a, b) => a.at - b.at);
  return inTime.slice(1).flatMap((second, index) => {
    const first = inTime[index];
    if (first === undefined) return [];
    // A platform that delivers again listens to one of its deliveries, and each of them gets the same reply.
    const sameQuestion = first.way === 'response' && second.way === 'response' && first.message === second.message;
    return sameQuestion ? [] : [[first, second] as const];
  });
}

const messageKey = (channel: string, message: string) => `${channel} ${message}`;
const describe = ({ remark, card, count }: Consumption) => `"${remark}" (${count} of ${card})`;
const describeTold = ({ channel, way, message, run }: Told) => `${channel} ${way} for ${String(message)} in run ${run}`;

function describeRow({ receipt, channel, message, line, state, reason, replyState, remark }: LedgerRow): string {
  return `${receipt} ${remark} (${channel} ${message}, line ${line}): ${state} ${reason ?? ''}, reply ${replyState}`;
}
