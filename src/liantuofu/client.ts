import { randomInt } from 'node:crypto';
import type { Problem } from '../problem.ts';
import type { BaseLogger } from 'pino';
import { type Dispatcher, Pool } from 'undici';
import type { KnownOfTrouble } from '../redemption/people.ts';
import type { Asker, CallOptions, ConsumeRequest, Vendor } from '../redemption/ports.ts';
import type { Outcome, UnsentReason } from '../redemption/redemption.ts';
import { realTime } from '../time/real.ts';
import { startStopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';
import type { Unheard } from './availability.ts';
import { callOnce, MAX_RESPONSE_BYTES } from './call-once.ts';
import { createCallTime } from './call-time.ts';
import { createCardLooks, DETAIL_PATH, SERVICE_ITSELF, type LookResult } from './card-looks.ts';
import { consumeForm, type Merchant } from './consume-form.ts';
import { createGate, type Entry } from './gate.ts';
import { type CallResult, unsent } from './outcome.ts';
import { troubleOf } from './refusals.ts';
import { createTroubles, type MerchantTrouble } from './troubles.ts';
import { createTurnedAway } from './turned-away.ts';

const CONSUME_PATH = '/open/timescard/userTimesCardConsume';
/** Of the whole time for a call, how much may be spent on asking whether it may leave: half of what a call has to spare. */
const OBSTACLE_SHARE = 1 / 8;

export interface VendorOptions extends Merchant {
  /** Base URL; a path prefix is kept. */
  readonly url: string;
  /** For one call as a whole: waiting for its turn, connecting, sending, reading the answer. */
  readonly timeoutMs: number;
  /** Default: 3000, or `timeoutMs` where that is less. */
  readonly connectTimeoutMs?: number;
  /** Calls at the vendor at once. Default: 64. */
  readonly maxConcurrent?: number;
  /** Calls waiting behind them, which costs nothing but memory. Default: 4000. */
  readonly maxQueued?: number;
  /** Looks at cards at once, beside the calls. Default: 32. */
  readonly maxLooks?: number;
  /** The request's `random`: digits only. */
  readonly random?: () => string;
  readonly time?: Time;
  /** Where each use gets its connections, which must be its own. Default: from pools of real ones. */
  readonly connect?: (use: Use) => Connections;
  readonly log?: Pick<BaseLogger, 'warn' | 'error'>;
  /** Told about every call, those that never left included. */
  readonly onCall?: (call: CallInfo) => void;
  /** Told how many calls wait for a place whenever that changes. */
  readonly onWaiting?: (calls: number) => void;
  /** Told about every look at a card. */
  readonly onLook?: (result: LookResult) => void;
  /** Told whenever looking is paused for a while, and why. */
  readonly onLooksPaused?: (why: Unheard) => void;
  /** Told what is wrong with the merchant whenever that changes. */
  readonly onTroubles?: (present: readonly MerchantTrouble[]) => void;
  /** Told of a trouble with the merchant now and then while there is one, and for how many milliseconds it has been so. */
  readonly onTrouble?: (trouble: MerchantTrouble, forMs: number) => void;
}

export interface LiantuofuVendor extends Vendor {
  /**
   * How many other lines, as of now, are called before the last one of this message that waits for a place; null where none
   * of them waits.
   */
  linesBefore(asker: Asker): number | null;
  /** Calls that are under way and that wait for a place, and how many may be under way at once. */
  load(): { readonly running: number; readonly waiting: number; readonly most: number };
  /** What is wrong with the merchant, or with looking at cards. */
  problems(): readonly Problem[];
  /** What this process knows of a trouble with the merchant. */
  trouble(trouble: MerchantTrouble): KnownOfTrouble;
}

export type Use = 'consume' | 'look';

export type Connections = Pick<Dispatcher, 'dispatch'> & { destroy(): Promise<void> };

export interface CallInfo extends CallResult {
  /** From `consume()` to the outcome, the wait included. */
  readonly ms: number;
  readonly queuedMs: number;
}

/** The real vendor, over bounded pools of connections. Throws when `url` is not a URL. */
export function createVendor(options: VendorOptions): LiantuofuVendor {
  const {
    timeoutMs,
    maxConcurrent = 64,
    maxQueued = 4_000,
    maxLooks = 32,
    random = randomDigits,
    time = realTime,
    log,
    onCall,
  } = options;
  const base = new URL(options.url);
  const prefix = base.pathname.replace(/(?<!\/)\/+$/, '');
  const path = prefix + CONSUME_PATH;
  const poolOf = (connections: number): Pool.Options => ({
    connections,
    pipelining: 1,
    allowH2: false,
    // A connection that has carried something may bring a second answer to it, or be closing: either could make of the
    // next call what it is not. So each call has one of its own, and each look, which would come to nothing.
    maxRequestsPerClient: 1,
    connectTimeout: options.connectTimeoutMs ?? Math.min(3000, timeoutMs),
    // callOnce has one timer for the whole call.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_RESPONSE_BYTES,
  });
  const pools: Readonly<Record<Use, Pool.Options>> = { consume: poolOf(maxConcurrent), look: poolOf(maxLooks) };
  const connect = options.connect ?? ((use) => new Pool(base.origin, pools[use]));
  const connections = { consume: connect('consume'), look: connect('look') };
  const gate = createGate({ places: maxConcurrent, maxWaiting: maxQueued, onWaiting: options.onWaiting }, time);
  const callTime = createCallTime(timeoutMs, time);
  const turnedAway = createTurnedAway(log, time);
  const troubles = createTroubles({
    // How long ago that was includes the time that the machine has slept.
    now: () => time.uptime(),
    log,
    onChange: (present) => options.onTroubles?.(present),
    onTrouble: (trouble, forMs) => options.onTrouble?.(trouble, forMs),
  });
  const looks = createCardLooks({
    connections: connections.look,
    path: prefix + DETAIL_PATH,
    merchant: options,
    places: maxLooks,
    random,
    time,
    troubles,
    log,
    onLook: options.onLook,
    onPause: options.onLooksPaused,
  });
  let closing: Promise<void> | undefined;

  /** Why a call that has a place may not be sent, as far as storage says so in time. */
  async function obstacleTo({ obstacle }: CallOptions): Promise<UnsentReason | null> {
    const asked = obstacle?.() ?? null;
    if (asked === null) return null;
    const late = Promise.withResolvers<'overdue'>();
    const cancel = time.after(timeoutMs * OBSTACLE_SHARE, () => late.resolve('overdue'));
    return Promise.race([asked, late.promise]).finally(cancel);
  }

  async function send(request: ConsumeRequest, leftMs: () => number, call: CallOptions): Promise<CallResult> {
    const reason = await obstacleTo(call);
    if (reason !== null) return unsent(reason, reason);
    let form: string;
    try {
      form = consumeForm(request, options, random());
    } catch (error) {
      log?.error({ err: error }, 'consume request could not be built');
      return unsent('no-connection', 'bad-request');
    }
    const began = time.monotonic();
    const { mayLeave } = call;
    const result = await callOnce(connections.consume, { path, form, timeoutMs: leftMs(), mayLeave, time });
    if (result.cause === null || result.cause === 'timeout') callTime.took(time.monotonic() - began);
    return result;
  }

  function report(call: CallInfo, store: string): void {
    const { outcome, cause, ms, queuedMs } = call;
    if (cause !== null && QUEUE_CAUSES.has(cause)) turnedAway.note(cause);
    else if (cause !== null) log?.warn({ ...outcome, cause, ms, queuedMs }, 'vendor call without a clear answer');
    try {
      const trouble = troubleOf(call);
      // An unclear answer does not show that all is well.
      if (trouble !== null || cause === null) troubles.heard({ use: 'consume', store }, trouble, vendorMsgOf(outcome));
      if (trouble === null && cause === null) looks.merchantAccepted();
      onCall?.(call);
    } catch (error) {
      log?.error({ err: error }, 'vendor call observer failed');
    }
  }

  async function consume(request: ConsumeRequest, call: CallOptions = {}): Promise<Outcome> {
    const askedAt = time.monotonic();
    const waited = startStopwatch(time);
    // A call sent with too little time left would turn a harmless "busy" into an "unknown".
    const entry = await gate.enter(call.asker ?? SERVICE_ITSELF, () => timeoutMs - callTime.needMs());
    const queuedMs = time.monotonic() - askedAt;
    const result =
      entry === 'entered'
        ? await send(request, () => timeoutMs - waited(), call).finally(() => gate.leave())
        : unsent(...TURNED_AWAY[entry]);
    report({ ...result, ms: time.monotonic() - askedAt, queuedMs }, request.storeCode);
    return result.outcome;
  }

  return {
    consume,
    linesBefore: (asker) => gate.linesBefore(asker),
    load() {
      const { inside, waiting } = gate.load();
      return { running: inside, waiting, most: maxConcurrent };
    },
    detail: (card, lookOptions) => looks.detail(card, lookOptions),
    trouble: (trouble) => troubles.known(trouble),
    problems: () => [...troubles.problems(), ...looks.problems()],
    async close() {
      // Once the gates are empty only idle connections and abandoned connection attempts are left.
      closing ??= Promise.all([gate.close(), looks.close()])
        .then(() => Promise.all([connections.consume.destroy(), connections.look.destroy()]))
        .then(() => turnedAway.stop());
      await closing;
    },
  };
}

const vendorMsgOf = (outcome: Outcome): string | null => ('vendorMsg' in outcome ? outcome.vendorMsg : null);

const TURNED_AWAY: Readonly<Record<Exclude<Entry, 'entered'>, Parameters<typeof unsent>>> = {
  full: ['busy', 'queue-full'],
  expired: ['busy', 'queue-deadline'],
  closed: ['stopping', 'closed'],
};
/** With many people at once these are as many: they are logged together. */
const QUEUE_CAUSES: ReadonlySet<string> = new Set([TURNED_AWAY.full[1], TURNED_AWAY.expired[1]]);

function randomDigits(): string {
  return String(randomInt(10 ** 14)).padStart(14, '0');
}
