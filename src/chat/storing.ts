import type { Confirmation } from '../redemption/questions.ts';
import { keyOf, type MessageKey, type MessageRecord, type NewLine } from '../redemption/message.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { RedeemDesk, Redeeming } from '../redemption/redeem.ts';
import type { Log } from '../log.ts';
import { startSteadyStopwatch, startStopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';
import type { ChatMessage, Over } from './channel.ts';

/** How long storage is tried: this, and no longer than the platform listens; but half a second at least. */
const STORE_WITHIN_MS = 4_000;
const STORE_FOR_MS = 500;
/** After this time the platform may have delivered the message to another instance. */
const SURE_FOR_MS = 5_000;
const PAUSE_MS = 200;
/** How often a message of which it is not known whether it is stored is tried when its carrier is over. */
const TRY_ON_EVERY_MS = 1_000;
/** How many such messages at once. */
const MOST_TRIED_ON = 1_000;
/** How long to wait for another service to record what it refused. */
const WAIT_FOR_OTHERS_MS = 1_300;
/** No platform delivers a message again sooner: until then no other service can have had it. */
const FIRST_DELIVERY_MS = 2_000;
/** A message whose signed time is further off than this, on either side, is too old or lies in the future. */
const MOST_OFF_MS = 30 * 60_000;

/** Why nothing of a message that is on no record is carried out; null where all is. */
export type NotNow = 'stale' | 'storage' | 'busy' | null;

/** What is wanted of a message. */
export interface Wanted {
  readonly lines: readonly NewLine[];
  readonly confirmations: readonly Confirmation[];
  /** How many looks at cards it asks for besides. */
  readonly looks: number;
}

export type Stored =
  | { readonly kind: 'stored'; readonly redeeming: Redeeming; readonly notNow: NotNow }
  /** Not in time: the person is to be told that it was not submitted. `recorded` is null where that could not be recorded. */
  | { readonly kind: 'refused'; readonly recorded: Promise<MessageRecord | null> }
  /** This delivery did not store it in time, but another delivery in this process has, or has found it on record. */
  | ({ readonly kind: 'in-hand' } & Unfinished)
  /**
   * Not in time, and it cannot be looked up whether an earlier delivery was stored. It is tried until it is found on record, or is
   * stored as not carried out: the platform may have it refused by another service at any time.
   */
  | ({
      readonly kind: 'unclear';
      /** No other delivery here has ended so and is still being tried: the person has to be told. */
      readonly isNews: boolean;
    } & Unfinished);

interface Unfinished {
  /** This delivery may still store the message: resolves with how that ends. */
  readonly later: Promise<Stored>;
}

export interface StoringParts {
  readonly desk: RedeemDesk;
  readonly ledger: Pick<Ledger, 'findMessage' | 'refuse' | 'findRefusal' | 'mayBeRefusedElsewhere'>;
  /** Whether this process is working on it, or has done so in the last seconds. */
  readonly isInHand: (message: MessageKey) => boolean;
  readonly time: Time;
  readonly log: Log;
}

export interface Storing {
  /**
   * Stores a message and has it carried out, trying for as long as the platform listens. `want` says what is wanted of it
   * where it is carried out, and where it is not. Rejects where the sender has hung up, or nothing can be promised.
   */
  store(message: ChatMessage, want: (notNow: NotNow) => Wanted, when: When): Promise<Stored>;
  /** What is tried when its carrier is over is tried once more, and then given up. */
  stop(): void;
}

export interface When {
  /** The service works on as much as it can. */
  readonly isFull: boolean;
  readonly expiry: Over;
}

/** Deliveries of one message that are being stored. */
interface Attempts {
  deliveries: number;
  stored: boolean;
}

export function createStoring({ desk, ledger, isInHand, time, log }: StoringParts): Storing {
  const underWay = new Map<string, Attempts>();
  /** Messages that are tried though their carriers are over. */
  const triedOn = new Set<string>();
  let stopped = false;
  // A function, because it may be set at any await.
  const isStopped = () => stopped;

  /** How long ago a message was typed; infinite, where the clocks do not agree. */
  function ageOf({ signedAt, typedAt }: ChatMessage): number {
    const isClear = (age: number) => age > -FIRST_DELIVERY_MS && age <= MOST_OFF_MS;
    const typedAgo = time.now() - (typedAt ?? signedAt);
    if (isClear(typedAgo)) return typedAgo;
    const signedAgo = time.now() - signedAt;
    return isClear(signedAgo) ? signedAgo : Number.POSITIVE_INFINITY;
  }

  /** Waits until it is certain that no other service has told the person that this was not submitted, but not for long. */
  async function isRefusedElsewhere(
    message: ChatMessage,
    hereForMs: () => number,
    unclear: Promise<boolean>,
  ): Promise<boolean> {
    if (!(await unclear) || (await ledger.findMessage(message)) !== null) return false;
    while (hereForMs() < WAIT_FOR_OTHERS_MS) {
      await time.sleep(PAUSE_MS);
      if (!(await ledger.mayBeRefusedElsewhere(ageOf(message), hereForMs()))) return false;
    }
    return true;
  }

  return {
    async store(message, want, { isFull, expiry }) {
      const refusal = ledger.findRefusal(message);
      if (refusal !== null) return { kind: 'refused', recorded: refusal };
      // A clock that is set does not end what is tried on.
      const [hereForMs, triedForMs] = [startStopwatch(time), startSteadyStopwatch(time)];
      const stale = Math.abs(message.signedAt - time.now()) > MOST_OFF_MS;
      const isKnown = isInHand(message);
      const isFirst = ageOf(message) < FIRST_DELIVERY_MS;
      const key = keyOf(message);
      const attempts = enter(underWay, key);
      let answered = false;
      let goesOn = false;
      const over = Promise.withResolvers<'too-late' | 'gone'>();
      const timers: (() => void)[] = [];
      const endAfter = (ms: number) => timers.push(time.after(ms, () => over.resolve('too-late')));
      endAfter(STORE_WITHIN_MS);
      void expiry.then((how) => {
        if (how === 'gone') over.resolve(how);
        else if (!answered) endAfter(Math.max(0, STORE_FOR_MS - hereForMs()));
      });
      const tooLate = over.promise;
      /** What was to be stored as not carried out, and may have been, stays so however often it is tried. */
      let turnedAway: NotNow = null;
      /** A try that was to have it carried out may have been stored: that one is not to be found again by what turns it away. */
      let wasWanted = false;

      async function attempt(): Promise<Stored> {
        const unclear = turnedAway === null && !stale && ledger.mayBeRefusedElsewhere(ageOf(message), hereForMs());
        const elsewhere = unclear !== false && (await isRefusedElsewhere(message, hereForMs, unclear));
        turnedAway ??= stale ? 'stale' : elsewhere ? 'storage' : isFull ? 'busy' : null;
        const notNow = turnedAway;
        if ((answered && !goesOn) || ledger.findRefusal(message) !== null)
          throw new Error('it has been answered meanwhile');
        const { lines, confirmations, looks } = want(notNow);
        wasWanted ||= notNow === null;
        const redeeming = await desk.redeem(message, lines, confirmations, looks, notNow !== null && wasWanted);
        attempts.stored = true;
        if (redeeming.won && notNow !== null) {
          const times = { signedAt: new Date(message.signedAt), now: new Date(time.now()) };
          log.warn({ channel: message.channel, notNow, ...times }, 'a message was not carried out');
        }
        return { kind: 'stored', redeeming, notNow };
      }

      /** Tries until storage takes it, as not carried out. Other deliveries of the message here go first. */
      async function goOn(trying: Promise<Stored>): Promise<Stored> {
        if (isFull || triedOn.has(key) || triedOn.size >= MOST_TRIED_ON) return trying;
        triedOn.add(key);
        goesOn = true;
        turnedAway ??= 'storage';
        try {
          for (;;) {
            const { stored, failure } = await trying.then(...outcomes);
            if (stored !== null) return stored;
            if (isStopped() || triedForMs() > MOST_OFF_MS) {
              log.error({ channel: message.channel, err: failure }, 'a message was given up that may not be on record');
              throw failure;
            }
            do await time.sleep(TRY_ON_EVERY_MS);
            while (underWay.has(key) && !isStopped());
            trying = attempt();
          }
        } finally {
          triedOn.delete(key);
        }
      }

      try {
        let failure: unknown = null;
        const read = { isAbsent: false };
        for (;;) {
          const trying = attempt();
          const ended = await Promise.race([trying.then(...outcomes), tooLate]);
          if (typeof ended !== 'string' && ended.stored !== null) return ended.stored;
          if (typeof ended !== 'string' && failure === null) {
            ({ failure } = ended);
            // Storage that cannot be written can often be read.
            void ledger.findMessage(message).then((record) => (read.isAbsent = record === null), ignore);
          }
          const pause = () => time.sleep(PAUSE_MS).then(() => 'again' as const);
          const next = typeof ended === 'string' ? ended : await Promise.race([pause(), tooLate]);
          if (next === 'gone') return await trying;
          if (next === 'too-late') {
            if (attempts.stored || isKnown || isInHand(message)) return { kind: 'in-hand', later: trying };
            const about = { channel: message.channel, err: failure };
            // A service that was frozen meanwhile does not know what other services have done with it.
            const mayKnow = hereForMs() < SURE_FOR_MS && (isFirst || read.isAbsent);
            if (!mayKnow) {
              log.error(about, 'a message could not be stored in time, and may have been before');
              return { kind: 'unclear', isNews: !triedOn.has(key), later: goOn(trying) };
            }
            const recorded = ledger.refuse(message, want('storage').lines);
            if (recorded === null) return await trying;
            log.error(about, 'a message could not be stored in time: not submitted');
            return { kind: 'refused', recorded };
          }
        }
      } finally {
        answered = true;
        for (const cancel of timers) cancel();
        leave(underWay, key);
      }
    },
    stop() {
      stopped = true;
    },
  };
}

const outcomes = [
  (stored: Stored) => ({ stored, failure: null }),
  (failure: unknown) => ({ stored: null, failure }),
] as const;

const ignore = () => undefined;

function enter(underWay: Map<string, Attempts>, key: string): Attempts {
  const attempts = underWay.get(key) ?? { deliveries: 0, stored: false };
  attempts.deliveries += 1;
  underWay.set(key, attempts);
  return attempts;
}

function leave(underWay: Map<string, Attempts>, key: string): void {
  const attempts = underWay.get(key);
  if (attempts === undefined) return;
  attempts.deliveries -= 1;
  if (attempts.deliveries === 0) underWay.delete(key);
}
