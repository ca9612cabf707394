import type { OneRecord, RecordLine, RecordList } from '../../desk/records.ts';
import type { Statistics } from '../../desk/statistics.ts';
import type { Tally } from '../../redemption/tally.ts';
import type { Period, RecordsOf } from '../command.ts';
import { isDay, printPeriod } from '../day.ts';
import { printPage } from '../page.ts';
import { printCommand } from '../print.ts';
import { redemptionText } from './redemption-text.ts';
import { dayAndTime, type Moment } from './when.ts';
import { cardTail, joinParts, morePages, NOTHING_MORE, pageWord, SHORT_OUTCOMES, shortName } from './words.ts';

/** The answer to `记录`. */
export function records({ of, lines, totals, page, more, unanswered }: RecordList, moment: Moment): string {
  const heading = recordsHeading(of);
  const asked = unanswered > 0 ? `另有${unanswered}笔没确认、已取消或发得太快的，没列出来` : null;
  if (lines.length === 0) return joinParts([page > 1 ? NOTHING_MORE : nothingOn(of), asked], '\n');
  const isOneDay = (of.kind === 'mine' || of.kind === 'store') && isDay(of.day);
  const whenOf = (at: number) => (isOneDay ? moment.calendar.timeOf(at) : dayAndTime(at, moment));
  return joinParts(
    [
      `${heading.trim()}：${tallyWords(totals)}${pageWord(page)}`,
      ...lines.map((line) => recordLine(line, whenOf(line.at))),
      asked,
      more > 0 ? moreRecords(of, page + 1, more) : null,
    ],
    '\n',
  );
}

/** The answer to `记录` with a receipt: what the reply to it would say now. */
export function record({ redemption, who }: OneRecord, moment: Moment): string {
  const when = dayAndTime(redemption.claimedAt, moment);
  return joinParts([redemptionText(redemption), joinParts([when, who === null ? null : shortName(who)], ' ')], '\n');
}

/** The answer to `统计`: the total first, then a line per person. */
export function statistics({ period, total, people, page, more }: Statistics): string {
  const heading = dayWord(period);
  if (people.length === 0 && page > 1) return NOTHING_MORE;
  if (people.length === 0) return `${heading.trimStart()}没有核销记录`;
  return joinParts(
    [
      `${heading.trim()}：共${tallyWords(total)}${pageWord(page)}`,
      ...people.map(({ who, store, ...tally }) =>
        joinParts([shortName(who), store === null ? null : shortName(store), tallyWords(tally)], ' '),
      ),
      morePages(more, '人', printCommand({ kind: 'statistics', period, page: page + 1 })),
    ],
    '\n',
  );
}

function moreRecords(of: RecordsOf, page: number, more: number): string | null {
  // A whole card number is not shown.
  if (of.kind === 'card') return `还有${more}笔，想看请在卡号后面写上${printPage(page) ?? ''}再发`;
  return morePages(more, '笔', printCommand({ kind: 'records', of, page }));
}

function recordsHeading(of: RecordsOf): string {
  switch (of.kind) {
    case 'mine':
      return `您${dayWord(of.day)}`;
    case 'store':
      return `全店${dayWord(of.day)}`;
    case 'card':
      return cardTail(of.card);
    case 'receipt':
      return of.receipt;
  }
}

/** `今天`; a date or a month is set off from the words before it. */
function dayWord(period: Period): string {
  const word = printPeriod(period);
  return /^\d/u.test(word) ? ` ${word} ` : word;
}

/** Of a card or a receipt it is not said whether it is on record elsewhere. */
function nothingOn(of: RecordsOf): string {
  switch (of.kind) {
    case 'mine':
    case 'store':
      return `${recordsHeading(of)}没有核销记录`;
    case 'card':
      return `没有查到${cardTail(of.card)}的核销记录，也可能不是您门店的`;
    case 'receipt':
      return `没有查到单号 ${of.receipt}，也可能不是您门店的`;
  }
}

function recordLine({ card, count, state, who, store, receipt }: RecordLine, when: string): string {
  const [name, place] = [who, store].map((each) => (each === null ? null : shortName(each)));
  return joinParts(
    [when, cardTail(card), `${count}次`, SHORT_OUTCOMES[state], name ?? null, place ?? null, receipt],
    ' ',
  );
}

export function tallyWords({ succeeded, times, refused, unknown }: Tally): string {
  return joinParts(
    [`${times}次（${succeeded}笔）`, refused > 0 ? `失败${refused}笔` : null, unknown > 0 ? `未知${unknown}笔` : null],
    '，',
  );
}
