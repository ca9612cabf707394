import type { Requests } from '../../desk/requests.ts';
import type { StaffEdits } from '../../desk/staff-edits.ts';
import type { StaffResult } from '../../desk/staff-result.ts';
import type { BindingAsked, MemberView } from '../../desk/staff-views.ts';
import type { Fields } from '../../pages/form.ts';
import { html, type Html, type Part } from '../../pages/html.ts';
import type { StaffSnapshot } from '../../redemption/people.ts';
import type { ConsolePage, Shown, Visit } from '../page.ts';
import { brokenNotice, hidden, REFUSED, ROLE_WORDS } from './mapping/words.ts';

const PAGE_SIZE = 50;
/** So many stores are offered in a list; with more of them a store is typed. */
const OFFERED = 50;
const MAX_SEARCH = 64;
/** No list is that long. */
const MAX_PAGE = 100_000;
const PATH = '/console/staff';

export interface StaffPageParts {
  readonly edits: StaffEdits;
  readonly requests: Pick<Requests, 'decide'>;
  readonly book: { snapshot(): StaffSnapshot };
}

/** Who is bound, who waits to be, and the way to all that changes it. */
export function createStaffPage({ edits, requests, book }: StaffPageParts): ConsolePage {
  async function render(visit: Visit, told: Part, status?: number): Promise<Shown> {
    const { visitor, query } = visit;
    const isAdmin = visitor.who.role === 'admin';
    const search = (query.get('q') ?? '').trim().slice(0, MAX_SEARCH);
    const storeCode = isAdmin ? query.get('store') || null : null;
    const page = Math.min(MAX_PAGE, Math.max(1, Math.trunc(Number(query.get('page')) || 1)));
    const [found, waiting] = await Promise.all([
      edits.list(visitor.who, { storeCode, search, page, size: PAGE_SIZE }),
      edits.requests(visitor.who),
    ]);
    const { stores } = book.snapshot();
    const at = (to: number) =>
      `${PATH}?${String(new URLSearchParams({ q: search, store: storeCode ?? '', page: String(to) }))}`;
    const main = html`${brokenNotice(edits.isBroken())}${told} ${waiting.length > 0 && requestsSection(visit, waiting)}
      <section>
        <form method="get" action="${PATH}" class="filters">
          <div class="field">
            <label for="q">姓名、账号或工号</label>
            <input type="text" id="q" name="q" value="${search}" maxlength="${MAX_SEARCH}" autocomplete="off" />
          </div>
          ${
            isAdmin &&
            html`<div class="field">
              <label for="store">门店</label>
              ${
                stores.length <= OFFERED
                  ? html`<select id="store" name="store">
                      <option value="">所有门店</option>
                      ${stores.map(
                        ({ code, name }) =>
                          html`<option value="${code}" ${code === storeCode && html` selected`}>${name}</option>`,
                      )}
                    </select>`
                  : html`<input type="text" id="store" name="store" value="${storeCode}" placeholder="门店编号" />`
              }
            </div>`
          }
          <button class="second">查找</button>
        </form>
        <p class="buttons">
          <a class="button" href="${PATH}/person">绑定新员工</a>
          <a class="button second" href="${PATH}/changes">变更记录</a>
        </p>
        <p>${total(found.total, found.isCut)}</p>
        ${found.people.length > 0 && peopleTable(found.people)}
        <nav class="buttons" aria-label="翻页">
          ${page > 1 && html`<a class="button second" rel="prev" href="${at(page - 1)}">上一页</a>`}
          ${page * PAGE_SIZE < found.total && html`<a class="button second" rel="next" href="${at(page + 1)}">下一页</a>`}
        </nav>
      </section>`;
    return { kind: 'page', main, ...(status !== undefined && { status }) };
  }

  async function decide(visit: Visit, fields: Fields, decision: 'agreed' | 'rejected'): Promise<Shown> {
    const number = Number(fields.one('number'));
    if (!Number.isSafeInteger(number) || number < 1) return { kind: 'forbidden' };
    const result = await requests.decide(number, decision, visit.visitor.who);
    const isDone = result.kind === 'request-decided';
    return render(
      visit,
      html`<div class="notice ${isDone ? 'ok' : 'fail'}" role="status"><p>${decided(result)}</p></div>`,
      isDone ? 200 : 409,
    );
  }

  return {
    path: PATH,
    title: '员工',
    nav: '员工',
    least: 'manager',
    show: (visit) => render(visit, null),
    actions: {
      agree: { needsFresh: false, act: (visit, fields) => decide(visit, fields, 'agreed') },
      reject: { needsFresh: false, act: (visit, fields) => decide(visit, fields, 'rejected') },
    },
  };
}

