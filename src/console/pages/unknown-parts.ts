import type { SettledItem, UnknownItem } from '../../desk/open-unknowns.ts';
import { isCorrectable } from '../../desk/check.ts';
import type { Fields } from '../../pages/form.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import type { Redemption, Unsettled } from '../../redemption/redemption.ts';
import type { Visit } from '../page.ts';
import { cardTail, momentIn, OUTCOME_WORDS, outcomeBadge, receiptLink, whyOf } from '../redemption-words.ts';
import { REASON_CHOICES } from '../verdict.ts';

// What stands on the page of what is unknown.

export interface Shelf {
  readonly calendar: Calendar;
  readonly visit: Visit;
}

/** What a look that was asked for has shown, said beside its row. */
export interface Looked {
  readonly receipt: string;
  readonly sentence: string;
}

const WHY_UNSETTLED: Readonly<Record<Unsettled, string>> = {
  disturbed: '前后还有别的核销，可能用的是同一张卡，看余次判断不了',
  unseen: '剩余次数没查到，或没查全',
  unclear: '剩余次数的变化和这一笔对不上',
  late: '隔得太久，看余次判断不了',
};

/** One that is still unknown, with everything that is known about it. */
export function unknownCard(shelf: Shelf, item: UnknownItem, looked: Looked | null): Html {
  const { redemption, who, remark } = item;
  const { receipt, count, card, cardName, store } = redemption;
  const about = [store?.name ?? '没有门店', who ?? '不知道是谁', ageOf(redemption, shelf.visit.now)].join('，');
  return html`<article class="card" id="${receipt}">
    <h2>${receiptLink(receipt)} ${outcomeBadge(redemption.state)}</h2>
    <p>${cardName !== null && `${cardName}，`}${cardTail(card)}，${count} 次；${about}</p>
    ${remark !== '' && html`<p class="soft">备注：${remark}</p>`}
    <dl class="facts">
      <dt>什么时候发的</dt>
      <dd>${moment(shelf, redemption.claimedAt)}</dd>
      <dt>为什么未知</dt>
      <dd>${whyOf(redemption)}</dd>
      <dt>核销前余次</dt>
      <dd>${redemption.remainingBefore ?? '没查到'}</dd>
      <dt>后来看到的余次</dt>
      <dd>${sightsOf(item)}</dd>
      <dt>系统核对</dt>
      <dd>${lookState(shelf, item)}</dd>
      <dt>这张卡前后的核销</dt>
      <dd>${othersOf(shelf, item)}</dd>
    </dl>
    ${looked !== null && looked.receipt === receipt && html`<p role="status"><strong>${looked.sentence}</strong></p>`}
    <form method="post" action="/console/unknowns/look#${receipt}">
      ${hidden(shelf, redemption)}
      <button class="second" type="submit">核对：现在再查一次余次</button>
    </form>
    ${item.maySettle && verdictForm(shelf, redemption, null, null)}
  </article>`;
}

/** One that was settled lately, and how it is corrected. */
export function settledCard(shelf: Shelf, { redemption, who, maySettle }: SettledItem): Html {
  const { receipt, count, card, store } = redemption;
  return html`<article class="card" id="${receipt}">
    <h3>${receiptLink(receipt)} ${outcomeBadge(redemption.state)}</h3>
    <p>${cardTail(card)}，${count} 次；${store?.name ?? '没有门店'}，${who ?? '不知道是谁'}</p>
    ${settledHow(shelf, redemption)}
    ${
      maySettle &&
      isCorrectable(redemption) &&
      html`<details>
        <summary>核对错了，要更正</summary>
        ${verdictForm(shelf, redemption, null, null)}
      </details>`
    }
  </article>`;
}

/** Who or what settled it, when and why, and what was said before. */
export function settledHow(shelf: Shelf, { settledBy, settledAt, remainingBefore, remainingAfter }: Redemption): Html {
  const at = settledAt === null ? null : moment(shelf, settledAt);
  if (settledBy === null) return html`<p>核销系统后来答复的。${at}</p>`;
  switch (settledBy.how) {
    case 'look':
      return html`<p>系统按余次核对：${remainingBefore ?? '?'} → ${remainingAfter ?? '?'}，是推断。${at}</p>`;
    case 'overruled':
      return html`<p>核销系统后来另有结果，改正了之前的「${OUTCOME_WORDS[settledBy.was]}」。${at}</p>`;
    case 'list': {
      const { name, file, place } = settledBy;
      const where = place === null ? '清单里没有这一笔' : `${place.sheet} 第 ${place.row} 行`;
      return html`<p>${name}按后台清单核对，${at}<br />清单：${file}，${where}</p>`;
    }
    case 'hand': {
      const { name, reason, earlier = [] } = settledBy;
      return html`<p>${name}人工核对，${at}${reason !== undefined && html`<br />原因：${reason}`}</p>
        ${earlier.map(
          (one) =>
            html`<p class="soft">
              之前
              ${one.name}${one.file !== undefined && '按清单'}核对为「${OUTCOME_WORDS[one.state]}」，${moment(
                shelf,
                one.at,
              )}${one.reason !== undefined && html`，原因：${one.reason}`}
            </p>`,
        )}`;
    }
  }
}

