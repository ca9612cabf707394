import type { Today } from '../../desk/today.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import type { Store, State } from '../../redemption/redemption.ts';
import { dayColumns, namedCounts, printView, readView, type DayView } from '../day-rows.ts';
import { FEED } from '../feed-route.ts';
import type { ConsolePage } from '../page.ts';
import { emptyState, filterLinks, table, type FilterLink } from '../parts.ts';
import { addressOfView } from '../records-address.ts';
import { OUTCOME_WORDS } from '../redemption-words.ts';

const PATH = '/console';
/** As many as are looked through; the rest is among the records. */
const SHOWN = 50;

const COLOURS: Partial<Record<State, FilterLink['colour']>> = { succeeded: 'ok', refused: 'fail', unknown: 'warn' };
const STATES: readonly State[] = ['succeeded', 'refused', 'unknown', 'unsent', 'pending', 'asked'];

export interface TodayPageParts {
  readonly today: Today;
  readonly calendar: Calendar;
  /** All that there are. */
  readonly stores: () => readonly Store[];
}

/** What happened today, as it happens. */
export function createTodayPage({ today, calendar, stores }: TodayPageParts): ConsolePage {
  return {
    path: PATH,
    title: '今天',
    nav: '今天',
    least: 'staff',
    actions: {},
    async show({ visitor: { who }, query }) {
      const view = who.role === 'admin' ? readView(query) : { ...readView(query), store: null };
      const { day, at, counts, newest } = await today.see(who, view.store, view.state, SHOWN);
      const named = namedCounts(counts);
      const { unknowns = 0, times = 0 } = named;
      const main = html`${who.role === 'admin' && storeForm(view, stores())}
        <div id="day" class="block" data-region>
          <div class="tools">
            <p>
              ${day}，核销成功 <b data-count="succeeded">${named['succeeded']}</b> 笔，共
              <b data-count="times">${times}</b> 次。${whose(who)}
            </p>
            <p
              class="live"
              role="status"
              data-feed="${FEED}${printView(view, { since: String(at) })}"
              data-live="实时更新"
              data-lost="连接断了，正在重连…"
              data-polling="连不上实时更新，每 20 秒刷新一次"
            ></p>
            <noscript><a class="button second" href="${PATH}${printView(view)}">刷新</a></noscript>
          </div>
          <p class="notice warn" data-shown-by="unknowns" ${unknowns === 0 && html` hidden`}>
            有 <b data-count="unknowns">${unknowns}</b> 笔结果未知（不只今天的）：查清之前不要重复核销。<a
              href="/console/unknowns"
              >去看结果未知</a
            >
          </p>
          ${outcomeLinks(view, named)}
          <section aria-label="最新的核销">
            <div id="empty" ${newest.length > 0 && html` hidden`}>
              ${emptyState(view.state === null ? '今天还没有核销。' : `今天没有「${OUTCOME_WORDS[view.state]}」的。`)}
            </div>
            ${table({
              ...dayColumns(calendar, at),
              caption: '最新的核销',
              captionUnseen: true,
              isDense: true,
              rows: newest,
              bodyId: 'rows',
            })}
          </section>
          <p>这里最多列出最新的 ${SHOWN} 笔。<a href="${recordsOf(view, day)}">看今天全部记录</a></p>
        </div>`;
      return { kind: 'page', main };
    },
  };

  function whose({ role, member }: Parameters<Today['see']>[0]): string {
    if (role === 'staff') return '这里是您自己发的核销。';
    return role === 'manager' && member !== undefined ? `这里是${member.store.name}的核销。` : '';
  }
}

function outcomeLinks(view: DayView, counts: Readonly<Record<string, number>>): Html {
  const link = (state: State | null, label: string): FilterLink => {
    const colour = state === null ? undefined : COLOURS[state];
    const name = state ?? 'all';
    return {
      ...{ label, to: `${PATH}${printView({ ...view, state })}`, isOn: view.state === state },
      ...{ count: counts[name] ?? 0, counts: name },
      ...(colour !== undefined && { colour }),
    };
  };
  return filterLinks('按结果看', [link(null, '全部'), ...STATES.map((state) => link(state, OUTCOME_WORDS[state]))]);
}

function storeForm({ state, store }: DayView, stores: readonly Store[]): Html {
  return html`<form class="line" action="${PATH}" method="get" data-search>
    ${state !== null && html`<input type="hidden" name="outcome" value="${state}" />`}
    <div class="field">
      <label for="store">门店</label>
      <select id="store" name="store">
        <option value="">所有门店</option>
        ${stores.map(
          ({ code, name }) => html`<option value="${code}" ${code === store && html` selected`}>${name}</option>`,
        )}
      </select>
    </div>
    <button class="second">看</button>
  </form>`;
}

/** The same among the records of that day. */
function recordsOf({ state, store }: DayView, day: string): string {
  const ofThem = { ...(state !== null && { state }), ...(store !== null && { storeCode: store }) };
  return addressOfView({ ...ofThem, first: day, last: day });
}
