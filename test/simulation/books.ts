import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Plan } from './plan.ts';
import type { Scheduler } from './scheduler.ts';

/** A consume request that has left a service. Instants are virtual milliseconds. */
export interface Request {
  readonly receipt: string;
  /** As it was sent: a number or a code. */
  readonly card: string;
  readonly count: number;
  readonly leftAt: number;
  readonly process: string;
  bookedAt: number | null;
  /** A clear answer that reached the service. */
  answer: { readonly yes: boolean; readonly at: number } | null;
}

/** A change of a card's balance. */
export interface Change {
  readonly card: string;
  readonly at: number;
  /** When looks begin to show it. */
  readonly visibleAt: number;
  readonly by: number;
  /** Null where it came from elsewhere. */
  readonly receipt: string | null;
}

/** A look that showed a balance to a service. */
export interface Sight {
  readonly card: string;
  readonly at: number;
  /** Whether it was one after an unknown. */
  readonly later: boolean;
}

interface Code {
  readonly card: string;
  readonly until: number;
  used: boolean;
}

const CODE_LIVES_MS = 60_000;

/** The vendor's books: what is on the cards, and what was asked of them. */
export class Books {
  readonly requests: Request[] = [];
  readonly changes: Change[] = [];
  readonly sights: Sight[] = [];
  readonly cards: readonly string[];
  readonly #plan: Plan;
  readonly #chance: Chance;
  readonly #faults: Faults;
  readonly #scheduler: Scheduler;
  readonly #codes = new Map<string, Code>();
  readonly #opening = new Map<string, number>();

  constructor(plan: Plan, chance: Chance, faults: Faults, scheduler: Scheduler) {
    this.#plan = plan;
    this.#chance = chance;
    this.#faults = faults;
    this.#scheduler = scheduler;
    this.cards = Array.from({ length: plan.cards }, (_, index) => `91409535329440402${index}`);
    for (const card of this.cards) this.#opening.set(card, chance.pick('balance', [3, 6, 20, 20]));
  }

  /** What the customer's telephone shows now. */
  newCode(card: string): string {
    const code = `2866${String(this.#chance.int('codes', 0, 10 ** 10)).padStart(14, '0')}`;
    this.#codes.set(code, { card, until: this.#scheduler.now + CODE_LIVES_MS, used: false });
    return code;
  }

  /** The card that a number or code stands for, whether or not it still works. */
  cardOf(typed: string): string {
    return this.#codes.get(typed)?.card ?? typed;
  }

  left(receipt: string, card: string, count: number, process: string): Request {
    const { now } = this.#scheduler;
    const request: Request = { receipt, card, count, leftAt: now, process, bookedAt: null, answer: null };
    this.requests.push(request);
    this.#stirElsewhere(this.cardOf(card), count);
    return request;
  }

  consume(request: Request): { readonly code: string; readonly msg: string } {
    const { now } = this.#scheduler;
    const code = this.#codes.get(request.card);
    if (code !== undefined && (code.used || code.until < now)) return { code: 'FAILED', msg: '动态码已失效' };
    const card = this.cardOf(request.card);
    if (!this.#opening.has(card)) return { code: 'FAILED', msg: '卡不存在' };
    if (this.#balance(card, (change) => change.at) < request.count) return { code: 'FAILED', msg: '剩余次数不足' };
    if (code !== undefined) code.used = true;
    request.bookedAt = now;
    this.#change(card, -request.count, request.receipt);
    return { code: 'SUCCESS', msg: '核销完成' };
  }

  answered(request: Request, yes: boolean, process: string): void {
    if (process === request.process) request.answer = { yes, at: this.#scheduler.now };
  }

  /**
   * Around the same time another user changes the card, by just as much: at the counter, in the vendor's app, a refund.
   */
  #stirElsewhere(card: string, count: number): void {
    if (!this.#faults.happens('card changes elsewhere', 'books')) return;
    const by = this.#chance.pick('elsewhere', [count, -count]);
    this.#scheduler.after(this.#chance.spread('elsewhere', 200, 200_000), () => {
      if (by < 0 && this.#balance(card, (change) => change.at) < -by) return;
      this.#change(card, by, null);
    });
  }

  look(typed: string): { readonly card: string | null; readonly answer: Record<string, unknown> } {
    const { now } = this.#scheduler;
    const code = this.#codes.get(typed);
    const card = code?.card ?? typed;
    if (!this.#opening.has(card) || (code !== undefined && code.until < now)) {
      return { card: null, answer: { code: 'FAILED', msg: '查不到' } };
    }
    const cardNo = { own: card, typed, masked: `${card.slice(0, 4)}****${card.slice(-4)}`, none: null }[
      this.#plan.cardNo
    ];
    const suplusTimes = Math.max(
      0,
      this.#balance(card, (change) => change.visibleAt),
    );
    return { card, answer: { code: 'SUCCESS', suplusTimes, cardNo, cardName: '次卡' } };
  }

  isBooked(receipt: string, by = Infinity): boolean {
    return this.requests.some((request) => request.receipt === receipt && (request.bookedAt ?? Infinity) <= by);
  }

  #change(card: string, by: number, receipt: string | null): void {
    const at = this.#scheduler.now;
    const lagMs = this.#faults.happens('balance lags', 'books') ? this.#chance.spread('lag', 1_000, 150_000) : 0;
    this.changes.push({ card, at, visibleAt: at + lagMs, by, receipt });
  }

  #balance(card: string, since: (change: Change) => number): number {
    const { now } = this.#scheduler;
    return this.changes
      .filter((change) => change.card === card && since(change) <= now)
      .reduce((sum, { by }) => sum + by, this.#opening.get(card) ?? 0);
  }
}
