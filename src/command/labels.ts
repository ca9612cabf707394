import { NUMERAL } from './numerals.ts';

// Numbers that name something and count nothing: tables, rooms, stores, days and times of day.

const PLACE = '#?(?:[号號][桌台房楼樓店]?|[桌台房室楼樓层層栋棟幢座排区區组組班队隊店路期部])|单元|單元|包[厢廂房间間]';
const WHEN =
  // `2点5次` may be two and a half.
  '[点點](?:半|[一三]刻|(?!\\p{N}(?!\\p{N})))|[时時](?![间間])|分[钟鐘]' +
  '|[月日年岁歲]|周[年岁歲]|(?:[个個][多半]?)?(?:月|星期|礼拜|禮拜)';
const WORD_BEGINS = '(?<![^ :,])';
/** In a list all numbers are of one script, except behind `、`: `2，三号桌` are a count and a table. */
const listOf = (number: string) =>
  `${number}(?:#?[号號桌房楼樓店点點月日]?(?:[-‐‑‒–—−~/,.&+和跟或至到]${number}|、 ?(?:\\p{Nd}|${NUMERAL}){1,5}))`;
const LISTS = [listOf('\\p{Nd}{1,4}'), listOf(`${NUMERAL}{1,5}`)];
/** `3号桌`, `2、3号桌`, `3-5楼`, `三点`, `11月25日`: only where a word begins, so that `一共3桌` still is a number of tables. */
const LABELLED = `${WORD_BEGINS}(?:(?:\\p{Nd}{1,4}|${NUMERAL}{1,5})|(?:${LISTS.map((list) => `${list}{1,9}`).join('|')}) ?)(?:${PLACE}|${WHEN})`;

const NO_NUMERAL_BEFORE = `(?<!\\p{N}|${NUMERAL})`;
/** `每周三次` and `三月两位` name no day. */
const NO_MEASURE_BEHIND = '(?! ?(?:[次个個位名份回遍趟节節]|人(?!民)))';
const CALENDAR = [
  `${WORD_BEGINS}20\\d\\d[-/.年]\\d{1,2}[-/.月]\\d{1,2}(?!\\d)[日号號]?`,
  `${NO_NUMERAL_BEFORE}(?:[周週]|星期|礼拜|禮拜)(?:(?:[一二三四五六日天]|[1-7](?!\\p{N}))${NO_MEASURE_BEHIND})+`,
  `初(?:[一二三四五六七八九十]|10|[1-9])(?!\\p{N}|${NUMERAL})${NO_MEASURE_BEHIND}`,
  `(?:\\p{Nd}{1,2}|${NUMERAL}{1,2}|[正腊臘冬])月初?(?:${NUMERAL}{1,3}(?!${NUMERAL})|\\p{Nd}{1,2}(?!\\p{N}))${NO_MEASURE_BEHIND}[日号號]?`,
].join('|');
const TIME = '(?<!\\d)\\d{1,2}:\\d{2}(?!\\d)';

const O_CLOCK = '点';
/** Where a count could stand they are days; elsewhere they may be anything. */
const FESTIVAL = `(?:五一|六一|七一|八一|三八)(?!\\p{N}|${NUMERAL}| ?[次个個位名份])`;

const TIMES = new RegExp(TIME, 'gu');
const LABELS = new RegExp(`${CALENDAR}|${LABELLED}`, 'gu');
const LABEL_FIRST = new RegExp(`^(?:${TIME}|${CALENDAR}|${LABELLED}|${FESTIVAL})`, 'u');
const LIST_FIRST = new RegExp(`^(?:${LISTS.join('|')})`, 'u');

/** Whether a text begins with a number that names something, or with several. */
export function beginsWithLabel(text: string): boolean {
  return LABEL_FIRST.test(text);
}

/** Whether several numbers stand at its start: behind a card in groups the first of them may belong to the card. */
export function beginsWithList(text: string): boolean {
  return LIST_FIRST.test(text);
}

/** `text` without times of day, and with a word instead of each other number that names something: what is left may count. */
export function withoutLabels(text: string): string {
  return text.replace(TIMES, '').replace(LABELS, O_CLOCK);
}

/** The same, of the number at the start only. */
export function withoutFirstLabel(text: string): string {
  return text.replace(LABEL_FIRST, O_CLOCK);
}
