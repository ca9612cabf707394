import type { Request } from './books.ts';
import type { Evidence, FinalRow, Told } from './evidence.ts';
import { readClaims, refusesAll, type Claim } from './words.ts';

export const INVARIANTS = {
  'sent once': 'at most one request of a line leaves',
  'booked once': 'a line is booked at most once',
  'on record': 'every request that left has a row',
  'true words': 'no reply says what is not true when it is composed',
  'true rows': 'at the end a row says what the books say',
  'answer kept': 'a clear answer of the vendor that reached a living service is what the row says',
  accepted: 'what was accepted by a service that lives to the end is on record',
  told: 'every message on record was told its end',
  corrected: 'the last word about a row is what it says at the end',
  'told once': 'what a platform was heard to have told late is not told late again',
  'by itself': 'what a bot could write to a person first does not wait for their next message',
  'promise kept': 'no person is left with the promise that more will be told of an unknown',
  'at rest': 'nothing is pending, asked or still to be told',
} as const;
export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
}

/** Everything that a history shows to be wrong. */
export function check(evidence: Evidence): readonly Violation[] {
  return [
    ...checkRequests(evidence),
    ...checkWords(evidence),
    ...checkRows(evidence),
    ...checkAnswers(evidence),
    ...checkAccepted(evidence),
    ...checkTold(evidence),
    ...checkCorrected(evidence),
    ...checkToldOnce(evidence),
    ...checkByItself(evidence),
    ...checkPromises(evidence),
    ...checkRest(evidence),
  ];
}

const receiptsOf = ({ receipt, otherReceipt }: FinalRow) => [receipt, ...(otherReceipt === null ? [] : [otherReceipt])];

function requestsOf({ requests }: Evidence, row: FinalRow): readonly Request[] {
  const receipts = receiptsOf(row);
  return requests.filter(({ receipt }) => receipts.includes(receipt));
}

export function checkRequests(evidence: Evidence): readonly Violation[] {
  const violations: Violation[] = [];
  for (const row of evidence.rows) {
    const requests = requestsOf(evidence, row);
    const booked = requests.filter(({ bookedAt }) => bookedAt !== null);
    const by = requests.map(({ process, leftAt }) => `${process} at ${seconds(leftAt)}`).join(', ');
    if (requests.length > 1) violations.push({ invariant: 'sent once', detail: `${row.receipt} by ${by}` });
    if (booked.length > 1) violations.push({ invariant: 'booked once', detail: `${row.receipt} by ${by}` });
  }
  const known = new Set(evidence.rows.flatMap(receiptsOf));
  for (const { receipt } of evidence.requests) {
    if (!known.has(receipt)) violations.push({ invariant: 'on record', detail: receipt });
  }
  return violations;
}

export function checkWords(evidence: Evidence): readonly Violation[] {
  return evidence.told.flatMap((told) => [
    ...checkRefusal(evidence, told),
    ...readClaims(told.text)
      .filter((claim) => !isTrue(evidence, told, claim))
      .map(({ receipt, state, how }) => ({
        invariant: 'true words' as const,
        detail: `${receipt} ${state}${how === null ? '' : ` by ${how}`} at ${seconds(told.composedAt)} for ${told.message}`,
      })),
  ]);
}

/** What was not submitted as a whole stays so. */
function checkRefusal(evidence: Evidence, { text, message }: Told): readonly Violation[] {
  if (!refusesAll(text) || couldNotKnow(evidence, message)) return [];
  return (
    evidence.rows
      // What was asked all the same, because the service died, and was then confirmed is what the person wants.
      .filter((row) => row.message === message && requestsOf(evidence, row).length > 0)
      .map(({ receipt }) => ({ invariant: 'true words', detail: `${message} was refused, and ${receipt} left` }))
  );
}

function isTrue(evidence: Evidence, { composedAt }: Told, { receipt, state, how }: Claim): boolean {
  const requests = evidence.requests.filter((request) => request.receipt === receipt);
  const row = evidence.rows.find((candidate) => receiptsOf(candidate).includes(receipt));
  if (row === undefined) return false;
  const booked = requests.some(({ bookedAt }) => bookedAt !== null && (state === 'refused' || bookedAt <= composedAt));
  if (state === 'unsent') return requests.length === 0;
  if (state !== 'succeeded' && state !== 'refused') return true;
  // What a person says is told as what a person says.
  if (how === 'hand' || booked === (state === 'succeeded')) return true;
  return how === 'look' && nobodyCouldKnow(evidence, row);
}

