import { randomInt } from 'node:crypto';
import type { Problem } from '../problem.ts';
import type { BaseLogger } from 'pino';
import { type Dispatcher, Pool } from 'undici';
import type { KnownOfTrouble } from '../redemption/people.ts';
import type { ConsumeRequest, Vendor } from '../redemption/ports.ts';
import type { Outcome } from '../redemption/redemption.ts';
import { realTime } from '../time/real.ts';
import type { Time } from '../time/time.ts';
import type { Unheard } from './availability.ts';
import { callOnce, MAX_RESPONSE_BYTES } from './call-once.ts';
import { createCardLooks, DETAIL_PATH, type LookResult } from './card-looks.ts';
import { consumeForm, type Merchant } from './consume-form.ts';
import { createGate, type Entry } from './gate.ts';
import { type CallResult, unsent } from './outcome.ts';
import { troubleOf } from './refusals.ts';
import { createTroubles, type MerchantTrouble } from './troubles.ts';

const CONSUME_PATH = '/open/timescard/userTimesCardConsume';

export interface VendorOptions extends Merchant {
  /** Base URL; a path prefix is kept. */
  readonly url: string;
  /** For one call as a whole: waiting for its turn, connecting, sending, reading the answer. */
  readonly timeoutMs: number;
  /** Default: 3000, or `timeoutMs` where that is less. */
  readonly connectTimeoutMs?: number;
  /** Calls at the vendor at once. Default: 64. */
  readonly maxConcurrent?: number;
  /** Calls waiting behind them. Default: 256. */
  readonly maxQueued?: number;
  /** How long a call may wait there, so that people hear "busy" while their chat still listens. Default: 1500. */
  readonly maxQueueMs?: number;
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
    maxQueued = 256,
    maxQueueMs = 1500,
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
  const gate = createGate({ places: maxConcurrent, maxWaiting: maxQueued }, time);
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

  async function send(request: ConsumeRequest, timeoutMs: number, mayLeave?: () => boolean): Promise<CallResult> {
    let form: string;
    try {
      form = consumeForm(request, options, random());
    } catch (error) {
      log?.error({ err: error }, 'consume request could not be built');
      return unsent('no-connection', 'bad-request');
    }
    return callOnce(connections.consume, { path, form, timeoutMs, mayLeave, time });
  }

  function report(call: CallInfo, store: string): void {
    const { outcome, cause, ms, queuedMs } = call;
    if (cause !== null) log?.warn({ ...outcome, cause, ms, queuedMs }, 'vendor call without a clear answer');
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

  async function consume(request: ConsumeRequest, mayLeave?: () => boolean): Promise<Outcome> {
    const askedAt = time.monotonic();
    // A call sent with little time left would turn a harmless "busy" into an "unknown": half the time is for its answer.
    const entry = await gate.enter(Math.min(maxQueueMs, timeoutMs / 2));
    const queuedMs = time.monotonic() - askedAt;
    const result =
      entry === 'entered'
        ? await send(request, timeoutMs - queuedMs, mayLeave).finally(() => gate.leave())
        : unsent(...TURNED_AWAY[entry]);
    report({ ...result, ms: time.monotonic() - askedAt, queuedMs }, request.storeCode);
    return result.outcome;
  }

  return {
    consume,
    detail: (card, lookOptions) => looks.detail(card, lookOptions),
    trouble: (trouble) => troubles.known(trouble),
    problems: () => [...troubles.problems(), ...looks.problems()],
    async close() {
      // Once the gates are empty only idle connections and abandoned connection attempts are left.
      closing ??= Promise.all([gate.close(), looks.close()])
        .then(() => Promise.all([connections.consume.destroy(), connections.look.destroy()]))
        .then(() => undefined);
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

function randomDigits(): string {
  return String(randomInt(10 ** 14)).padStart(14, '0');
}
