import type { BindingNews } from '../../redemption/notices.ts';
import type { Redemption } from '../../redemption/redemption.ts';
import { addUp, isNothing, tallyOf, type Tally } from '../../redemption/tally.ts';
import { tallyWords } from './records.ts';
import { correctedWords, listWords } from './redemption.ts';
import {
  actorName,
  cardTail,
  joinParts,
  moreLine,
  oneLine,
  OUTCOME_WORDS,
  SHORT_OUTCOMES,
  shortName,
  vendorWords,
} from './words.ts';

// What is said to groups that did not ask. Every title holds the word 核销, so that a robot that only lets messages with
// a certain word through can be given this one. Escaping markup is the platform's job.

/** A message to a group: plain text, line by line. */
export interface GroupText {
  readonly title: string;
  readonly lines: readonly string[];
  /** Whether a person should look at it. */
  readonly alarming: boolean;
}

/** What became of a redemption, for people who were not there. */
export interface RedemptionNews {
  readonly kind: 'redemption';
  readonly redemption: Redemption;
  /** Whether it was unknown before. */
  readonly settledLater: boolean;
  /** A name or a user id; empty leaves it out. */
  readonly who: string;
  /** The time of day, with the day where that is not today. */
  readonly when: string;
}

/** `news` is null where it is not to be repeated. */
interface BindingLine {
  readonly kind: 'binding';
  readonly news: BindingNews | null;
  readonly when: string;
}

export type News = RedemptionNews | BindingLine;

const TITLES: Readonly<Record<Redemption['state'], string>> = { ...OUTCOME_WORDS, unknown: '核销结果未知' };
/** In characters. */
const DO_NOT_REPEAT = '请勿重复核销，先查询该卡剩余次数';

/** One thing that happened. */
export function newsText(news: News): GroupText {
  if (news.kind === 'binding') {
    return { title: '核销员工变动', lines: [bindingWords(news.news), news.when], alarming: false };
  }
  const { redemption, settledLater, who, when } = news;
  const { state, count, card, receipt } = redemption;
  const place = joinParts([storeName(redemption), shortName(who)], '，');
  return {
    title: settledLater ? `已核对：${OUTCOME_WORDS[state]}${settledHow(redemption)}` : TITLES[state],
    lines: [
      ...(place === '' ? [] : [place]),
      `${cardTail(card)}，${count}次${vendorWords(redemption)}`,
      ...(state === 'unknown' ? [DO_NOT_REPEAT] : []),
      `${when}，${receipt}`,
    ],
    alarming: isAlarming(news),
  };
}

/** Several things at once: totals, then a line for each. `left` is how many more wait for the next message. */
export function digestText(news: readonly News[], left: number): GroupText {
  const stores = new Set(news.map(storeOf));
  const [store = ''] = stores.size === 1 ? stores : [];
  const more = moreLine(left, '条，随后发来');
  return {
    title: joinParts(['核销通知', store, `${news.length}条`], ' '),
    lines: [totals(news), ...news.map((each) => digestLine(each, store === '')), ...(more === null ? [] : [more])],
    alarming: news.some(isAlarming),
  };
}

function digestLine(news: News, withStore: boolean): string {
  if (news.kind === 'binding') return `${news.when} ${bindingWords(news.news)}`;
  const { redemption, settledLater, who, when } = news;
  const { state, card, count, receipt } = redemption;
  const outcome = settledLater ? `已核对：${SHORT_OUTCOMES[state]}${settledHow(redemption)}` : SHORT_OUTCOMES[state];
  const words = vendorWords(redemption);
  const place = [withStore ? storeName(redemption) : null, shortName(who)];
  return joinParts([when, ...place, outcome, cardTail(card), `${count}次${words}`, receipt], ' ');
}

function totals(news: readonly News[]): string {
  const redemptions = news.filter((each) => each.kind === 'redemption');
  const fresh = redemptions.filter(({ settledLater }) => !settledLater);
  const settled = redemptions.length - fresh.length;
  const bindings = news.length - redemptions.length;
  return joinParts(
    [
      fresh.length > 0
        ? tallyWords(tallyOf(fresh.map(({ redemption: { state, count } }) => ({ state, lines: 1, times: count }))))
        : null,
      settled > 0 ? `已核对${settled}条` : null,
      bindings > 0 ? `员工变动${bindings}条` : null,
    ],
    '，',
  );
}