/** Of two services that are handed a message at once, one without storage cannot know of the other. */
function couldNotKnow({ handedToSeveral }: Evidence, message: string): boolean {
  return handedToSeveral.has(message);
}

/** The clock of a service whose machine has slept is behind until it asks the database again, for at most so long. */
const SLEPT_MS = 420_000;

/**
 * Whether another user of the vendor changed the card in a way that no look could tell from the request: between the
 * look before and the first one after; or, where it was by just as much, until the last look, for a request may be
 * late.
 */
function nobodyCouldKnow(evidence: Evidence, row: FinalRow): boolean {
  const [request] = requestsOf(evidence, row);
  const card = evidence.cardOf(row.card);
  const sights = evidence.sights.filter((sight) => sight.card === card);
  const leftAt = request?.leftAt ?? row.settledAt ?? 0;
  const before = sights.filter(({ at, later }) => !later && at <= leftAt).at(-1)?.at ?? 0;
  const first = sights.find(({ at, later }) => later && at > leftAt)?.at ?? Infinity;
  // Spent as much without us, or put back what we have spent.
  const looksLikeIt = ({ by }: { readonly by: number }) => by === (row.state === 'succeeded' ? -row.count : row.count);
  return evidence.changes.some(
    (change) =>
      change.receipt === null &&
      change.card === card &&
      change.at <= (looksLikeIt(change) ? (row.settledAt ?? Infinity) + SLEPT_MS : first) &&
      change.visibleAt >= before,
  );
}

export function checkRows(evidence: Evidence): readonly Violation[] {
  return evidence.rows.flatMap((row) => {
    const requests = requestsOf(evidence, row);
    const booked = requests.some(({ bookedAt }) => bookedAt !== null);
    const { state, settledHow } = row;
    const mayBeWrong = settledHow === 'hand' || (settledHow === 'look' && nobodyCouldKnow(evidence, row));
    const isWrong =
      (state === 'succeeded' && !booked && !mayBeWrong) ||
      (state === 'refused' && booked && !mayBeWrong) ||
      (state === 'unsent' && requests.length > 0);
    return isWrong ? [{ invariant: 'true rows', detail: `${describe(row)}, booked: ${String(booked)}` }] : [];
  });
}

export function checkAnswers(evidence: Evidence): readonly Violation[] {
  return evidence.rows.flatMap((row) =>
    requestsOf(evidence, row).flatMap(({ answer, process }) => {
      if (answer === null || !evidence.living.has(process)) return [];
      if (row.state === (answer.yes ? 'succeeded' : 'refused')) return [];
      const detail = `${describe(row)}, but ${process} heard ${answer.yes ? 'yes' : 'no'} at ${seconds(answer.at)}`;
      return [{ invariant: 'answer kept' as const, detail }];
    }),
  );
}

/** What reached a person, or may have as far as a service can know, in order. */
function heardBy({ told }: Evidence, user: string | null): readonly Told[] {
  return told
    .filter((one) => one.user === user && (one.seen || one.handedOver))
    .toSorted((a, b) => a.composedAt - b.composedAt);
}

export function checkTold(evidence: Evidence): readonly Violation[] {
  return evidence.messages.flatMap(({ id, user, answers }) => {
    const heard = heardBy(evidence, user);
    const rows = evidence.rows.filter(({ message, askedMessage }) => message === id || askedMessage === id);
    const isRefused = heard.some(({ message, text }) => message === id && refusesAll(text));
    const untold = rows.filter((row) => {
      if (isRefused && row.state === 'unsent') return false;
      const receipts = receiptsOf(row);
      return !heard.some(({ text }) => readClaims(text).some(({ receipt }) => receipts.includes(receipt)));
    });
    const isToldOwn = heard.some(({ message, text }) => message === id || text.includes('【之前的消息】'));
    if (untold.length === 0 && (answers === null || isToldOwn)) return [];
    return [{ invariant: 'told', detail: `${id} of ${String(user)}: ${untold.map(describe).join('; ')}` }];
  });
}

