import { isTail, mayHaveCard } from '../desk/searched.ts';
import type { RecordView } from '../desk/record-search.ts';
import type { Fields } from '../pages/form.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { RecordCursor } from '../redemption/records.ts';
import type { State } from '../redemption/redemption.ts';

// A view of the records as an address, which can be kept and passed on, and back. No card stands in it.

export const RECORDS = '/console/records';
export const EXPORT = '/console/records/export';
export const STATES = [
  'succeeded',
  'refused',
  'unsent',
  'unknown',
  'pending',
  'asked',
] as const satisfies readonly State[];

/** What is wrong with an address or a form, by the names of the fields. */
export interface Wrong {
  readonly field: string;
  readonly message: string;
}

export interface ReadView {
  readonly view: RecordView;
  readonly before: RecordCursor | null;
  readonly wrong: readonly Wrong[];
}

const RECEIPT = /^R-[2-9A-HJKMNP-TV-Z]{8}$/u;
// No ledger has signs that cannot be seen.
const USER = /^[a-z]+:\P{Cc}{1,200}$/u;
const STORE = /^\P{Cc}{1,200}$/u;
const NAME = /^\P{Cc}{1,100}$/u;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/u;
const CURSOR = /^(\d{1,15})-(\d{1,15})$/u;

export const NAME_WRONG = '姓名最多 100 个字，里面不能有看不见的字符。';

/** Reads a view from what stands in an address, or in the form that leads to one. What is wrong is left out of it. */
export function readView(given: URLSearchParams | Fields): ReadView {
  const wrong: Wrong[] = [];
  const text = (name: string) => (given instanceof URLSearchParams ? (given.get(name) ?? '').trim() : given.one(name));
  function read<T>(name: string, read: (value: string) => T | null, message: string): T | undefined {
    const value = text(name);
    if (value === '') return undefined;
    const result = read(value);
    if (result === null) wrong.push({ field: name, message });
    return result ?? undefined;
  }
  const matching = (shape: RegExp) => (value: string) => (shape.test(value) ? value : null);

  const tail = read('tail', (value) => (isTail(value) ? value : null), '卡号尾号是最后 4 到 6 位数字。');
  const like = read('like', matching(RECEIPT), '地址里的单号不对，请重新查卡号。');
  const plain = read('name', matching(NAME), NAME_WRONG);
  const hasCard = plain !== undefined && mayHaveCard(plain);
  if (hasCard) wrong.push({ field: 'name', message: '卡号不能放在网址里，请在「查什么」里重新输入。' });
  const name = hasCard ? undefined : plain;
  const user = read('user', matching(USER), '地址里的账号不对，请重新选人。');
  const storeCode = read('store', matching(STORE), '地址里的门店不对，请重新选门店。');
  const first = read('from', day, '起始日期要像 2026-11-23 这样，而且真有这一天。');
  const last = read('to', day, '截止日期要像 2026-11-23 这样，而且真有这一天。');
  const state = read('outcome', (value) => STATES.find((known) => known === value) ?? null, '没有这种结果，请重新选。');
  const before = read('before', cursor, '翻页的地址不对，请从最新的看起。');
  if (first !== undefined && last !== undefined && first > last)
    wrong.push({ field: 'to', message: '截止日期在起始日期前面，请调换一下。' });
  const view: RecordView = {
    ...(tail !== undefined && { tail }),
    ...(like !== undefined && { like }),
    ...(name !== undefined && { name }),
    ...(user !== undefined && { user }),
    ...(storeCode !== undefined && { storeCode }),
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
    ...(state !== undefined && { state }),
    ...(text('mine') === '1' && { mine: true as const }),
  };
  return { view, before: before ?? null, wrong };
}

/** Whether people may be looked for by a text. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** Whether a text may be the code of a store. */
export function isStoreCode(text: string): boolean {
  return STORE.test(text);
}

/** The address of a view, from its newest record or from behind one on. */
export function addressOfView(view: RecordView, before: RecordCursor | null = null, path = RECORDS): string {
  const query = new URLSearchParams();
  for (const [name, value] of [
    ['like', view.like],
    ['tail', view.tail],
    // One's own are of nobody else.
    ['name', view.mine === true ? undefined : view.name],
    ['user', view.mine === true ? undefined : view.user],
    ['store', view.storeCode],
    ['from', view.first],
    ['to', view.last],
    ['outcome', view.state],
    ['mine', view.mine === true ? '1' : undefined],
    ['before', before === null ? undefined : `${before.at}-${before.id}`],
  ] as const)
    if (value !== undefined) query.set(name, value);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The view without what only one of can be meant: another card, another person. */
export function withSearched(view: RecordView, searched: RecordView): RecordView {
  const { tail, like, name, user, ...rest } = view;
  const isOfCard = searched.tail !== undefined || searched.like !== undefined;
  const others = isOfCard ? { ...(name !== undefined && { name }), ...(user !== undefined && { user }) } : {};
  const cards = isOfCard ? {} : { ...(tail !== undefined && { tail }), ...(like !== undefined && { like }) };
  return { ...rest, ...others, ...cards, ...searched };
}

/** Spans of days that are one tap away. */
export function shortcuts(calendar: Calendar, now: number): { label: string; first: string; last: string }[] {
  const today = calendar.dayOf(now);
  const yesterday = calendar.dayAfter(today, -1);
  const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  const lastOfMonthBefore = calendar.dayAfter(`${today.slice(0, 8)}01`, -1);
  return [
    { label: '今天', first: today, last: today },
    { label: '昨天', first: yesterday, last: yesterday },
    { label: '本周', first: calendar.dayAfter(today, -weekday), last: today },
    { label: '上月', first: `${lastOfMonthBefore.slice(0, 8)}01`, last: lastOfMonthBefore },
  ];
}

function day(value: string): string | null {
  if (!DAY.test(value)) return null;
  const date = new Date(`${value}T00:00:00Z`);
  // A 31st of November is not the 1st of December.
  const isDay = !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === value;
  return isDay && value >= '2000-01-01' && value < '2999-12-31' ? value : null;
}

function cursor(value: string): RecordCursor | null {
  const [, at, id] = CURSOR.exec(value) ?? [];
  return at === undefined || id === undefined ? null : { at: Number(at), id: Number(id) };
}
