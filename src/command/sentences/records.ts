import type { State } from '../../redemption/redemption.ts';
import type { Tally } from '../../redemption/tally.ts';
import type { Period, RecordsOf } from '../command.ts';
import { printPeriod } from '../day.ts';
import { cardTail, joinParts, moreLine, SHORT_OUTCOMES, shortName } from './words.ts';

export interface RecordLine {
  /** Ready to be read, such as `14:03` or `11-20 14:03`. */
  readonly when: string;
  readonly card: string;
  readonly count: number;
  readonly state: State;
  /** Null where it is clear, as in one's own records. */
  readonly who: string | null;
  /** Null where all are of one store. */
  readonly store: string | null;
  readonly receipt: string;
}

/** Somebody's part in the answer to `统计`. */
export interface PersonTally extends Tally {
  readonly who: string;
  /** Null where all are of one store. */
  readonly store: string | null;
}

/** The answer to `记录`; `more` is how many there are besides `list`, which is shown as it stands. */
export function records(of: RecordsOf, list: readonly RecordLine[], totals: Tally, more: number): string {
  const heading = recordsHeading(of);
  if (list.length === 0) return `${heading}：${nothingOn(of)}`;
  return joinParts([`${heading}：${tallyWords(totals)}`, ...list.map(recordLine), moreLine(more, '条')], '\n');
}

/** The answer to `记录` with a receipt; `text` is what the reply to it would say now. */
export function record(text: string, when: string, who: string | null): string {
  return joinParts([text, joinParts([when, who === null ? null : shortName(who)], ' ')], '\n');
}

/** The answer to `统计`: the total first, then a line per person; `more` is how many people there are besides. */
export function statistics(period: Period, total: Tally, people: readonly PersonTally[], more: number): string {
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

function recordLine({ when, card, count, state, who, store, receipt }: RecordLine): string {
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
