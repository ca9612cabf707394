import { plain } from '../plain.ts';
import type { Redemption, State } from '../../redemption/redemption.ts';
import type { Role } from '../../redemption/role.ts';
import { CATALOGUE } from '../catalogue.ts';
import { printCommand } from '../print.ts';

export const EXAMPLE = printCommand(CATALOGUE.redeem.example);
export const BIND_EXAMPLE = printCommand(CATALOGUE['bind-request'].example);

export const OUTCOME_WORDS: Readonly<Record<State, string>> = {
  asked: '待确认',
  pending: '正在核销…',
  succeeded: '核销成功',
  refused: '核销失败',
  unsent: '未提交',
  unknown: '结果未知',
};

/** For lists: not the words with which the reply to a redemption begins, so that none of them is taken for one. */
export const SHORT_OUTCOMES: Readonly<Record<State, string>> = {
  asked: '待确认',
  pending: '进行中',
  succeeded: '成功',
  refused: '失败',
  unsent: '没提交',
  unknown: '未知',
};

export const REASONS: Readonly<Record<NonNullable<Redemption['reason']>, string>> = {
  'no-connection': '连不上核销系统，次数没有扣，可重新发送',
  busy: '现在人太多，次数没有扣，请稍后再试',
  'too-many-lines': '您一分钟内发得太多，次数没有扣，请稍后再试，过一分钟就可以',
  stopping: '服务正在重启，次数没有扣，请稍后再试',
  unbound: '您的账号未绑定，请联系店长',
  'no-user': '消息里没有您的员工账号，请用本企业的员工账号发送',
  stale: '这是一条旧消息，或者服务器时间不对，次数没有扣；要核销请重新发送，还是不行请告诉管理员',
  overdue: '系统刚才卡住了，次数没有扣，可重新发送',
  storage: '系统暂时存不了记录，次数没有扣，请稍后再试',
  expired: '卡已过期',
  'too-few': '剩余次数不够',
  cancelled: '已取消',
  replaced: '同一张卡后来又发了一次，以后来的为准，这一笔没有扣',
  unconfirmed: '没有及时确认，次数没有扣，可重新发送',
  timeout: '核销系统没有按时答复',
  'connection-lost': '和核销系统的连接断了',
  'unclear-answer': '核销系统的答复看不懂',
  interrupted: '核销途中服务中断过',
};

/** In characters (code points). */
const MAX_QUOTE = 100;
const MAX_NAME = 12;
const MAX_CARD_NAME = 20;

/** What may be a card's number, also in groups. */
const LONG_NUMBER = /\d(?:[ -]?\d){11,}/g;
const DATE = /^\d{4}-\d{2}-\d{2}/;

/** Where people get a redemption undone: it cannot be done from a chat. */
export function whoUndoes(role: Role): string {
  return role === 'manager' || role === 'admin' ? '请到联拓富后台处理' : '请联系店长';
}

export function cardTail(card: string): string {
  return `尾号${card.slice(-4)}`;
}

/**
 * In quotation marks, so that readers do not take the vendor's words for the bot's. The vendor may repeat the card, or
 * name another: only tails are said.
 */
export function vendorWords({
  vendorMsg,
  card,
  realCard = null,
}: Pick<Redemption, 'vendorMsg' | 'card'> & Partial<Pick<Redemption, 'realCard'>>): string {
  const words = oneLine(vendorMsg ?? '')
    .replaceAll(card, cardTail(card))
    .replaceAll(realCard ?? card, cardTail(realCard ?? card))
    .replace(LONG_NUMBER, (found) => (DATE.test(found) ? found : cardTail(found.replace(/[ -]/g, ''))));
  return words === '' ? '' : quoted(words);
}

/** Words that are not the bot's, on one line. */
export function quoted(text: string): string {
  return `「${shorten(plain(oneLine(text).replaceAll('「', '『').replaceAll('」', '』')), MAX_QUOTE)}」`;
}

/** What the vendor calls the card; a stray number in it, which may be the card's or a member's, is left out. */
export function cardLabel(cardName: string | null, card: string): string {
  const name = shorten(
    plain(oneLine(cardName ?? '').replace(/(?<![A-Za-z])[A-Za-z]*\d[\dA-Za-z]{4,}/g, '…')),
    MAX_CARD_NAME,
  );
  return [...(name === '' ? [] : [name]), cardTail(card)].join('，');
}

/** A name of a person or store, as it fits into a line. */
export function shortName(name: string): string {
  return shorten(plainLine(name), MAX_NAME);
}

/** `王小明` → `王**`: the first character only, however long the name is. */
export function maskName(name: string): string {
  const [first] = Array.from(plainLine(name));
  return first === undefined ? '' : `${first}**`;
}

/** `138 1234 1234` → `138****1234`; of a number with fewer digits less is shown. */
export function maskPhone(phone: string): string {
  const digits = phone
    .normalize('NFKC')
    .replace(/[^\d*]/g, '')
    .replace(/^86(?=1\d{2}[\d*]{8}$)/, '');
  if (digits === '') return '';
  if (digits.length < 8) return '****';
  return `${digits.length < 11 ? '' : digits.slice(0, 3)}****${digits.slice(-4)}`;
}

/** Joins the parts that say something. */
export function joinParts(parts: readonly (string | null)[], separator: string): string {
  return parts.filter((part) => part !== null && part !== '').join(separator);
}

/** `还有 3 条` behind a list that was not shown whole. */
export function moreLine(more: number, unit: string): string | null {
  return more > 0 ? `还有 ${more} ${unit}` : null;
}

/** Words from outside in one line: nothing in them is a link, a mention or markup on any platform. */
export function plainLine(text: string): string {
  return plain(oneLine(text));
}

export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{White_Space}\p{Cc}]+/gu, ' ')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .trim();
}

function shorten(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length > max ? `${characters.slice(0, max).join('')}…` : text;
}
