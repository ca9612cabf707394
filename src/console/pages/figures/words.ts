import { OUTCOME_WORDS } from '../../redemption-words.ts';
import { html, type Html } from '../../../pages/html.ts';
import type { Counts, DayRange } from '../../../redemption/figures.ts';
import type { State } from '../../../redemption/redemption.ts';
import type { Work } from '../../charts/chart.ts';
import { addressOfRecords, type Counted } from './addresses.ts';

export const WEEKDAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];

export const LEGEND = {
  succeeded: OUTCOME_WORDS.succeeded,
  refused: OUTCOME_WORDS.refused,
  unknown: OUTCOME_WORDS.unknown,
} as const;

/** What was sent to the vendor, and what came of it. What was never sent is no work. */
export function workIn(counts: Counts | null): Work {
  return {
    succeeded: counts?.succeeded.lines ?? 0,
    refused: counts?.refused.lines ?? 0,
    unknown: counts?.unknown.lines ?? 0,
  };
}

/** `34次（20笔），失败2笔，未知1笔`. */
export function workWords({ succeeded, refused, unknown }: Counts): string {
  return [
    `${succeeded.times}次（${succeeded.lines}笔）`,
    ...(refused.lines > 0 ? [`失败${refused.lines}笔`] : []),
    ...(unknown.lines > 0 ? [`未知${unknown.lines}笔`] : []),
  ].join('，');
}

/** How much that is against the period before; nothing is made of a comparison with nothing. */
export function changeWords(now: number, before: number, unit: string): string {
  if (before === 0) return now === 0 ? '上期也没有' : '上期没有';
  const percent = Math.round((Math.abs(now - before) / before) * 100);
  const than = `上期${before}${unit}`;
  if (now === before) return `和上期一样，${than}`;
  if (now === 0) return than;
  if (now > 3 * before) return `是上期的${Math.round((now / before) * 10) / 10}倍，${than}`;
  const words = percent === 0 ? '不到1%' : `${percent}%`;
  return `比上期${now > before ? '多' : '少'}${words}，${than}`;
}

/** `2026-11-01` or `2026-11-01 到 2026-11-30`. */
export function daysWords({ first, last }: DayRange): string {
  return first === last ? first : `${first} 到 ${last}`;
}

/** `11-03 周二`. */
export function dayWords(day: string): string {
  return `${day.slice(5)} ${weekdayOf(day)}`;
}

function weekdayOf(day: string): string {
  return WEEKDAYS[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] ?? '';
}

/** A number, with a link to what it counts. */
export function countCell(
  days: DayRange,
  counts: Counts | null,
  of: Counted & { readonly state: State },
  isLinked = true,
): Html {
  const { lines } = counts?.[of.state] ?? { lines: 0 };
  const number = lines > 0 && isLinked ? html`<a href="${addressOfRecords(days, of)}">${lines}</a>` : lines;
  return html`<td class="amount" data-column="${OUTCOME_WORDS[of.state]}">${number}</td>`;
}

/** The columns in which tables tell outcomes. */
export const COLUMNS = ['succeeded', 'refused', 'unknown', 'unsent'] as const satisfies readonly State[];
