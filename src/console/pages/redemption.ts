import { cardLabel, plainLine, REASONS, shortName } from '../../command/sentences/words.ts';
import type { ShowTrail } from '../../desk/trail.ts';
import type { TrailEntry, TrailShown } from '../../desk/trail-shown.ts';
import { html, type Html, type Part } from '../../pages/html.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import { isRemainingComputed, remainingOf, type Redemption } from '../../redemption/redemption.ts';
import type { ConsolePage, Visit } from '../page.ts';
import { addressOf, cardTail, momentIn, outcomeBadge, receiptLink, whyOf } from '../redemption-words.ts';
import { comingWords, entryWords, type TrailWords } from '../trail-words.ts';

export interface RedemptionPageParts {
  readonly showTrail: ShowTrail;
  readonly calendar: Calendar;
}

/** As receipts are read aloud and typed: small letters, without the `R-`. */
const TYPED_RECEIPT = /^(?:r-?)?([0-9a-z]{8})$/iu;

/** One redemption as a time line. */
export function createRedemptionPage({ showTrail, calendar }: RedemptionPageParts): ConsolePage {
  async function show({ params, visitor, now }: Visit) {
    const typed = params['receipt'] ?? '';
    const receipt = receiptOf(typed);
    if (receipt === null) return { kind: 'not-found' } as const;
    if (receipt !== typed) return { kind: 'see-other', to: addressOf(receipt) } as const;
    const trail = await showTrail(receipt, visitor.who);
    if (trail.kind !== 'trail') return { kind: 'not-found' } as const;
    const main = render(trail, calendar, now);
    return { kind: 'page', title: `核销 ${receipt}`, main } as const;
  }
  return { path: '/console/r/:receipt', title: '一次核销', nav: null, least: 'staff', show, actions: {} };
}

function receiptOf(typed: string): string | null {
  const found = TYPED_RECEIPT.exec(typed.normalize('NFKC').trim())?.[1];
  return found === undefined ? null : `R-${found.toUpperCase()}`;
}

function render(trail: TrailShown, calendar: Calendar, now: number): Html {
  const { redemption, who, remark, entries, coming, beside } = trail;
  const name = who === null ? null : shortName(who);
  const moment = (instant: number) => momentIn(calendar, instant, now);
  const words: TrailWords = { redemption, who: name, moment, now };
  return html`<section class="card">
      <p class="head">
        ${outcomeBadge(redemption.state)} ${cardLabel(redemption.cardName, redemption.card)}，${redemption.count}次
      </p>
      <p>${meaning(trail)}</p>
      ${facts(redemption, { who: name, remark }, moment)}
    </section>
    <section class="card">
      <h2>经过</h2>
      ${daysOf(entries, calendar).map(
        ({ day, entries: ofDay }) =>
          html`${day !== null && html`<h3>${day}</h3>`}
            <ol class="trail">
              ${ofDay.map((entry) => item(entry, calendar, words))}
            </ol>`,
      )}
    </section>
    ${
      coming.length > 0 &&
      html`<section class="card">
        <h2>接下来</h2>
        <ul>
          ${coming.map((one) => html`<li>${comingWords(one, words)}</li>`)}
        </ul>
      </section>`
    }
    <section class="card">
      <h2>相关记录</h2>
      ${
        beside.length > 0 &&
        html`<p>同一条消息里的：</p>
          <ul class="rows">
            ${beside.map((row) => html`<li>${outcomeBadge(row.state)} ${cardTail(row.card)}，${row.count}次 ${receiptLink(row.receipt)}</li>`)}
          </ul>`
      }
      <p><a href="/console/records?like=${redemption.receipt}">这张卡的其他记录</a></p>
    </section>`;
}

function facts(
  redemption: Redemption,
  { who, remark }: Pick<TrailShown, 'who' | 'remark'>,
  moment: (instant: number) => Html,
): Html {
  const { receipt, store, claimedAt, remainingBefore } = redemption;
  const left = remainingOf(redemption);
  const how = isRemainingComputed(redemption) ? '（推算，没有再看卡）' : '（看到的）';
  const listed: readonly (readonly [string, Part])[] = [
    ['单号', receipt],
    ['谁发的', who],
    ['时间', moment(claimedAt)],
    ['门店', store === null ? null : shortName(store.name)],
    ['备注', remark === '' ? null : plainLine(remark)],
    ['核销前剩余', remainingBefore === null ? null : `${remainingBefore}次（看到的）`],
    ['核销后剩余', left === null ? null : `${left}次${how}`],
  ];
  return html`<dl class="facts">
    ${listed
      .filter(([, value]) => value !== null)
      .map(
        ([term, value]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
  </dl>`;
}

/** What the outcome means, and what is to be done next. */
function meaning({ redemption, maySettle }: TrailShown): Part {
  const { state, reason, settledBy, checking } = redemption;
  const how = settledBy?.how;
  switch (state) {
    case 'asked':
      return '还没有提交，次数没有扣。要在聊天里确认才核销。';
    case 'pending':
      return '正在核销，结果还没有出来，请不要再发一次。';
    case 'succeeded':
      if (how === 'look') return '按余次推断，次数已经扣了；这不是核销系统的答复。请勿重复核销。';
      if (how === 'hand') return '人工核对，次数已经扣了。请勿重复核销。';
      if (how === 'list') return '按后台清单核对，次数已经扣了；这不是核销系统的答复。请勿重复核销。';
      return '次数已经扣了，不用再做什么。';
    case 'refused':
      if (how === 'look') return '按余次推断，看来没有扣；重新核销前请再查一次余次。';
      if (how === 'hand') return '人工核对，次数没有扣，可重新核销。';
      if (how === 'list') return '按后台清单核对，清单里没有这一笔，看来没有扣；重新核销前请再查一次余次。';
      return `核销系统没有核销${whyOf(redemption)}。按它说的改好，可以重新发送。`;
    case 'unsent':
      return `没有提交给核销系统，次数没有扣${reason === null ? '' : `：${REASONS[reason]}`}。${how === 'overruled' ? '重发前请先查余次。' : ''}`;
    case 'unknown':
      return html`<strong>请勿重复核销，先查询该卡剩余次数。</strong
        >不知道扣了没有${checking ? '，系统会按余次核对' : '，要店长到联拓富后台按单号查备注'}。${maySettle && html` <a href="/console/unknowns">去核对结果未知的</a>`}`;
  }
}

interface Day {
  /** Null where not even the first instant was kept. */
  readonly day: string | null;
  readonly entries: TrailEntry[];
}

/** The entries by day; one without an instant is of the day of what it followed. */
function daysOf(entries: readonly TrailEntry[], calendar: Calendar): readonly Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const day = entry.at === null ? (days.at(-1)?.day ?? null) : calendar.dayOf(entry.at);
    const last = days.at(-1);
    if (last !== undefined && last.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

function item(entry: TrailEntry, calendar: Calendar, words: TrailWords): Html {
  return html`<li>
    ${entry.at === null ? html`<span class="hint">没有记下时间</span>` : clock(entry.at, calendar)}
    <div>${entryWords(entry, words)}</div>
  </li>`;
}

/** To the second: much happens within one minute. The clocks of all shops differ from UTC by whole minutes. */
function clock(instant: number, calendar: Calendar): Html {
  const iso = new Date(instant).toISOString();
  return html`<time datetime="${iso}">${calendar.timeOf(instant)}:${iso.slice(17, 19)}</time>`;
}
