import { PEOPLE_LISTED, type FiguresQuestion, type FiguresView } from '../../../desk/figures.ts';
import { html, type Html } from '../../../pages/html.ts';
import type { Counts, DayRange } from '../../../redemption/figures.ts';
import { bars, BARS_HEIGHT } from '../../charts/bars.ts';
import { figure, legend, workOf } from '../../charts/chart.ts';
import { heat, HEAT_HEIGHT, type HeatCell } from '../../charts/heat.ts';
import { ranks, ranksHeight } from '../../charts/ranks.ts';
import { OUTCOME_WORDS } from '../../redemption-words.ts';
import { addressOfFigures, type Counted } from './addresses.ts';
import { changeWords, COLUMNS, countCell, dayWords, LEGEND, WEEKDAYS, workIn, workWords } from './words.ts';

// The charts of a period, each with its table.

/** More days than that are drawn by the week. */
const MOST_BARS = 62;
/** As many as are drawn; the table has more. */
const DRAWN = 15;

interface Stretch {
  readonly days: DayRange;
  readonly counts: Counts | null;
}

export function dayChart({ byDay, store }: FiguresView): Html | false {
  if (byDay.length < 2) return false;
  const isByWeek = byDay.length > MOST_BARS;
  const stretches = isByWeek
    ? byWeek(byDay)
    : byDay.map(({ day, counts }) => ({ days: { first: day, last: day }, counts }));
  const nameOf = ({ days: { first, last } }: Stretch) =>
    isByWeek ? `${first.slice(5)} 到 ${last.slice(5)}` : dayWords(first);
  const name = isByWeek ? '每周核销了多少笔' : '每天核销了多少笔';
  const all = stretches.map((stretch) => ({
    ...workIn(stretch.counts),
    label: stretch.days.first.slice(5),
    title: `${nameOf(stretch)}：${stretch.counts === null ? '没有' : workWords(stretch.counts)}`,
  }));
  return section(
    name,
    figure({
      ...{ name, height: BARS_HEIGHT, drawing: bars('days', all), legend: legend('days', LEGEND) },
      table: table(
        isByWeek ? '哪周' : '哪天',
        stretches.map((stretch) => row(nameOf(stretch), stretch.days, stretch.counts, { store: store?.code })),
      ),
    }),
  );
}

/** Weeks from Monday; the first and the last may be shorter. */
function byWeek(byDay: FiguresView['byDay']): Stretch[] {
  const weeks: { first: string; last: string; all: Counts[] }[] = [];
  for (const { day, counts } of byDay) {
    const isMonday = new Date(`${day}T00:00:00Z`).getUTCDay() === 1;
    let week = weeks.at(-1);
    if (week === undefined || isMonday) weeks.push((week = { first: day, last: day, all: [] }));
    week.last = day;
    if (counts !== null) week.all.push(counts);
  }
  return weeks.map(({ first, last, all }) => ({ days: { first, last }, counts: all.length === 0 ? null : sumOf(all) }));
}

function sumOf(all: readonly Counts[]): Counts {
  const sum = (state: keyof Counts) => ({
    lines: all.reduce((lines, counts) => lines + counts[state].lines, 0),
    times: all.reduce((times, counts) => times + counts[state].times, 0),
  });
  return {
    ...{ succeeded: sum('succeeded'), refused: sum('refused'), unsent: sum('unsent') },
    ...{ unknown: sum('unknown'), pending: sum('pending'), asked: sum('asked') },
  };
}

