import type { FiguresView } from '../../../desk/figures.ts';
import { html, type Html } from '../../../pages/html.ts';
import type { State } from '../../../redemption/redemption.ts';
import { OUTCOME_WORDS } from '../../redemption-words.ts';
import { addressOfRecords } from './addresses.ts';
import { changeWords, daysWords } from './words.ts';

// What a period came to in all.

/** Which days these are. */
export function comparedDays({ days }: FiguresView): Html {
  return html`<span class="nowrap">${daysWords(days)}</span>`;
}

/** Always shown; of the others only what there is. */
const ALWAYS: readonly State[] = ['succeeded', 'refused', 'unknown', 'unsent'];
const STATES: readonly State[] = [...ALWAYS, 'pending', 'asked'];

const MEANING: Readonly<Partial<Record<State, string>>> = {
  unknown: '扣没扣还不知道，不算在成功里',
  unsent: '没有提交，次数没有扣',
};

const COLOURS: Readonly<Partial<Record<State, string>>> = { succeeded: 'ok', refused: 'fail', unknown: 'warn' };

/** What the period came to by outcome, each against the period before. */
export function totals({ total, totalBefore, days, before, isRunning, store }: FiguresView): Html {
  const shown = STATES.filter((state) => ALWAYS.includes(state) || total[state].lines > 0);
  return html`<div class="totals">
      ${shown.map((state) => {
        const { lines, times } = total[state];
        const number = state === 'succeeded' ? html`${times}<small>次</small>` : html`${lines}<small>笔</small>`;
        const isOver = state !== 'pending' && state !== 'asked';
        const change =
          state === 'succeeded'
            ? changeWords(times, totalBefore[state].times, '次')
            : changeWords(lines, totalBefore[state].lines, '笔');
        return html`<div class="card ${COLOURS[state] ?? ''}">
          <h3>${OUTCOME_WORDS[state]}</h3>
          <p class="sum">
            ${
              lines === 0
                ? number
                : html`<a href="${addressOfRecords(days, { state, store: store?.code })}">${number}</a>`
            }
          </p>
          ${
            lines > 0 && (state === 'succeeded' ? html`<p>共${lines}笔</p>` : html`<p>涉及${times}次</p>`)
          }${lines > 0 && MEANING[state] !== undefined && html`<p class="hint">${MEANING[state]}</p>`}${
            isOver && html`<p class="hint">${change}</p>`
          }
        </div>`;
      })}
    </div>
    <p class="hint">上期是 ${daysWords(before)}。${isRunning && '今天还没有过完，数字还会变。'}</p>`;
}
