import { startStopwatch, type Stopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';
import { cardToSpend, createCardCare, type CardDetailMode } from './card-care.ts';
import { NEVER_ASK, type AskPolicy, type Confirmation } from './questions.ts';
import type { Ledger } from './ledger.ts';
import type { MessageRecord, NewLine, NewMessage } from './message.ts';
import type { Asker, CallOptions, Vendor } from './ports.ts';
import type { Outcome, Redemption, UnsentReason } from './redemption.ts';
import { saveLater } from './save-later.ts';
import { mayHaveHappened } from './storage-trouble.ts';

export interface RedeemParts {
  readonly ledger: Ledger;
  readonly vendor: Vendor;
  readonly time: Time;
  /** Told once per redemption of this process when its outcome is known. */
  readonly onSettled: (redemption: Redemption, message: NewMessage) => void;
  /** Told when an outcome overruled what a look or a person had settled meanwhile. */
  readonly onOverruled: (redemption: Redemption) => void;
  /** Told when an outcome could not be written; the write is tried again until it succeeds or `stop` aborts. */
  readonly onUnsaved: (redemption: Redemption, error: unknown) => void;
  readonly stop: AbortSignal;
  /** When cards are looked at. Default: off. */
  readonly cardDetail?: CardDetailMode;
  /** Default: never ask, but for lines that can be read in two ways. */
  readonly policy?: AskPolicy;
  /** How much of what reaches the vendor one person may have. Default: as much as they like. */
  readonly linesPerMinute?: number;
  /** The ledger's clock: milliseconds since 1970. Default: that of `time`. */
  readonly now?: () => number;
}

/** A message on record whose lines are being worked on, here or elsewhere. */
export interface Redeeming {
  /** True when this process makes the calls. */
  readonly won: boolean;
  /** The person has had their allowance for this minute: nothing of the message may reach the vendor. */
  readonly spent: boolean;
  readonly message: MessageRecord;
  /** The lines in order, once none of them is pending any more. */
  readonly settled: Promise<readonly Redemption[]>;
}

export interface RedeemDesk {
  /**
   * Redeems the lines of one message, and the questions that it confirms, each at most once however often the message
   * is delivered. A confirmation that fits no question leaves no line. `looks` is how many looks at cards the message asks
   * for besides: they count as lines do. `asNew`: a row that an earlier try may have left is not this caller's. Rejects
   * only when the claim could not be stored; then no call was made.
   */
  redeem(
    message: NewMessage,
    lines: readonly NewLine[],
    confirmations?: readonly Confirmation[],
    looks?: number,
    asNew?: boolean,
  ): Promise<Redeeming>;
  /** Resolves when every redemption that this process began is settled and, storage permitting, stored. */
  idle(): Promise<void>;
}

/**
 * Other services may think this one dead, and call its lines unknown, from ten seconds after a claim on. A line that has
 * waited for half of that, for the line before it, a look or a place at the vendor, is read again before it is sent.
 */
const SURE_MS = 5_000;

/**
 * No byte leaves later than this after storage was asked whether the row is still ours. Others look at the card of what
 * they took over, and call it refused after five minutes: nothing may be sent then by a machine that has slept.
 */
const LEAVE_WITHIN_MS = 10_000;

/**
 * Others took it over while this service was away. Only this service knows that nothing has left, and that outranks
 * what the others inferred.
 */
const GIVEN_UP: Outcome = { state: 'unsent', reason: 'overdue' };

/** claim → look → call once → settle. A caller that loses the claim waits for the winner's rows instead of calling. */
export function createRedeemDesk(parts: RedeemParts): RedeemDesk {
  const { ledger, vendor, time, onSettled, onOverruled, onUnsaved, stop, policy = NEVER_ASK, linesPerMinute } = parts;
  const now = parts.now ?? (() => time.now());
  const care = createCardCare({
    ledger,
    vendor,
    mode: parts.cardDetail ?? 'off',
    policy,
    now,
  });
  const running = new Set<Promise<unknown>>();
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
  });

  function track<T>(work: Promise<T>): Promise<T> {
    const forget = () => void running.delete(work);
    running.add(work);
    work.then(forget, forget);
    return work;
  }

  async function work(redemption: Redemption, message: MessageRecord, sinceClaim: Stopwatch): Promise<Redemption> {
    const asker = { user: message.user, message: message.id };
    // A claim that was tried again also finds what others have confirmed meanwhile.
    if (redemption.message !== message.id) return whoeverHasIt(redemption);
    if (redemption.state === 'asked') {
      const asked = await care.question(redemption, asker);
      if (asked.reason === 'expired' || asked.reason === 'too-few') onSettled(asked, message);
      return asked;
    }
    const done = await workOff(redemption, asker, sinceClaim);
    if (done.state === 'asked' || done.message !== message.id) return whoeverHasIt(done);
    onSettled(done, message);
    return care.after(done, asker);
  }

  function workOff(redemption: Redemption, asker: Asker, sinceClaim: Stopwatch): Promise<Redemption> {
    if (redemption.state === 'pending') return lookAndCall(redemption, asker, sinceClaim);
    return redemption.state === 'unsent' ? Promise.resolve(redemption) : save(redemption, GIVEN_UP);
  }

  async function lookAndCall(redemption: Redemption, asker: Asker, sinceClaim: Stopwatch): Promise<Redemption> {
    let seen: Redemption;
    let sinceSeen = sinceClaim;
    try {
      const sinceLook = startStopwatch(time);
      seen = await care.before(redemption, asker);
      if (seen !== redemption) sinceSeen = sinceLook;
    } catch (error) {
      // Storage could not record its outcome either, so the call is not made.
      const unsent: Outcome = { state: 'unsent', reason: 'storage' };
      return mayHaveHappened(error) ? saveBeforeTelling(redemption, unsent) : save(redemption, unsent);
    }
    if (seen.state === 'asked' || seen.message !== redemption.message) return seen;
    if (seen.state !== 'pending') return save(seen, GIVEN_UP);
    let sentAt: number | null = null;
    const mayLeave = () => {
      const may = sinceSeen() <= LEAVE_WITHIN_MS;
      if (may) sentAt = now();
      return may;
    };
    let asRead = seen;
    const readAgain = async (): Promise<UnsentReason | null> => {
      const sinceRead = startStopwatch(time);
      const row = await ledger.findRedemption(seen.id).catch(() => null);
      // Storage could not record its outcome either, so the call is not made.
      if (row === null) return 'storage';
      asRead = row;
      sinceSeen = sinceRead;
      return row.state === 'pending' && row.message === redemption.message ? null : 'overdue';
    };
    const obstacle = () => (sinceSeen() > SURE_MS ? readAgain() : null);
    const outcome = care.refusal(seen) ?? (await callVendor(vendor, seen, { asker, obstacle, mayLeave }));
    if (asRead.state === 'asked' || asRead.message !== redemption.message) return asRead;
    return save(asRead, outcome, outcome.state === 'unsent' ? null : sentAt);
  }

  /** A vendor's answer is told even when it cannot be written; the row follows when storage is back. */
  async function save(redemption: Redemption, outcome: Outcome, sentAt: number | null = null): Promise<Redemption> {
    let saved: Redemption;
    try {
      saved = await ledger.settle(redemption, outcome, sentAt);
    } catch (error) {
      onUnsaved(redemption, error);
      void track(saveLater(parts, redemption, outcome, sentAt).then((row) => row !== null && reported(row)));
      return { ...redemption, reason: null, vendorMsg: null, ...outcome };
    }
    return reported(saved);
  }

  /**
   * For a row of which it is not known whether it has become a question: it may have been confirmed elsewhere and be
   * under way, so nothing is told of it before storage has answered.
   */
  async function saveBeforeTelling(redemption: Redemption, outcome: Outcome): Promise<Redemption> {
    const saved = await ledger.settle(redemption, outcome).catch((error: unknown) => {
      onUnsaved(redemption, error);
      return saveLater(parts, redemption, outcome);
    });
    return saved ?? { ...redemption, state: 'unknown', reason: 'interrupted' };
  }

  function reported(row: Redemption): Redemption {
    if (row.settledBy?.how === 'overruled') onOverruled(row);
    return row;
  }

  /** Waits for a row on which another caller or instance works. */
  async function whoeverHasIt(redemption: Redemption): Promise<Redemption> {
    if (redemption.state !== 'pending') return redemption;
    const settled = ledger.whenSettled(redemption.id).catch(() => redemption);
    return Promise.race([settled, stopped.then(() => redemption)]);
  }

  return {
    async redeem(newMessage, lines, confirmations = [], looks = 0, asNew = false) {
      const sinceClaim = startStopwatch(time);
      const allowance = linesPerMinute === undefined ? {} : { allowance: { perMinute: linesPerMinute, looks } };
      const { won, spent, message } = await ledger.claim(newMessage, lines, {
        policy,
        confirmations,
        asNew,
        ...allowance,
      });
      const settled = won
        ? track(inCardOrder(message.redemptions, (redemption) => work(redemption, message, sinceClaim)))
        : winnersRows(ledger, message);
      // A caller with a nearer way to the results leaves these unread; their failure must not end the process then.
      settled.catch(() => undefined);
      return { won, spent, message, settled };
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

async function callVendor(vendor: Vendor, redemption: Redemption, options: CallOptions): Promise<Outcome> {
  if (redemption.store === null) return { state: 'unsent', reason: 'unbound' };
  const request = {
    card: cardToSpend(redemption),
    count: redemption.count,
    remark: [redemption.remark, redemption.receipt].filter((part) => part !== '').join(' '),
    storeCode: redemption.store.code,
    employeeId: redemption.employeeId,
  };
  return vendor.consume(request, options);
}

/** Different cards run side by side; lines for the same card run in the order in which they were typed. */
async function inCardOrder(
  redemptions: readonly Redemption[],
  work: (redemption: Redemption) => Promise<Redemption>,
): Promise<readonly Redemption[]> {
  const lastOfCard = new Map<string, Promise<Redemption>>();
  return Promise.all(
    redemptions.map((redemption) => {
      const before = lastOfCard.get(redemption.card);
      const current = before === undefined ? work(redemption) : before.then(() => work(redemption));
      lastOfCard.set(redemption.card, current);
      return current;
    }),
  );
}

function winnersRows(ledger: Ledger, message: MessageRecord): Promise<readonly Redemption[]> {
  return Promise.all(
    message.redemptions.map((row) => (row.state === 'pending' ? ledger.whenSettled(row.id) : Promise.resolve(row))),
  );
}
