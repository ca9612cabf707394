import type { EarlierVerdict, Redemption, State, UnsentReason, Unsettled } from '../../redemption/redemption.ts';
import type { Verdict } from '../command.ts';
import { withDigits } from '../corrected.ts';
import { plain } from '../plain.ts';
import { printCommand } from '../print.ts';
import {
  cardTail,
  howToBind,
  joinParts,
  plainLine,
  OUTCOME_WORDS,
  vendorWords,
  REASONS,
  SHORT_OUTCOMES,
  shortName,
} from './words.ts';

/** What the card's detail adds to what the redemption itself says; each may be absent. */
export interface OutcomeExtras {
  /** Times left; said after a success only. */
  readonly remaining?: number | null;
  /** Whether these times were not seen, but computed. */
  readonly computed?: boolean;
  /** How an unknown outcome was settled later. */
  readonly settled?: SettledHow | null;
  /** Why it was not even submitted, seen in the detail beforehand; said instead of the reason. */
  readonly blocked?: Blocked | null;
  /** Whether an unknown outcome may become known by itself within minutes. */
  readonly checking?: boolean;
  /** Why it could not become known by itself. */
  readonly unsettled?: Unsettled | null;
}

export type SettledHow =
  /** By the remaining times before and after it. */
  | { readonly kind: 'times'; readonly before: number; readonly now: number }
  /** `by` is a manager's name; `corrects` is what was said by hand before. */
  | { readonly kind: 'hand'; readonly by: string; readonly corrects?: Corrected | null }
  /** By a list of the vendor's that `by` has put beside the records. */
  | { readonly kind: 'list'; readonly by: string }
  /** It was said to be something else before, by a manager, a manager's list or, where `by` is null, by the times left. */
  | { readonly kind: 'overruled'; readonly was: State; readonly by: string | null; readonly list?: boolean };

type Corrected = Pick<EarlierVerdict, 'name' | 'state' | 'file'>;

export type Blocked =
  /** `validUntil` is ready to be read. */
  | { readonly kind: 'expired'; readonly validUntil: string | null }
  | { readonly kind: 'too-few'; readonly remaining: number };

/** What is known about one redemption: outcome, the vendor's words, card, count, store, receipt, in this order. */
export function outcome(redemption: Redemption, extras: OutcomeExtras = {}): string {
  const { state } = redemption;
  return [
    OUTCOME_WORDS[state] + vendorWords(redemption) + describeHow(redemption, extras) + remainingWords(state, extras),
    ...(state === 'unknown' ? ['请勿重复核销，先查询该卡剩余次数'] : []),
    ...(state === 'unknown' && extras.checking === true ? ['系统会按余次核对，几分钟内核对清楚就告诉您'] : []),
    ...(state === 'unknown' && extras.unsettled != null ? unsettledLines(redemption, extras.unsettled) : []),
    facts(redemption),
    ...lookAlikeLine(redemption),
  ].join('\n');
}

const NO_SUCH_CARD =
  /[卡券].{0,8}(?:不存在|不正确|无效|有误|错误|未找到|[找查]不到)|(?:不存在|无效|未找到|查无|[找查]不到).{0,6}[卡券]/u;

/** The line with digits for letters that look like them, to be copied where the vendor does not know the card as typed. */
function lookAlikeLine({ state, vendorMsg, card, count, remark }: Redemption): string[] {
  const digits = state === 'refused' && NO_SUCH_CARD.test(vendorMsg ?? '') ? withDigits(card) : null;
  if (digits === null) return [];
  return ['卡号里的字母是不是数字？是的话请发：', plain(printCommand({ kind: 'redeem', card: digits, count, remark }))];
}

const telling = (told: State) => `^(?:【[^】]*】)?(?:[①-⑳]+ )?${OUTCOME_WORDS[told]}`;
const TELLS: Readonly<Record<State, RegExp>> = {
  asked: new RegExp(telling('asked'), 'mu'),
  pending: new RegExp(telling('pending'), 'mu'),
  succeeded: new RegExp(telling('succeeded'), 'mu'),
  refused: new RegExp(telling('refused'), 'mu'),
  unsent: new RegExp(telling('unsent'), 'mu'),
  unknown: new RegExp(telling('unknown'), 'mu'),
};

const TOLD = ['succeeded', 'refused', 'unsent', 'unknown'] as const;

/**
 * Whether a sentence of ours tells what a redemption came to; with `state`, whether it tells this. Lists use some of the
 * same words, but begin no line with them.
 */
export function tellsOutcome(sentence: string, state?: State): boolean {
  const told = state === undefined ? TOLD : [state];
  return told.some((one) => TELLS[one].test(sentence));
}

const UNSETTLED: Readonly<Record<Unsettled, string>> = {
  disturbed: '这几分钟里还有别的核销，可能用的是同一张卡，看余次判断不了',
  unseen: '剩余次数没查到，或没查全',
  unclear: '剩余次数的变化和这一笔对不上',
  late: '隔得太久，看余次判断不了',
};