/** The form with the reason and the two buttons; with what was typed, and what was wrong with it. */
export function verdictForm(
  shelf: Shelf,
  redemption: Redemption,
  typed: Fields | null,
  problem: string | null,
): Html | null {
  const { receipt, state } = redemption;
  const why = typed?.one('why') ?? '';
  const note = typed?.one('note') ?? '';
  return html`<form method="post" action="/console/unknowns/confirm">
    ${hidden(shelf, redemption)} ${problem !== null && html`<p class="problem" role="alert">${problem}</p>`}
    <div class="field">
      <label for="why-${receipt}">您是怎么知道的？</label>
      <select id="why-${receipt}" name="why">
        <option value="">请选择</option>
        ${REASON_CHOICES.map(
          (choice) => html`<option value="${choice}" ${choice === why && html` selected`}>${choice}</option>`,
        )}
      </select>
    </div>
    <div class="field">
      <label for="note-${receipt}">补充说明（选「别的原因」必填，最多 100 字）</label>
      <input id="note-${receipt}" type="text" name="note" value="${note}" maxlength="100" autocomplete="off" />
    </div>
    <p class="buttons">
      ${
        state !== 'succeeded' &&
        html`<button type="submit" name="verdict" value="consumed" class="second">已核销…</button>`
      }
      ${
        state !== 'refused' &&
        html`<button type="submit" name="verdict" value="not-consumed" class="second">未核销…</button>`
      }
    </p>
  </form>`;
}

export function hidden({ visit }: Shelf, { receipt, settledAt }: Redemption): Html {
  return html`<input type="hidden" name="token" value="${visit.visitor.formToken}" /><input
      type="hidden"
      name="receipt"
      value="${receipt}"
    /><input type="hidden" name="asOf" value="${settledAt}" />`;
}

function moment({ calendar, visit }: Shelf, at: number): Html {
  return momentIn(calendar, at, visit.now);
}

function sightsOf({ sights, looks }: UnknownItem): string {
  if (sights.length === 0) return looks === 0 ? '还没有查过' : '没查到';
  return sights.map((sight) => (sight === null ? '没查到' : `${sight}`)).join('、');
}

function lookState(shelf: Shelf, { redemption, nextLookAt }: UnknownItem): Html {
  const { unsettled, remainingBefore } = redemption;
  const why = unsettled === undefined ? null : `没能核对清楚：${WHY_UNSETTLED[unsettled]}。`;
  if (nextLookAt !== null) return html`${why}下一次 ${moment(shelf, nextLookAt)}`;
  if (remainingBefore === null) return html`核销前没查到余次，系统判断不了，请人工核对`;
  return html`${why}系统不会再自动核对，请人工核对`;
}

function othersOf(shelf: Shelf, { others, othersUnseen }: UnknownItem): Html {
  if (others.length === 0 && othersUnseen === 0) return html`没有`;
  const unseen = othersUnseen > 0 ? `另有 ${othersUnseen} 笔在别的门店` : null;
  if (others.length === 0) return html`${unseen}`;
  return html`<ul class="plain">
    ${others.map(
      ({ redemption, who }) =>
        html`<li>
          ${moment(shelf, redemption.claimedAt)} ${receiptLink(redemption.receipt)} ${outcomeBadge(redemption.state)}
          ${redemption.count} 次${who !== null && `，${who}`}
        </li>`,
    )}
    ${unseen !== null && html`<li>${unseen}</li>`}
  </ul>`;
}

const HOUR_MS = 60 * 60_000;

function ageOf({ claimedAt }: Redemption, now: number): string {
  const ms = Math.max(0, now - claimedAt);
  if (ms < HOUR_MS) return `${Math.floor(ms / 60_000)} 分钟前`;
  return ms < 48 * HOUR_MS ? `${Math.floor(ms / HOUR_MS)} 小时前` : `${Math.floor(ms / (24 * HOUR_MS))} 天前`;
}
