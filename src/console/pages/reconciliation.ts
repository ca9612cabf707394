import { createReconcile, type Decision, type ListFile, type Reconciled } from '../../desk/reconcile.ts';
import type { Fields } from '../../pages/form.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import type { NotAList } from '../../redemption/vendor-list.ts';
import type { Period } from '../../desk/list-cover.ts';
import { keepForAWhile } from '../keep.ts';
import type { ConsolePage, Shown, Upload, Visit } from '../page.ts';
import type { ConsoleParts } from '../ports.ts';
import { OUTCOME_WORDS, receiptLink } from '../redemption-words.ts';
import { resultOf } from './reconciliation-result.ts';

export type ReconciliationPageParts = Pick<
  ConsoleParts,
  'ledger' | 'directory' | 'calendar' | 'now' | 'onSettled' | 'readList' | 'newId'
>;

const PATH = '/console/reconciliation';
const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** What was shown to a visitor, so that the confirmation settles exactly that. */
interface Compared {
  readonly user: string;
  readonly file: Pick<ListFile, 'file' | 'sha256' | 'stated'>;
  readonly decides: readonly Decision[];
}

const WHY_NOT: Readonly<Record<NotAList, string>> = {
  empty: '文件里没有内容。',
  'no-table': '这个文件不是表格。请传从联拓富后台导出的 xlsx 或 csv 文件。',
  'old-excel': '这是旧格式的 Excel 文件（.xls）。请用 Excel 或 WPS 打开，另存为 .xlsx，再传一次。',
  password: '这个文件有密码。请去掉密码另存，再传一次。',
  'too-large': '文件里的内容太多，没有读。请少导出几天，再传一次。',
  damaged: '文件打不开，可能没有下载完整。请重新导出，再传一次。',
  'too-slow': '文件读了太久，没有读完。请少导出几天，再传一次。',
  busy: '正在读别的文件，请过一会儿再传一次。',
};

/** The vendor's own list beside the records. */
export function createReconciliationPage(parts: ReconciliationPageParts): ConsolePage {
  const { ledger, directory: staff, calendar, now, onSettled, readList, newId } = parts;
  const reconcile = createReconcile({ ledger, staff, calendar, now, onSettled });
  const kept = keepForAWhile<Compared>({ now, newId });

  async function compare(visit: Visit, fields: Fields, upload: Upload | null): Promise<Shown> {
    if (upload === null) return again(visit, '请选一个文件。');
    const stated = statedIn(fields, calendar);
    if (stated === 'wrong') return again(visit, '起止日期不对：两个都要填，开始不能晚于结束；或者两个都不填。');
    const read = await readList(upload.bytes);
    if (read.kind === 'not-a-list') return again(visit, WHY_NOT[read.why]);
    const name = upload.name.slice(0, 100);
    const file: ListFile = { list: read.list, file: name, sha256: read.sha256, stated };
    const { who } = visit.visitor;
    const result = await reconcile.compare(file, who);
    const decides = result.decides;
    const id = kept.keep({ user: who.user, file: { file: name, sha256: read.sha256, stated }, decides });
    return { kind: 'page', main: resultPage(visit, file, result, id) };
  }

  function resultPage(visit: Visit, file: ListFile, result: Reconciled, id: string): Html {
    const settling =
      result.decides.length > 0 &&
      html`<form method="post" action="${PATH}/settle" data-busy>
        <input type="hidden" name="token" value="${visit.visitor.formToken}" />
        <input type="hidden" name="list" value="${id}" />
        <p>
          确认以后，上面 ${result.decides.length}
          笔会按清单记录结果（${visit.visitor.name}，${file.file}），店员会收到通知。
        </p>
        <button type="submit">确认，按清单记录这 ${result.decides.length} 笔</button>
      </form>`;
    return html`${resultOf({ calendar, now: visit.now }, file, result, settling)}
      <p><a href="${PATH}">再传一个文件</a></p>`;
  }

  async function settle(visit: Visit, fields: Fields): Promise<Shown> {
    const shown = kept.take(fields.one('list'));
    const { who } = visit.visitor;
    if (shown === null || shown.user !== who.user)
      return again(visit, '刚才的对账结果已经过期，什么都没有记录。请再传一次文件。', 409);
    const { settled, left } = await reconcile.settle(shown.decides, shown.file, who);
    const main = html`<p role="status"><strong>已按清单记录 ${settled.length} 笔。</strong></p>
      <ul>
        ${settled.map(({ receipt, state }) => html`<li>${receiptLink(receipt)} ${OUTCOME_WORDS[state]}</li>`)}
      </ul>
      ${
        left.length > 0 &&
        html`<p>这 ${left.length} 笔在您确认以前已经有了变化，没有动：</p>
          <ul>
            ${left.map(({ receipt, state }) => html`<li>${receiptLink(receipt)} 现在是 ${OUTCOME_WORDS[state]}</li>`)}
          </ul>`
      }
      <p><a href="${PATH}">再传一个文件</a></p>`;
    return { kind: 'page', main };
  }

  return {
    path: PATH,
    title: '对账',
    nav: '对账',
    least: 'manager',
    show: async (visit) => ({ kind: 'page', main: uploadForm(visit, null) }),
    actions: {
      compare: { needsFresh: false, maxFileBytes: MAX_FILE_BYTES, act: compare },
      settle: { needsFresh: true, act: settle },
    },
  };
}

function again(visit: Visit, problem: string, status = 422): Shown {
  return { kind: 'page', status, main: uploadForm(visit, problem) };
}

function uploadForm({ visitor }: Visit, problem: string | null): Html {
  return html`<p>
      从联拓富后台导出核销记录（xlsx 或
      csv，什么列都可以，但要带备注：单号在备注里），传上来和这里的记录对一对。文件只用来对账，不保存。
    </p>
    ${problem !== null && html`<div class="problems" role="alert"><p>${problem}</p></div>`}
    <form class="card" method="post" action="${PATH}/compare" enctype="multipart/form-data" data-busy>
      <input type="hidden" name="token" value="${visitor.formToken}" />
      <div class="field">
        <label for="file">文件（最大 10 MB）</label>
        <input id="file" type="file" name="file" accept=".xlsx,.csv,.txt" required />
      </div>
      <details>
        <summary>清单里没有时间列，或者您确定它包含某几天的全部记录</summary>
        <div class="field">
          <label for="from">从哪天</label>
          <input id="from" type="date" name="from" />
        </div>
        <div class="field">
          <label for="to">到哪天（含）</label>
          <input id="to" type="date" name="to" />
        </div>
      </details>
      <button type="submit">对账</button>
    </form>`;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/u;

/** The days that the person says the list covers; null: none. */
function statedIn(fields: Fields, calendar: Calendar): Period | null | 'wrong' {
  const [from, to] = [fields.one('from'), fields.one('to')];
  if (from === '' && to === '') return null;
  if (!DAY.test(from) || !DAY.test(to) || from > to) return 'wrong';
  const period = {
    from: calendar.instantOf(from, '00:00'),
    to: calendar.instantOf(calendar.dayAfter(to), '00:00') - 1,
  };
  return Number.isNaN(period.from + period.to) ? 'wrong' : period;
}