function total(count: number, isCut: boolean): string {
  if (isCut) return `找到${count}人以上，请写得再完整一点。`;
  return count === 0 ? '没有找到员工。' : `共${count}人`;
}

function peopleTable(people: readonly MemberView[]): Html {
  return html`<table class="people">
    <thead>
      <tr>
        <th scope="col">姓名</th>
        <th scope="col">账号</th>
        <th scope="col">工号</th>
        <th scope="col">门店</th>
        <th scope="col">身份</th>
        <th scope="col"><span class="unseen">操作</span></th>
      </tr>
    </thead>
    <tbody>
      ${people.map(
        ({ user, name, employeeId, store, role }) =>
          html`<tr>
            <td data-label="姓名">${name}</td>
            <td data-label="账号" class="account">${user}</td>
            <td data-label="工号">${employeeId ?? '没有'}</td>
            <td data-label="门店">${store.name}</td>
            <td data-label="身份">${ROLE_WORDS[role]}</td>
            <td><a href="${PATH}/person?user=${encodeURIComponent(user)}" aria-label="修改${name}">修改</a></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function requestsSection({ visitor }: Visit, waiting: readonly Pick<BindingAsked, 'request' | 'holders'>[]): Html {
  return html`<section>
    <h2>等处理的申请</h2>
    <ul class="rows">
      ${waiting.map(
        ({ request: { number, user, name, employeeId, store }, holders }) =>
          html`<li>
            <p>${number}号：${name ?? user}，工号${employeeId}，${store.name}</p>
            <p class="hint">账号 <span class="account">${user}</span>，请先核实是不是本人</p>
            ${
              holders.known.length + Number(holders.elsewhere) > 0 &&
              html`<p class="hint">
                这个工号已有人在用：${holders.known.map((holder) => holder.name).join('、')}${
                  holders.elsewhere && '（还有别的门店的人）'
                }
              </p>`
            }
            <div class="buttons">
              ${(['agree', 'reject'] as const).map(
                (action) =>
                  html`<form method="post" action="${PATH}/${action}" class="inline">
                    ${hidden({ token: visitor.formToken, number: String(number) })}
                    <button class="${action === 'agree' ? 'small' : 'small second'}">
                      ${action === 'agree' ? '同意' : '拒绝'}<span class="unseen">${number}号</span>
                    </button>
                  </form>`,
              )}
            </div>
          </li>`,
      )}
    </ul>
  </section>`;
}

function decided(result: StaffResult): string {
  if (result.kind === 'request-decided') {
    const { number, name, user } = result.request;
    return `${number}号申请（${name ?? user}）${result.agreed ? '已同意，绑定好了。' : '已拒绝。'}`;
  }
  if (result.kind === 'not-allowed') return REFUSED['own-store'];
  if (result.kind !== 'not-changed') return '没有处理。';
  const { why } = result;
  switch (why.kind) {
    case 'answered-already':
      return `${why.number}号申请已经由${why.by}${why.agreed ? '同意' : '拒绝'}了。`;
    case 'request-lapsed':
      return '申请超过7天没有处理，已经失效，请本人重新申请。';
    case 'request-replaced':
      return '本人又发了新的申请，请处理新的那个。';
    case 'request-in-hand':
      return '别人正在处理这个申请，请稍后再看。';
    case 'mapping-broken':
      return '名单文件现在有错，没有绑定；申请还在，改好文件后再点同意。';
    case 'elsewhere':
    case 'admin-entry':
    case 'last-manager':
    case 'not-bound':
      return REFUSED[why.kind];
    case 'unknown-store':
      return REFUSED['no-such-store'];
    default:
      return '没有这个申请，可能已经处理过了。';
  }
}