/** Why the bot will not report more of it by itself, and what a manager types once they know. */
function unsettledLines({ receipt }: Redemption, why: Unsettled): string[] {
  return [
    `系统没能核对清楚：${UNSETTLED[why]}`,
    `请店长到联拓富后台，按单号查备注，查清楚后发${orWords(settlingLines(receipt))}`,
  ];
}

/** What settles it: the line for taken, and the one for not taken. */
export function settlingLines(receipt: string): readonly [string, string] {
  const line = (verdict: Verdict) => printCommand({ kind: 'check', receipt, verdict });
  return [line('consumed'), line('not-consumed')];
}

export function orWords([one, other]: readonly [string, string]): string {
  return `「${one}」或「${other}」`;
}

function remainingWords(state: Redemption['state'], { remaining, computed }: OutcomeExtras): string {
  if (state !== 'succeeded' || remaining == null) return '';
  return `，剩余${remaining}次${computed === true ? '（推算）' : ''}`;
}

/** Card, count, store and receipt. */
export function facts({
  card,
  count,
  store,
  receipt,
}: Pick<Redemption, 'card' | 'count' | 'store' | 'receipt'>): string {
  return joinParts([cardTail(card), `${count}次`, store === null ? null : plainLine(store.name), receipt], '，');
}

function describeHow({ state, reason }: Redemption, { settled, blocked }: OutcomeExtras): string {
  if (settled?.kind === 'overruled') {
    return `${reason === null ? '' : `：${REASONS[reason]}`}（${overruledWords(settled)}${state === 'unsent' ? '，重发前请先查余次' : ''}）`;
  }
  if (settled != null && state === 'succeeded') return `（${settledWords(settled)}）`;
  if (settled != null && state === 'refused') return `（${settledWords(settled)}）：${REFUSED_WORDS[settled.kind]}`;
  if (blocked != null && state === 'unsent') return `：${blockedWords(blocked)}`;
  return reason === null ? '' : `：${REASONS[reason]}`;
}

/** What to do about it. The times left have only been seen not to change. */
const REFUSED_WORDS: Readonly<Record<Exclude<SettledHow['kind'], 'overruled'>, string>> = {
  times: '看来没有扣，重新核销前请再查一次余次',
  hand: '次数没有扣，可重新核销',
  list: '清单里没有这一笔，看来没有扣，重新核销前请再查一次余次',
};

/** That the person may have been told otherwise. */
function overruledWords({ was, by, list = false }: Extract<SettledHow, { kind: 'overruled' }>): string {
  const how = by === null ? '按余次核对' : list ? listWords(by) : `${shortName(by)}人工核对`;
  return `更正：之前${how}为${SHORT_OUTCOMES[was]}，以这次为准`;
}

/** That it stands in the vendor's own list, or does not. */
export function listWords(by: string): string {
  return `${shortName(by)}按后台清单核对`;
}

/** That the person was told otherwise before. */
export function correctedWords(corrects: Corrected | null): string {
  if (corrects === null) return '';
  const { name, state, file } = corrects;
  return `更正：之前${file === undefined ? `${shortName(name)}核对` : listWords(name)}为${SHORT_OUTCOMES[state]}，现在`;
}

/** How it is known; of the times left also that they are no answer of the vendor's. */
function settledWords(settled: Exclude<SettledHow, { kind: 'overruled' }>): string {
  if (settled.kind === 'hand') return `${correctedWords(settled.corrects ?? null)}${shortName(settled.by)}人工核对`;
  if (settled.kind === 'list') return listWords(settled.by);
  const { before, now } = settled;
  const times = before === now ? `一直是${now}` : `${before} → ${now}`;
  return `按余次核对：${times}，是推断，不是核销系统的答复`;
}

export function blockedWords(blocked: Blocked): string {
  if (blocked.kind === 'too-few') {
    return blocked.remaining === 0 ? '次数已经用完了' : `只剩${blocked.remaining}次，次数不够`;
  }
  return joinParts(
    ['卡已过期', blocked.validUntil === null ? null : `有效期至 ${plainLine(blocked.validUntil)}`],
    '，',
  );
}

/** For a redemption of a person who is not in the mapping; `user` is platform and id, for a manager to copy. */
export function unbound(user: string, request: number | null = null): string {
  return `${OUTCOME_WORDS.unsent}：${howToBind(user, request)}`;
}

/** The answer to a command of a message of which nothing is carried out. */
export function notCarriedOut(
  reason: Extract<UnsentReason, 'stale' | 'storage' | 'busy' | 'too-many-lines' | 'stopping'>,
): string {
  return `${OUTCOME_WORDS.unsent}：${REASONS[reason]}`;
}

/** For a message that does not say who sent it. */
export function noUser(): string {
  return `${OUTCOME_WORDS.unsent}：${REASONS['no-user']}。`;
}

/** While an answer is still awaited; `linesBefore` is how many lines of others are called first, null where none is waited for. */
export function working(linesBefore: number | null = null): string {
  return linesBefore === null || linesBefore === 0 ? OUTCOME_WORDS.pending : `前面还有${linesBefore}笔，请稍候`;
}
