import type { OneRecord, RecordLine, RecordList } from '../../desk/records.ts';
import type { Statistics } from '../../desk/statistics.ts';
import type { Tally } from '../../redemption/tally.ts';
import type { RecordsOf } from '../command.ts';
import { isDay, printPeriod } from '../day.ts';
import { redemptionText } from './redemption-text.ts';
import { dayAndTime, type Moment } from './when.ts';
import { cardTail, joinParts, moreLine, SHORT_OUTCOMES, shortName } from './words.ts';

/** The answer to `记录`. */
export function records({ of, lines, totals, more }: RecordList, moment: Moment): string {
  const heading = recordsHeading(of);
  if (lines.length === 0) return `${heading}：${nothingOn(of)}`;
  const isOneDay = (of.kind === 'mine' || of.kind === 'store') && isDay(of.day);
  const whenOf = (at: number) => (isOneDay ? moment.calendar.timeOf(at) : dayAndTime(at, moment));
  return joinParts(
    [
      `${heading}：${tallyWords(totals)}`,
      ...lines.map((line) => recordLine(line, whenOf(line.at))),
      moreLine(more, '条'),
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
export function statistics({ period, total, people, more }: Statistics): string {
  const heading = printPeriod(period);
  if (people.length === 0) return `${heading}：没有记录`;
  return joinParts(
    [
      `${heading}：共 ${tallyWords(total)}`,
      ...people.map(({ who, store, ...tally }) =>
        joinParts([shortName(who), store === null ? null : shortName(store), tallyWords(tally)], ' '),
      ),
      moreLine(more, '人'),
    ],
    '\n',
  );
}

function recordsHeading(of: RecordsOf): string {
  switch (of.kind) {
    case 'mine':
      return `我 ${printPeriod(of.day)}`;
    case 'store':
      return `全店 ${printPeriod(of.day)}`;
    case 'card':
      return cardTail(of.card);
    case 'receipt':
      return of.receipt;
  }
}

/** Of a card or a receipt it is not said whether it is on record elsewhere. */
function nothingOn(of: RecordsOf): string {
  return of.kind === 'card' || of.kind === 'receipt' ? '没有记录，或不是您门店的' : '没有记录';
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
    [
      `${times} 次（${succeeded} 条）`,
      refused > 0 ? `失败 ${refused} 条` : null,
      unknown > 0 ? `未知 ${unknown} 条` : null,
    ],
    '，',
  );
}
