import { createCheck, isCorrectable, withoutCardsOf, type NotChecked } from '../../desk/check.ts';
import { createListUnknowns } from '../../desk/open-unknowns.ts';
import type { Fields } from '../../pages/form.ts';
import { html, type Html } from '../../pages/html.ts';
import { LOOK_AFTER_MS } from '../../redemption/looks.ts';
import type { RecordCursor } from '../../redemption/records.ts';
import type { Redemption } from '../../redemption/redemption.ts';
import type { ConsolePage, Shown, Visit } from '../page.ts';
import { emptyState } from '../parts.ts';
import type { ConsoleParts } from '../ports.ts';
import { cardTail, OUTCOME_WORDS, outcomeBadge, receiptLink } from '../redemption-words.ts';
import { readVerdict, type VerdictForm } from '../verdict.ts';
import { hidden, settledCard, settledHow, unknownCard, verdictForm, type Looked, type Shelf } from './unknown-parts.ts';

export type UnknownsPageParts = Pick<
  ConsoleParts,
  'ledger' | 'directory' | 'vendor' | 'calendar' | 'now' | 'onSettled'
>;

const PATH = '/console/unknowns';

/** What nobody knows yet, as a list to work off; and what became known without the vendor's answer lately. */
export function createUnknownsPage(parts: UnknownsPageParts): ConsolePage {
  const { ledger, directory: staff, vendor, calendar, now, onSettled } = parts;
  const unknowns = createListUnknowns({ ledger, staff, now });
  const lastLookAfterMs = LOOK_AFTER_MS.at(-1) ?? 0;
  const check = createCheck({ vendor, ledger, staff, lastLookAfterMs, now, onSettled });

  async function page(visit: Visit, looked: Looked | null = null): Promise<Shown> {
    const shelf = { calendar, visit };
    const { items, total, next, settled } = await unknowns.list(visit.visitor.who, cursorIn(visit.query));
    const done = settled.find(({ redemption }) => redemption.receipt === visit.query.get('done'));
    // A look may have settled it: then it does not stand among those that are open.
    const isGone = looked !== null && !items.some(({ redemption }) => redemption.receipt === looked.receipt);
    const main = html`<p>
        结果未知的核销可能扣了次数，也可能没有扣。请勿重复核销；到联拓富后台按单号查备注，查清楚了再点「已核销」或「未核销」。
      </p>
      ${isGone && html`<p role="status"><strong>${looked.receipt}：${looked.sentence}</strong></p>`}
      ${
        done !== undefined &&
        html`<p role="status">
          <strong>已记录：${done.redemption.receipt} ${OUTCOME_WORDS[done.redemption.state]}。</strong
          >发送的人会收到通知。
        </p>`
      }
      ${total > 0 && html`<p>还有 ${total} 笔没有结果，最早的在前面。</p>`}
      ${items.length === 0 ? emptyState('没有结果未知的核销。') : items.map((item) => unknownCard(shelf, item, looked))}
      ${next !== null && html`<p><a class="button second" href="${PATH}?after=${next.at}-${next.id}">后面的</a></p>`}
      ${
        settled.length > 0 &&
        html`<section>
          <h2>最近 7 天核对出来的</h2>
          ${settled.map((item) => settledCard(shelf, item))}
        </section>`
      }`;
    return { kind: 'page', main };
  }

  async function look(visit: Visit, fields: Fields): Promise<Shown> {
    const receipt = fields.one('receipt');
    const checked = await check.look(receipt, visit.visitor.who);
    if (checked.kind !== 'checked') return refusal(checked);
    return page(visit, { receipt, sentence: lookSentence(checked.redemption, checked.remaining) });
  }

  /** Reads the form and the redemption, and goes on only where the one is still about the other. */
  async function given(
    visit: Visit,
    fields: Fields,
    then: (form: VerdictForm, redemption: Redemption) => Promise<Shown>,
  ): Promise<Shown> {
    const form = readVerdict(fields);
    if (form === null) return { kind: 'forbidden' };
    const { who } = visit.visitor;
    const redemption = await check.find(fields.one('receipt'), who);
    if (redemption === null) return { kind: 'not-found' };
    const shelf = { calendar, visit };
    if ('problem' in form) {
      const main = html`${about(redemption)}${verdictForm(shelf, redemption, fields, form.problem)}${back()}`;
      return { kind: 'page', status: 422, main };
    }
    if (redemption.settledAt !== form.asOf) return changed(shelf, redemption, fields);
    return then(form, redemption);
  }

  async function settle(visit: Visit, fields: Fields): Promise<Shown> {
    return given(visit, fields, async ({ receipt, verdict, reason, asOf }) => {
      const result = await check.settle(receipt, verdict, visit.visitor.who, { reason, asOf });
      if (result.kind === 'checked') return { kind: 'see-other', to: `${PATH}?done=${receipt}` };
      if (result.kind !== 'not-unknown') return refusal(result);
      const redemption = await check.find(receipt, visit.visitor.who);
      return redemption === null ? { kind: 'not-found' } : changed({ calendar, visit }, redemption, fields);
    });
  }

  return {
    path: PATH,
    title: '结果未知',
    nav: '结果未知',
    least: 'staff',
    show: (visit) => page(visit),
    actions: {
      look: { needsFresh: false, act: look },
      confirm: {
        least: 'manager',
        needsFresh: true,
        act: (visit, fields) =>
          given(visit, fields, async (form, redemption) => confirmation({ calendar, visit }, form, redemption, fields)),
      },
      settle: { least: 'manager', needsFresh: true, act: settle },
    },
  };
}

