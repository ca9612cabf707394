import type { BaseLogger } from 'pino';
import type { Problem } from '../problem.ts';
import type { KnownOfTrouble } from '../redemption/people.ts';
import { REMEDIES, type Trouble } from './refusals.ts';

/** The same trouble is logged and told no more often than this, however it comes and goes. */
const TELL_EVERY_MS = 10 * 60_000;

/** A trouble with the merchant, and the store that it is about; null where it is about all of them. */
export interface MerchantTrouble {
  readonly trouble: Trouble;
  readonly store: string | null;
}

/** What an answer was to: a request of which kind, for which store. */
export interface AnswerTo {
  readonly use: 'consume' | 'look';
  readonly store: string | null;
}

/** What is wrong with the merchant at the vendor, as the vendor's answers say. */
export interface Troubles {
  /** One answer: what it says about the merchant; null where it shows that all is well. */
  heard(to: AnswerTo, trouble: Trouble | null, vendorMsg: string | null): void;
  /** What the answers so far say about a trouble. */
  known(trouble: MerchantTrouble): KnownOfTrouble;
  /** What is wrong now. */
  problems(): readonly Problem[];
}

export interface TroublesOptions {
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number;
  readonly log: Pick<BaseLogger, 'warn' | 'error'> | undefined;
  /** Told what is wrong whenever that changes. */
  readonly onChange: (present: readonly MerchantTrouble[]) => void;
  /** Told of a trouble when it is logged, and for how many milliseconds it has been so. */
  readonly onTrouble: (trouble: MerchantTrouble, forMs: number) => void;
}

/**
 * Keeps what is wrong with the merchant until an answer shows that it is well again. It logs changes, not answers:
 * staff send message after message meanwhile.
 */
export function createTroubles({ now, log, onChange, onTrouble }: TroublesOptions): Troubles {
  const present = new Map<string, MerchantTrouble>();
  const since = new Map<string, { readonly at: string; readonly ms: number }>();
  /** The last good answer to a request of each kind for each store. */
  const wellAt = new Map<string, { readonly to: AnswerTo; readonly ms: number }>();
  const refusedAt = new Map<string, number>();
  const loggedAt = new Map<string, number>();

  function raise(found: MerchantTrouble, vendorMsg: string | null): void {
    const name = nameOf(found);
    refusedAt.set(name, now());
    if (!present.has(name)) {
      present.set(name, found);
      since.set(name, { at: new Date().toISOString(), ms: now() });
      onChange([...present.values()]);
    }
    if (now() - (loggedAt.get(name) ?? Number.NEGATIVE_INFINITY) < TELL_EVERY_MS) return;
    loggedAt.set(name, now());
    const { trouble, store } = found;
    log?.error(
      { trouble, store, vendorMsg, remedy: REMEDIES[trouble] },
      'the vendor refuses the merchant: redemptions fail',
    );
    onTrouble(found, now() - (since.get(name)?.ms ?? now()));
  }

  function clear(to: AnswerTo): void {
    wellAt.set(`${to.use} ${to.store ?? ''}`, { to, ms: now() });
    const over = [...present.values()].filter((one) => disproves(to, one));
    if (over.length === 0) return;
    for (const one of over) present.delete(nameOf(one));
    onChange([...present.values()]);
    log?.warn({ over }, 'the vendor does not refuse the merchant any more');
  }

  return {
    heard(to, trouble, vendorMsg) {
      if (trouble === null) clear(to);
      else raise({ trouble, store: trouble === 'store' ? to.store : null }, vendorMsg);
    },
    known(trouble) {
      const name = nameOf(trouble);
      const started = present.has(name) ? since.get(name) : undefined;
      const well = [...wellAt.values()].filter(({ to }) => disproves(to, trouble)).map(({ ms }) => ms);
      return {
        forMs: started === undefined ? null : now() - started.ms,
        refusedMsAgo: started === undefined ? null : now() - (refusedAt.get(name) ?? started.ms),
        wellMsAgo: well.length === 0 ? null : now() - Math.max(...well),
      };
    },
    problems: () =>
      [...present].map(([name, { trouble, store }]) => ({
        what: 'vendor',
        since: since.get(name)?.at ?? '',
        detail: `it refuses ${store === null ? 'the merchant' : `store ${store}`} (${trouble}): ${REMEDIES[trouble]}`,
      })),
  };
}

const nameOf = ({ trouble, store }: MerchantTrouble): string => `${trouble} ${store ?? ''}`;

/** Whether a good answer to this shows that a trouble is over. Key and merchant are the same for every request. */
function disproves({ use, store }: AnswerTo, { trouble, store: troubled }: MerchantTrouble): boolean {
  if (trouble === 'signature' || trouble === 'app') return true;
  return use === 'consume' && (trouble !== 'store' || troubled === store);
}
