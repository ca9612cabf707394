import {
  createShowFigures,
  MOST_DAYS,
  NAMED_PERIODS,
  type FiguresParts,
  type FiguresQuestion,
  type FiguresView,
  type NamedPeriod,
  type NoFigures,
} from '../../desk/figures.ts';
import { formFields, type FormState } from '../../pages/fields.ts';
import { Fields } from '../../pages/form.ts';
import { html, type Html } from '../../pages/html.ts';
import type { DayRange } from '../../redemption/figures.ts';
import type { ConsolePage, Shown, Visit } from '../page.ts';
import { addressOfFigures, PATH } from './figures/addresses.ts';
import { dayChart, hourChart, peopleChart, storeChart } from './figures/charts.ts';
import { comparedDays, totals } from './figures/totals.ts';

const PERIOD_WORDS: Readonly<Record<NamedPeriod, string>> = {
  today: '今天',
  yesterday: '昨天',
  week: '本周',
  'last-week': '上周',
  month: '本月',
  'last-month': '上个月',
};

/** What is asked where nothing is said. */
const USUAL: NamedPeriod = 'week';

export function createFiguresPage(parts: FiguresParts): ConsolePage {
  const show = createShowFigures(parts);
  return {
    path: PATH,
    title: '统计',
    nav: '统计',
    least: 'manager',
    async show({ query, visitor }: Visit): Promise<Shown> {
      const question = read(query);
      const found = await show(question, visitor.who);
      if (found.kind === 'not-theirs') return { kind: 'forbidden' };
      if (found.kind === 'figures') return { kind: 'page', main: page(question, query, found) };
      const { store } = question;
      const wrong = problemOf(found);
      return {
        kind: 'page',
        status: 400,
        main: html`${shortcuts(store, null)}${form(query, [], [wrong])}`,
      };
    },
    actions: {},
  };
}

function read(query: URLSearchParams): FiguresQuestion {
  const [from, to] = [query.get('from')?.trim() ?? '', query.get('to')?.trim() ?? ''];
  const named = NAMED_PERIODS.find((name) => name === query.get('period')) ?? USUAL;
  const page = Math.trunc(Number(query.get('page') ?? '1'));
  return {
    // Of one day it is enough to say it once.
    period: from === '' && to === '' ? named : { first: from === '' ? to : from, last: to === '' ? from : to },
    store: (query.get('store') ?? '') === '' ? null : query.get('store'),
    page: page >= 1 && page <= 100_000 ? page : 1,
  };
}

function problemOf(wrong: Exclude<NoFigures, { kind: 'not-theirs' }>): FormState['problems'][number] {
  switch (wrong.kind) {
    case 'no-such-day':
      return wrong.end === 'first'
        ? { field: 'from', message: '没有这一天，开始日期请写成 2026-11-23 这样' }
        : { field: 'to', message: '没有这一天，结束日期请写成 2026-11-23 这样' };
    case 'reversed':
      return { field: 'to', message: '结束日期比开始日期还早，请换过来' };
    case 'too-long':
      return { field: 'to', message: `一次最多看${MOST_DAYS}天，请选短一点` };
    case 'not-begun':
      return { field: 'from', message: '开始日期还没到，没有可看的' };
  }
}

function page(question: FiguresQuestion, query: URLSearchParams, view: FiguresView): Html {
  const { period, store } = question;
  const isEmpty = Object.values(view.total).every(({ lines }) => lines === 0);
  return html`${shortcuts(store, typeof period === 'string' ? period : null)}${form(query, view.choices, [], view.days)}
    <h2>${view.store === null ? '全部门店' : view.store.name} ${comparedDays(view)}</h2>
    ${totals(view)}${
      isEmpty
        ? html`<p class="empty">这段时间没有核销</p>`
        : html`${dayChart(view)}${hourChart(view)}${view.store === null && storeChart(view, question)}${peopleChart(view, question)}`
    }`;
}

function shortcuts(store: string | null, here: NamedPeriod | null): Html {
  return html`<nav aria-label="看哪段时间">
    <ul class="filters">
      ${NAMED_PERIODS.map(
        (period) =>
          html`<li>
            <a href="${addressOfFigures({ period, store, page: 1 })}" ${period === here && html` aria-current="page"`}
              >${PERIOD_WORDS[period]}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`;
}

function form(
  query: URLSearchParams,
  choices: FiguresView['choices'],
  problems: FormState['problems'],
  days?: DayRange,
): Html {
  const fields = formFields({ typed: new Fields([...query]), problems });
  const store = query.get('store') ?? '';
  return html`${fields.problems('这样查不了')}
    <form class="line" method="get" action="${PATH}">
      ${fields.text({ name: 'from', label: '从哪天', value: days?.first ?? '' })}
      ${fields.text({ name: 'to', label: '到哪天', value: days?.last ?? '' })}
      ${
        choices.length > 0
          ? fields.select({
              name: 'store',
              label: '门店',
              options: [
                { value: '', label: '全部门店' },
                ...choices.map(({ code, name }) => ({ value: code, label: name })),
              ],
            })
          : store !== '' && html`<input type="hidden" name="store" value="${store}" />`
      }
      <button>查看</button>
    </form>`;
}
