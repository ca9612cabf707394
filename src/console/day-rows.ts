import { html, type Html } from '../pages/html.ts';
import type { DayCounts, DayLine } from '../desk/today.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { State } from '../redemption/redemption.ts';
import { isStoreCode } from './records-address.ts';
import { tableRow, type Column, type TableParts } from './parts.ts';
import { cardTail, momentIn, outcomeBadge, OUTCOME_WORDS, receiptLink, whyOf } from './redemption-words.ts';

// The rows of the day and its counts, as the page shows them and the live feed sends them.

/** What of the day is shown; null: all. */
export interface DayView {
  readonly state: State | null;
  readonly store: string | null;
}

/** What an address asks for, by the names that the records have too; what cannot be meant is not looked at. */
export function readView(query: URLSearchParams): DayView {
  const state = query.get('outcome') ?? '';
  const store = (query.get('store') ?? '').trim();
  return { state: isState(state) ? state : null, store: isStoreCode(store) ? store : null };
}

/** What stands behind the path in the address of a view; `more` besides. */
export function printView({ state, store }: DayView, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({
    ...(state !== null && { outcome: state }),
    ...(store !== null && { store }),
    ...more,
  }).toString();
  return query === '' ? '' : `?${query}`;
}

/** What makes up a row. */
export function dayColumns(calendar: Calendar, now: number): Pick<TableParts<DayLine>, 'columns' | 'attributesOf'> {
  const columns: readonly Column<DayLine>[] = [
    { name: '时间', isShort: true, cell: ({ redemption }) => momentIn(calendar, redemption.claimedAt, now) },
    {
      name: '结果',
      cell: ({ redemption }) => {
        const why = whyOf(redemption);
        return html`<span class="outcome"
          >${outcomeBadge(redemption.state)}${why !== '' && html` <span class="soft">${why}</span>`}</span
        >`;
      },
    },
    {
      name: '卡',
      cell: ({ redemption: { card, realCard, cardName } }) =>
        html`<span
          >${cardTail(realCard ?? card)}${cardName !== null && html` <span class="soft">${cardName}</span>`}</span
        >`,
    },
    { name: '次数', isAmount: true, cell: ({ redemption }) => redemption.count },
    { name: '谁', cell: ({ who }) => who },
    { name: '门店', cell: ({ redemption }) => redemption.store?.name },
    { name: '单号', isShort: true, cell: ({ redemption }) => receiptLink(redemption.receipt) },
  ];
  return { columns, attributesOf: attributesOf };
}

const attributesOf = ({ redemption: { id, claimedAt } }: DayLine): Html =>
  html`id="${rowId(id)}" data-at="${claimedAt}"`;

export function rowId(redemption: number): string {
  return `r${redemption}`;
}

export function dayRow(line: DayLine, calendar: Calendar, now: number): string {
  return String(tableRow(dayColumns(calendar, now), line));
}

/** The counts by the names under which the page shows them. */
export function namedCounts({ lines, times, unknowns }: DayCounts): Readonly<Record<string, number>> {
  return { ...lines, all: Object.values(lines).reduce((sum, some) => sum + some, 0), times, unknowns };
}

function isState(text: string): text is State {
  return Object.hasOwn(OUTCOME_WORDS, text);
}
