import type { ChangeView, NotEdited, StaffEdits } from '../../desk/staff-edits.ts';
import { html, type Html, type Part } from '../../pages/html.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import type { Place, StaffSnapshot } from '../../redemption/people.ts';
import type { ConsolePage, Shown, Visit } from '../page.ts';
import { momentIn } from '../redemption-words.ts';
import { actor, BROKEN, hidden, REFUSED, storeName, ROLE_WORDS } from './mapping/words.ts';

const PATH = '/console/staff/changes';
const PAGE_SIZE = 30;

export interface StaffChangesPageParts {
  readonly edits: StaffEdits;
  readonly book: { snapshot(): StaffSnapshot };
  readonly calendar: Calendar;
}

/** Who changed whose entry, when, and the way to take it back. */
export function createStaffChangesPage({ edits, book, calendar }: StaffChangesPageParts): ConsolePage {
  const nameOf = (user: string) => book.snapshot().person(user)?.name ?? user;

  function words(place: Place | 'elsewhere' | null): string {
    if (place === null) return '未绑定';
    if (place === 'elsewhere') return '在别的门店';
    const id = place.employeeId === null ? '' : `，工号${place.employeeId}`;
    return `${place.name ?? '没有填姓名'}${id}，${storeName(book.snapshot().stores, place.storeCode)}，${ROLE_WORDS[place.role]}`;
  }

  async function render(visit: Visit, told: Part, status = 200): Promise<Shown> {
    const { visitor, query, now } = visit;
    const user = query.get('user') || undefined;
    const before = Number(query.get('before')) || undefined;
    const storeCode = query.get('store') || undefined;
    const listed = await edits.changes(visitor.who, {
      ...(user !== undefined && { user }),
      ...(storeCode !== undefined && { storeCode }),
      ...(before !== undefined && Number.isSafeInteger(before) && { before }),
      limit: PAGE_SIZE + 1,
    });
    const shown = listed.slice(0, PAGE_SIZE);
    const older = listed.length > PAGE_SIZE ? shown.at(-1)?.id : undefined;
    const next = new URLSearchParams({ user: user ?? '', store: storeCode ?? '', before: String(older) });
    const main = html`${told}${user !== undefined && html`<p>账号：<span class="account">${user}</span></p>`}
      ${shown.length === 0 && html`<p>还没有变更。</p>`}
      <ol class="rows">
        ${shown.map((change) => html`<li>${row(visit, change, now)}</li>`)}
      </ol>
      <nav class="buttons" aria-label="翻页">
        ${older !== undefined && html`<a class="button second" rel="next" href="${PATH}?${String(next)}">更早的</a>`}
        <a class="button second" href="/console/staff">返回员工</a>
      </nav>`;
    return { kind: 'page', main, status };
  }

  function row({ visitor }: Visit, change: ChangeView, now: number): Html {
    const { id, at, by, user, before, after, undoes, request, state, stands } = change;
    return html`<p>
        ${momentIn(calendar, at, now)}
        ${actor(nameOf, by)}${
          undoes === null
            ? request === null
              ? '改了'
              : `同意了${request}号申请，改了`
            : `撤销了第${undoes}条变更，改了`
        }<span class="account">${user}</span>
      </p>
      <p>${words(before)} → ${words(after)}</p>
      <p class="hint">
        第${id}条${
          state === 'begun'
            ? '，当时没有做完，不知道有没有改成'
            : state === 'not-made'
              ? '，没有改成'
              : stands
                ? ''
                : '，之后又改过'
        }
      </p>
      ${
        stands &&
        html`<form method="post" action="${PATH}/check">
          ${hidden({ token: visitor.formToken, id: String(id) })}
          <button class="small">撤销<span class="unseen">第${id}条</span></button>
        </form>`
      }`;
  }

  function whyNot(why: NotEdited): string {
    switch (why.kind) {
      case 'refused':
        return REFUSED[why.why];
      case 'unchanged':
        return '已经是撤销后的样子了，不用再撤销。';
      case 'mapping-broken':
        return BROKEN;
      case 'no-such-change':
        return '没有这条变更，或者您不能看它。';
      case 'stale': {
        const since = why.since.map(({ id, by }) => `第${id}条（${actor(nameOf, by)}）`).join('、');
        return `没有撤销：之后又改过了，现在是「${words(why.now)}」。最近的变更：${since === '' ? '没有记录，可能是直接改的文件' : since}。`;
      }
    }
  }

  const refusal = (visit: Visit, why: NotEdited) =>
    render(visit, html`<div class="notice warn" role="status"><p>${whyNot(why)}</p></div>`, 409);

  return {
    path: PATH,
    title: '员工变更记录',
    nav: null,
    least: 'manager',
    show: (visit) => render(visit, null),
    actions: {
      check: {
        needsFresh: false,
        async act(visit, fields) {
          const id = Number(fields.one('id'));
          const planned = await edits.planUndo(visit.visitor.who, id);
          if (planned.kind !== 'planned') return refusal(visit, planned);
          const main = html`<p>撤销第${id}条变更，<span class="account">${planned.user}</span> 会变成：</p>
            <p>${words(planned.before)} → <strong>${words(planned.after)}</strong></p>
            <form method="post" action="${PATH}/undo">
              ${hidden({ token: visit.visitor.formToken, id: String(id) })}
              <div class="buttons">
                <button>确认撤销</button>
                <a class="button second" href="${PATH}">不撤销</a>
              </div>
            </form>`;
          return { kind: 'page', title: '确认撤销', main };
        },
      },
      undo: {
        needsFresh: true,
        async act(visit, fields) {
          const made = await edits.undo(visit.visitor.who, Number(fields.one('id')));
          if (made.kind !== 'made') return refusal(visit, made);
          return render(visit, html`<div class="notice ok" role="status"><p>已撤销，马上生效。</p></div>`);
        },
      },
    },
  };
}
