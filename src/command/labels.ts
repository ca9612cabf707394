import { NUMERAL } from './numerals.ts';

// Numbers that name something and count nothing: tables, rooms, stores, days and times of day.

const PLACE = '#?(?:[号號][桌台房楼樓店]?|[桌台房室楼樓层層栋棟幢座排区區组組班队隊店路期部])|单元|單元|包[厢廂房间間]';
const WHEN =
  // `2点5次` may be two and a half.
  '[点點](?:半|[一三]刻|(?!\\p{N}(?!\\p{N})))|[时時](?![间間])|分[钟鐘]' +
  '|[月日年岁歲]|周[年岁歲]|(?:[个個][多半]?)?(?:月|星期|礼拜|禮拜)';
const WORD_BEGINS = '(?<![^ :,])';
/** In a list all numbers are of one script, except behind `、`: `2，三号桌` are a count and a table. */
const listOf = (number: string, separators: string) =>
  `${number}(?:#?[号號桌房楼樓店点點月日]?(?:[${separators}]${number}|、 ?(?:\\p{Nd}|${NUMERAL}){1,5}))`;
const NUMBERS = ['\\p{Nd}{1,4}', `${NUMERAL}{1,5}`];
const SEPARATORS = '-‐‑‒–—−~/.&+和跟或至到';
const LISTS = NUMBERS.map((number) => listOf(number, `${SEPARATORS},`));
/** `2,4号桌` may also be a count and a table, so where that would be overheard it is none. */
const CLEAR_LISTS = NUMBERS.map((number) => listOf(number, SEPARATORS));
/** `3号桌`, `2、3号桌`, `3-5楼`, `三点`, `11月25日`: only where a word begins, so that `一共3桌` still is a number of tables. */
const labelled = (lists: readonly string[]) =>
  `${WORD_BEGINS}(?:(?:${NUMBERS.join('|')})|(?:${lists.map((list) => `${list}{1,9}`).join('|')}) ?)(?:${PLACE}|${WHEN})`;

const NO_NUMERAL_BEFORE = `(?<!\\p{N}|${NUMERAL})`;
/** `每周三次` and `三月两位` name no day. */
const NO_MEASURE_BEHIND =
  '(?! ?(?:[次个個位名份回遍趟节節杯枚件壶壺盘盤只隻条條瓶课課轮輪套盒碗对對双雙]|[张張](?!先生|女士|小姐|[总總姐哥老])|小[时時]|人(?!民)|大人|小孩|孩子|[儿兒]童|成人|老人|[学學]生|[大小男女](?=$|[ :,\\p{N}])))';
const WEEK = '(?:[周週]|星期|礼拜|禮拜)';
const CALENDAR = [
  `${WORD_BEGINS}20\\d\\d[-/.年]\\d{1,2}[-/.月]\\d{1,2}(?!\\d)${NO_MEASURE_BEHIND}[日号號]?`,
  `${NO_NUMERAL_BEFORE}${WEEK}(?:[一二三四五六日天]${NO_MEASURE_BEHIND})+`,
  // `每周2` and `本周2` name no day.
  `(?<![每本这這上下]|\\p{N}|${NUMERAL})${WEEK}[1-7](?!\\p{N})${NO_MEASURE_BEHIND}`,
  `初(?:[一二三四五六七八九十]|10|[1-9])(?!\\p{N}|${NUMERAL})${NO_MEASURE_BEHIND}`,
  `(?:\\p{Nd}{1,2}|${NUMERAL}{1,2}|[正腊臘冬])月初?(?:${NUMERAL}{1,3}(?!${NUMERAL})|\\p{Nd}{1,2}(?!\\p{N}))${NO_MEASURE_BEHIND}[日号號]?`,
].join('|');
const TIME = '(?<!\\d)\\d{1,2}:\\d{2}(?!\\d)';

const O_CLOCK = '点';
/** Where a count could stand they are days; elsewhere they may be anything. */
const FESTIVAL = `(?:五一|六一|七一|八一|三八)(?!\\p{N}|${NUMERAL}| ?[次个個位名份])`;

const TIMES = new RegExp(TIME, 'gu');
const LABELS = new RegExp(`${CALENDAR}|${labelled(CLEAR_LISTS)}`, 'gu');
const LABEL_FIRST = new RegExp(`^(?:${TIME}|${CALENDAR}|${labelled(LISTS)}|${FESTIVAL})`, 'u');
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