/** Exactly what will be on record, before it is. */
function confirmation(shelf: Shelf, form: VerdictForm, redemption: Redemption, fields: Fields): Shown {
  const state = form.verdict === 'consumed' ? 'succeeded' : 'refused';
  const { visitor } = shelf.visit;
  const main = html`${about(redemption)}
    <p>将要记录：</p>
    <dl class="facts">
      <dt>结果</dt>
      <dd>${outcomeBadge(state)}</dd>
      <dt>谁核对的</dt>
      <dd>${visitor.name}（人工核对）</dd>
      <dt>原因</dt>
      <dd>${withoutCardsOf(redemption, form.reason)}</dd>
    </dl>
    <p>
      ${
        state === 'refused'
          ? '记为「核销失败」以后，店员会收到通知：次数没有扣，可重新核销。如果其实扣了，顾客就会被扣两次。'
          : '记为「核销成功」以后，店员会收到通知，这一笔不用再核销。'
      }
    </p>
    <form method="post" action="${PATH}/settle" data-busy>
      ${hidden(shelf, redemption)}
      <input type="hidden" name="verdict" value="${form.verdict}" />
      <input type="hidden" name="why" value="${fields.one('why')}" />
      <input type="hidden" name="note" value="${withoutCardsOf(redemption, fields.one('note'))}" />
      <p class="buttons">
        <button type="submit">确认，就这样记录</button> <a class="button second" href="${PATH}">不，先不</a>
      </p>
    </form>`;
  return { kind: 'page', title: '请再看一遍', main };
}

/** It is not any more what it was when the form was shown: nothing was done, and nothing that was typed is lost. */
function changed(shelf: Shelf, redemption: Redemption, typed: Fields): Shown {
  const mayGoOn = redemption.state === 'unknown' || isCorrectable(redemption);
  const main = html`<p role="alert"><strong>您打开以后，这一笔已经有变化。您刚才的核对没有记录。</strong></p>
    ${about(redemption)} ${redemption.state !== 'unknown' && settledHow(shelf, redemption)}
    ${
      mayGoOn
        ? html`<p>如果您查到的和现在记录的不一样，可以再核对一次：</p>
            ${verdictForm(shelf, redemption, typed, null)}`
        : html`<p>您刚才写的原因：${typed.one('why')} ${typed.one('note')}</p>`
    }
    ${back()}`;
  return { kind: 'page', title: '已经有变化', status: 409, main };
}

function about({ receipt, state, card, count, store }: Redemption): Html {
  return html`<p>${receiptLink(receipt)} ${outcomeBadge(state)} ${cardTail(card)}，${count} 次，${store?.name}</p>`;
}

const back = () => html`<p><a href="${PATH}">回到结果未知</a></p>`;

function lookSentence({ state, remainingBefore }: Redemption, remaining: number | null): string {
  if (state !== 'unknown') return `现在是「${OUTCOME_WORDS[state]}」。`;
  if (remaining === null) return '现在没查到余次，还是未知。请稍后再试，或到联拓富后台查。';
  const before = remainingBefore === null ? '核销前的余次没查到' : `核销前是 ${remainingBefore}`;
  return `现在余次是 ${remaining}，${before}。光看余次还不能定，还是未知。`;
}

function refusal(why: NotChecked): Shown {
  return why.kind === 'not-allowed' ? { kind: 'forbidden' } : { kind: 'not-found' };
}

function cursorIn(query: URLSearchParams): RecordCursor | null {
  const [, at, id] = /^(\d{1,15})-(\d{1,15})$/u.exec(query.get('after') ?? '') ?? [];
  return at === undefined || id === undefined ? null : { at: Number(at), id: Number(id) };
}
