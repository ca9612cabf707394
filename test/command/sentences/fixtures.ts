import { parseMessage } from '../../../src/command/parse.ts';
import { noticeText, type Reader } from '../../../src/command/sentences.ts';
import type { Say } from '../../../src/desk/notice.ts';
import type { CardFound, LastUse } from '../../../src/desk/query.ts';
import { createCalendar } from '../../../src/redemption/calendar.ts';
import type { Redemption } from '../../../src/redemption/redemption.ts';

export const CARD = '914095353294404024';
export const PHONE = '13812341234';
export const RECEIPT = 'R-7K3M9Q2A';
export const STORE = { code: 'EW_N2949193145', name: '人民路店' };

/** When a sentence is read, and by whom. */
export const READER: Reader = {
  role: 'staff',
  calendar: createCalendar('Asia/Shanghai'),
  now: Date.parse('2026-11-23T14:30:00+08:00'),
};
export const say: Say = (notice) => noticeText(notice, READER);
/** Three days before. */
export const AT = Date.parse('2026-11-20T14:03:00+08:00');

export const SUCCEEDED: Redemption = {
  id: 1,
  receipt: RECEIPT,
  message: 1,
  line: 0,
  card: CARD,
  realCard: null,
  cardName: null,
  validUntil: null,
  count: 2,
  remark: '',
  store: STORE,
  employeeId: 11,
  state: 'succeeded',
  reason: null,
  vendorMsg: null,
  remainingBefore: null,
  remainingAfter: null,
  checking: false,
  settledBy: null,
  question: null,
  claimedAt: 0,
  settledAt: 1,
};
export const REFUSED: Redemption = { ...SUCCEEDED, state: 'refused' };
export const UNKNOWN: Redemption = { ...SUCCEEDED, state: 'unknown', reason: 'timeout' };
export const UNSENT: Redemption = { ...SUCCEEDED, state: 'unsent', reason: 'stopping' };

export const LAST: LastUse = { at: AT, who: '张三', store: '人民路店', count: 2, state: 'succeeded' };
export const CARD_FOUND: CardFound = {
  kind: 'card',
  card: CARD,
  cardName: '足疗次卡',
  remaining: 8,
  validUntil: '2026-12-31',
  expired: false,
  memberName: '王小明',
  memberPhone: PHONE,
  last: LAST,
};

/** The words with which the reply to a redemption begins that a text contains. */
export function saidOutcomes(text: string): string[] {
  return ['核销成功', '核销失败', '未提交', '结果未知'].filter((word) => text.includes(word));
}

/** The commands that a line is read as. */
export function read(line: string) {
  return parseMessage(line, []).lines.map(({ command }) => command);
}