export function hourChart({ byHour }: FiguresView): Html {
  const cells = [...byHour]
    .map(([at, counts]): HeatCell => {
      const [day, column] = [Math.floor(at / 24), at % 24];
      const value = workOf(workIn(counts));
      return { row: day, column, value, title: `${WEEKDAYS[day] ?? ''} ${column}点：${value}笔` };
    })
    .filter(({ value }) => value > 0)
    .sort((a, b) => a.row - b.row || a.column - b.column);
  const busiest = cells.reduce<HeatCell | null>((most, cell) => (cell.value > (most?.value ?? 0) ? cell : most), null);
  const name = '一周里几点最忙';
  const hours = [...new Set(cells.map(({ column }) => column))].sort((a, b) => a - b);
  return section(
    name,
    html`${busiest !== null && html`<p class="hint">颜色越深越忙，最忙的是 ${busiest.title}。没有提交的不算。</p>`}${figure(
      {
        ...{ name, height: HEAT_HEIGHT, drawing: heat(WEEKDAYS, cells) },
        table: html`<div class="scroll">
          <table class="hours">
            <thead>
              <tr>
                <th scope="col">几点</th>
                ${WEEKDAYS.map((day) => html`<th scope="col" class="amount">${day}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${hours.map(
                (hour) =>
                  html`<tr>
                    <th scope="row">${hour}点</th>
                    ${WEEKDAYS.map(
                      (_, day) =>
                        html`<td class="amount">
                          ${cells.find(({ row: at, column }) => at === day && column === hour)?.value ?? 0}
                        </td>`,
                    )}
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`,
      },
    )}`,
  );
}

export function storeChart({ stores, days }: FiguresView, question: FiguresQuestion): Html | false {
  const named = stores.map((one) => ({ ...one, name: one.name ?? '没有门店' }));
  const name = '各门店';
  return (
    named.length > 0 &&
    section(
      name,
      figure({
        ...{ name, legend: legend('stores', LEGEND), ...ranksOf('stores', named) },
        table: table(
          '门店',
          named.map((one) => {
            const { code } = one;
            const own =
              code !== null &&
              html`<a href="${addressOfFigures({ ...question, store: code, page: 1 })}">${one.name}</a>`;
            return row(
              own || one.name,
              days,
              one.counts,
              { store: code },
              { before: one.before, isLinked: code !== null },
            );
          }),
          true,
        ),
      }),
    )
  );
}

export function peopleChart(view: FiguresView, question: FiguresQuestion): Html | false {
  const { people, days, store, page, pages, others } = view;
  const named = people.map((one) => ({ ...one, name: one.name ?? '没有员工账号' }));
  const name = pages > 1 ? `各员工，第${page}页，共${pages}页` : '各员工';
  const rows = named.map((one) => {
    const { user, counts, before } = one;
    return row(one.name, days, counts, { store: store?.code, user }, { before, isLinked: user !== null });
  });
  const rest =
    others.people > 0 && row(`其他${others.people}人`, days, others.counts, {}, { before: null, isLinked: false });
  const to = (target: number, words: string) =>
    html`<a href="${addressOfFigures({ ...question, page: target })}">${words}</a>`;
  return section(
    name,
    html`${
      named.length > 0 &&
      figure({
        ...{ name, legend: legend('people', LEGEND), ...ranksOf('people', named) },
        table: table('员工', [...rows, ...(rest === false ? [] : [rest])], true),
      })
    }${named.length === 0 && html`<p class="hint">这一页没有人了</p>`}${
      pages > 1 &&
      html`<p class="pager">
        ${page > 1 && to(Math.min(page, pages + 1) - 1, '上一页')}${page < pages && to(page + 1, `后面${PEOPLE_LISTED}人`)}
      </p>`
    }`,
  );
}

function ranksOf(id: string, all: readonly { readonly name: string; readonly counts: Counts }[]) {
  const drawn = all.slice(0, DRAWN).map(({ name, counts }) => ({
    ...workIn(counts),
    ...{ name, value: `${workOf(workIn(counts))}笔`, title: `${name}：${workWords(counts)}` },
  }));
  return { height: ranksHeight(drawn), drawing: ranks(id, drawn) };
}

function section(name: string, content: Html): Html {
  return html`<section class="card">
    <h2>${name}</h2>
    ${content}
  </section>`;
}

function table(first: string, rows: readonly Html[], isCompared = false): Html {
  return html`<table class="cells">
    <thead>
      <tr>
        <th scope="col">${first}</th>
        <th scope="col" class="amount">次数</th>
        ${COLUMNS.map((state) => html`<th scope="col" class="amount">${OUTCOME_WORDS[state]}</th>`)}${
          isCompared && html`<th scope="col">和上期比</th>`
        }
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** One line of a table; where `before` is given, what it was then. */
function row(
  name: Html | string,
  days: DayRange,
  counts: Counts | null,
  of: Counted,
  { before, isLinked = true }: { readonly before?: Counts | null; readonly isLinked?: boolean } = {},
): Html {
  const { times } = counts?.succeeded ?? { times: 0 };
  return html`<tr>
    <td>${name}</td>
    <td class="amount" data-column="次数">${times}</td>
    ${COLUMNS.map((state) => countCell(days, counts, { ...of, state }, isLinked))}${
      before !== undefined &&
      html`<td data-column="和上期比">${before !== null && changeWords(times, before.succeeded.times, '次')}</td>`
    }
  </tr>`;
}