/** A service that dies may have told its person that it is not clear, or not submitted, and not have recorded that yet. */
export function checkAccepted({ accepted, living, messages }: Evidence): readonly Violation[] {
  return accepted
    .filter(({ message, process }) => living.has(process) && !messages.some(({ id }) => id === message))
    .map(({ message, process }) => ({ invariant: 'accepted', detail: `${message} by ${process}` }));
}

export function checkCorrected(evidence: Evidence): readonly Violation[] {
  return evidence.rows.flatMap((row) => {
    // A person who did not answer a question, withdrew it, or sent the card again, knows.
    if (row.reason === 'unconfirmed' || row.reason === 'cancelled' || row.reason === 'replaced') return [];
    const receipts = receiptsOf(row);
    const states = heardBy(evidence, row.user).flatMap(({ text, message }): Claim['state'][] => {
      if (message === row.message && refusesAll(text))
        return row.state !== 'unsent' && couldNotKnow(evidence, message) ? [] : ['unsent'];
      return readClaims(text).flatMap(({ receipt, state }) => (receipts.includes(receipt) ? [state] : []));
    });
    const last = states.lastIndexOf(row.state as Claim['state']);
    const later = states.slice(last + 1).filter((state) => DEFINITE.has(state));
    if (states.length === 0 || (last >= 0 && later.length === 0)) return [];
    // The vendor's answer was told, and the service died before it could store it: they know more than the row.
    const end = later.at(-1);
    if (row.state === 'unknown' && end !== undefined && isTrueOfBooks(evidence, row, end)) return [];
    return [{ invariant: 'corrected', detail: `${describe(row)}, but was told: ${states.join(', ')}` }];
  });
}

function isTrueOfBooks(evidence: Evidence, row: FinalRow, state: Claim['state']): boolean {
  const requests = requestsOf(evidence, row);
  const booked = requests.some(({ bookedAt }) => bookedAt !== null);
  return state === 'unsent' ? requests.length === 0 : booked === (state === 'succeeded');
}

const DEFINITE: ReadonlySet<string> = new Set(['succeeded', 'refused', 'unsent']);

/** Where storage or a machine failed, a service may not have been able to say that it had heard. */
export function checkToldOnce({ told, isCalm }: Evidence): readonly Violation[] {
  const late = isCalm ? told.filter(({ way }) => way !== 'response') : [];
  return late.flatMap((one, index) =>
    late
      .slice(index + 1)
      .filter(({ message, text }) => one.heard && message === one.message && text === one.text)
      .map(({ composedAt }) => ({ invariant: 'told once', detail: `${one.message} again at ${seconds(composedAt)}` })),
  );
}

export function checkByItself({ leftWaiting }: Evidence): readonly Violation[] {
  return leftWaiting.map((detail) => ({ invariant: 'by itself', detail }));
}

export function checkPromises(evidence: Evidence): readonly Violation[] {
  // What became known is told, and told last: see `checkCorrected`.
  const unknown = evidence.rows.filter(({ state }) => state === 'unknown');
  return unknown.flatMap((row) => {
    const receipts = receiptsOf(row);
    const claims = heardBy(evidence, row.user).flatMap(({ text }) => readClaims(text));
    const last = claims.filter(({ receipt }) => receipts.includes(receipt)).at(-1);
    return last?.promised === true ? [{ invariant: 'promise kept' as const, detail: describe(row) }] : [];
  });
}

export function checkRest({ rows, messages }: Evidence): readonly Violation[] {
  const unsettled = rows.filter(({ state }) => state === 'pending' || state === 'asked').map(describe);
  const waiting = messages
    .filter(({ replyState }) => ['open', 'queued', 'sending', 'held'].includes(replyState))
    .map(({ id, replyState }) => `${id}: reply ${replyState}`);
  return [...unsettled, ...waiting].map((detail) => ({ invariant: 'at rest', detail }));
}

function describe({ receipt, state, reason, settledHow, message }: FinalRow): string {
  const how = settledHow === null ? '' : ` by ${settledHow}`;
  return `${receipt} (${message}) is ${state}${reason === null ? '' : ` (${reason})`}${how}`;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(3)} s`;