/** A store's day. */
export interface StoreDay {
  readonly name: string;
  readonly tally: Tally;
  readonly people: readonly (Tally & { readonly who: string })[];
}

export interface DayReport {
  readonly day: string;
  /** Every store that the group hears of, in the order in which they are shown. */
  readonly stores: readonly StoreDay[];
  /** Whether these are all stores that there are. */
  readonly all: boolean;
  /** Still unknown, oldest first. */
  readonly unknown: readonly Omit<RedemptionNews, 'kind' | 'settledLater'>[];
  /** Unknown ones of that day beyond those that are listed, and of the days before. */
  readonly unknownMore: number;
  readonly unknownBefore: number;
  /** What came on the day before after its report, which was made `at` that time; null when nothing did. */
  readonly afterLast: { readonly at: string; readonly tally: Tally } | null;
}

/** The daily summary. */
export function dayText({ day, stores, all, unknown, ...rest }: DayReport): GroupText {
  const [only] = stores;
  const single = all || stores.length > 1 ? null : (only ?? null);
  const scope = single === null ? (all ? '全部门店' : `${stores.length}家门店`) : shortName(single.name);
  const sum = addUp(stores.map(({ tally }) => tally));
  const { unknownMore, unknownBefore, afterLast } = rest;
  return {
    title: `核销日报 ${day} ${scope}`,
    lines: [
      isNothing(sum) ? '当天没有核销' : `合计${tallyWords(sum)}`,
      ...(single === null ? tableLines(stores) : single.people.map(personLine)),
      ...unknown.map((each) => unknownLine(each, single === null)),
      ...(unknownMore > 0 ? [`当天还有${unknownMore}条待核对`] : []),
      ...(unknownBefore > 0 ? [`更早还有${unknownBefore}条待核对`] : []),
      ...(afterLast === null ? [] : [`前一天 ${afterLast.at} 以后：${tallyWords(afterLast.tally)}`]),
    ],
    alarming: unknown.length + unknownMore + unknownBefore > 0,
  };
}

/** Robots show no table that every client can read, so a sign keeps the columns apart. */
function tableLines(stores: readonly StoreDay[]): string[] {
  const busy = stores.filter(({ tally }) => !isNothing(tally));
  const idle = stores.length - busy.length;
  return [
    ...(busy.length === 0 ? [] : ['门店｜条数｜次数｜失败｜未知']),
    ...busy.map(({ name, tally: { succeeded, times, refused, unknown } }) =>
      [shortName(name), succeeded, times, refused, unknown].join('｜'),
    ),
    ...(busy.length > 0 && idle > 0 ? [`其余${idle}家当天没有核销`] : []),
  ];
}

function personLine(person: StoreDay['people'][number]): string {
  return `${shortName(person.who)} ${tallyWords(person)}`;
}

function unknownLine({ redemption, who, when }: DayReport['unknown'][number], withStore: boolean): string {
  const { receipt, card, count } = redemption;
  const place = [withStore ? storeName(redemption) : null, shortName(who)];
  return `待核对 ${joinParts([receipt, ...place, cardTail(card), `${count}次`, when], '，')}`;
}

/** Stands where a summary was cut to the platform's limit. */
export function cutLine(lines: number): string {
  return `…还有${lines}行没有显示`;
}

function settledHow({ settledBy }: Redemption): string {
  if (settledBy === null) return '';
  if (settledBy.how === 'overruled') return '（更正）';
  if (settledBy.how === 'look') return '（按余次核对）';
  if (settledBy.how === 'list') return `（${listWords(settledBy.name)}）`;
  return `（${correctedWords(settledBy.earlier?.at(-1) ?? null)}${shortName(settledBy.name)}人工核对）`;
}

function bindingWords(news: BindingNews | null): string {
  if (news === null) return '员工绑定有变动';
  const { change, user, name, store, by } = news;
  const what = change === 'bound' ? `绑定${shortName(store.name)}` : `从${shortName(store.name)}解绑`;
  return `${shortName(name)}（${oneLine(user)}）${what}，${actorName(by)}操作`;
}

function isAlarming(news: News): boolean {
  return news.kind === 'redemption' && (news.redemption.state === 'refused' || news.redemption.state === 'unknown');
}

function storeOf(news: News): string {
  return news.kind === 'binding' ? shortName(news.news?.store.name ?? '') : storeName(news.redemption);
}

function storeName({ store }: Redemption): string {
  return shortName(store?.name ?? '');
}
