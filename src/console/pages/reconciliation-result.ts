import type { Undecided } from '../../desk/list-cover.ts';
import type { Decision, Listed, ListFile, Reconciled, RowOnRecord } from '../../desk/reconcile.ts';
import { html, type Html, type Part } from '../../pages/html.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import type { ListPlace } from '../../redemption/redemption.ts';
import { cardTail, momentIn, outcomeBadge, receiptLink } from '../redemption-words.ts';

/** Of each section; a page stays small. */
const SHOWN = 40;

interface Clock {
  readonly calendar: Calendar;
  readonly now: number;
}

const WHY_UNDECIDED: Readonly<Record<Exclude<Undecided, 'outside'>, string>> = {
  looking: '系统还在按余次核对，请过几分钟再传',
  incomplete: '清单里还缺别的成功的核销，说明清单不全',
  'not-shown': '清单里前后同门店、同类卡、同店员的核销太少，看不出清单有没有包含它',
  unmarked: '清单里有没带单号（或单号不全）的行，可能就是它',
  'too-many': '记录太多，没有全部对比',
};

/** What a list and the records have in common, and what they have not. `settling` confirms what the list decides. */
export function resultOf(clock: Clock, file: ListFile, result: Reconciled, settling: Part): Html {
  const { list } = file;
  const { period, both, onlyThere, several, doubtful, cut, otherCount, onlyHere, decides, undecided, unseen } = result;
  const moment = (at: number) => momentIn(clock.calendar, at, clock.now);
  return html`<p>
      ${file.file}：${list.total}
      行${list.doubled > 0 && `，其中 ${list.doubled} 行是重复的`}，${list.withoutReceipt.rows}
      行没有单号${unseen > 0 && `，${unseen} 个单号是别的门店的，没有显示`}。
    </p>
    <p>
      ${
        period === null
          ? '看不出清单包含哪段时间，所以没有对比「只在这里有」。'
          : html`对比的时间：${moment(period.from)} 至 ${moment(period.to)}${file.stated !== null && '（您填的）'}。`
      }
    </p>
    <p>两边都有，没有问题：<strong>${both}</strong> 笔。</p>
    ${section(
      `清单能定下来的未知（${decides.length} 笔）`,
      null,
      decides,
      (one) => html`${about(one)}：将记为 ${outcomeBadge(one.state)}，${grounds(one)}`,
      { below: settling, isWhole: true },
    )}
    ${section(
      `只在清单里有（${onlyThere.length} 笔）`,
      '要紧：联拓富后台有这些核销，但这里没有记录，或者这里记的是没有扣。顾客的次数可能已经扣了，请马上查。',
      onlyThere,
      rowLine,
    )}
    ${section(
      `同一个单号有好几行（${several.length} 行）`,
      '要紧：可能扣了不止一次，请到后台查。这些不会按清单记录。',
      several,
      rowLine,
    )}
    ${section(
      `清单说退款、失败或看不懂（${doubtful.length} 笔）`,
      '这些不会按清单记录，请到后台查。',
      doubtful,
      (one) => html`${rowLine(one)}；清单写着「${one.row.doubt}」`,
    )}
    ${section(
      `只在这里有（${onlyHere.length} 笔${result.onlyHereIsPartial ? '，没有全部对比' : ''}）`,
      '这里是核销成功，清单里却没有。也可能是清单没有导全（只导了一个门店、一种卡），请先看清单全不全。',
      onlyHere,
      (one) => html`${about(one)}，${moment(one.redemption.claimedAt)}`,
    )}
    ${section(
      `次数好像不一样（${otherCount.length} 笔）`,
      '按清单里像是「次数」的那一列比的，不一定是同一个意思。其中结果未知的不会按清单记录，请到后台查。',
      otherCount,
      (one) => html`${rowLine(one)}；清单里是 ${one.row.count}`,
    )}
    ${section(
      `清单定不了的未知（${undecided.length} 笔）`,
      '清单里没有这些单号，但不能就当作没有扣。请到后台查了再核对。',
      undecided,
      (one) => html`${about(one)}：${one.why === 'outside' ? '' : WHY_UNDECIDED[one.why]}`,
    )}
    ${section(`单号不全的行（${cut.length} 行）`, null, cut, (row) => html`${placeWords(row)}：${row.receipt}…`)}`;
}

function section<Row>(
  title: string,
  hint: string | null,
  rows: readonly Row[],
  line: (row: Row) => Html,
  { below = null, isWhole = false }: { readonly below?: Part; readonly isWhole?: boolean } = {},
): Html | null {
  if (rows.length === 0) return null;
  // What is confirmed is seen whole.
  const most = isWhole ? rows.length : SHOWN;
  return html`<section class="card">
    <h2>${title}</h2>
    ${hint !== null && html`<p>${hint}</p>`}
    <ul>
      ${rows.slice(0, most).map((row) => html`<li>${line(row)}</li>`)}
    </ul>
    ${rows.length > most && html`<p>还有 ${rows.length - most} 行没有显示。</p>`} ${below}
  </section>`;
}

function about({ redemption, who }: Listed): Html {
  const { receipt, card, count, store } = redemption;
  const people = [store?.name, who].filter((name) => name !== null && name !== undefined).join('，');
  return html`${receiptLink(receipt)} ${cardTail(card)}，${count} 次${people !== '' && `，${people}`}`;
}

function rowLine({ row, here }: RowOnRecord): Html {
  if (here === null) return html`${placeWords(row)}：${row.receipt}，这里没有这个单号`;
  return html`${placeWords(row)}：${about(here)}，这里是 ${outcomeBadge(here.redemption.state)}`;
}

function grounds({ place }: Decision): string {
  return place === null ? '清单包含那段时间，里面没有它' : `清单 ${placeWords(place)}`;
}

function placeWords({ sheet, row }: ListPlace): string {
  return sheet === '' ? `第 ${row} 行` : `${sheet} 第 ${row} 行`;
}
