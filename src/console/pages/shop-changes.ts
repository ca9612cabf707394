import type { NotMade, ShopEdits } from '../../desk/shop-edits.ts';
import { html, type Part } from '../../pages/html.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import type { StaffSnapshot } from '../../redemption/people.ts';
import type { ConsolePage, Shown, Visit } from '../page.ts';
import { momentIn } from '../redemption-words.ts';
import { compared, entryLine, told, whyNotMade } from './mapping/shop-words.ts';
import { actor, comparison, hidden, storeName } from './mapping/words.ts';

const PATH = '/console/shops/changes';
const PAGE_SIZE = 30;
const WHAT = { store: '门店', conversation: '记在门店的群', robot: '群机器人' } as const;

export interface ShopChangesPageParts {
  readonly edits: ShopEdits;
  readonly book: { snapshot(): StaffSnapshot };
  readonly calendar: Calendar;
}

/** Who changed which store, conversation or robot, when, and the way to take it back. */
export function createShopChangesPage({ edits, book, calendar }: ShopChangesPageParts): ConsolePage {
  const nameOf = (user: string) => book.snapshot().person(user)?.name ?? user;

  async function render(visit: Visit, above: Part, status = 200): Promise<Shown> {
    const { visitor, query, now } = visit;
    const before = Number(query.get('before')) || undefined;
    const listed = await edits.changes(visitor.who, {
      ...(before !== undefined && Number.isSafeInteger(before) && { before }),
      limit: PAGE_SIZE + 1,
    });
    const shown = listed.slice(0, PAGE_SIZE);
    const older = listed.length > PAGE_SIZE ? shown.at(-1)?.id : undefined;
    const { stores } = edits.snapshot();
    const main = html`${above}${shown.length === 0 && html`<p>还没有变更。</p>`}
      <ol class="rows">
        ${shown.map(
          (change) =>
            html`<li>
              <p>
                ${momentIn(calendar, change.at, now)}
                ${actor(nameOf, change.by)}${
                  change.undoes !== null && `撤销了第${change.undoes}条变更，`
                }改了${WHAT[change.list]}（${storeName(stores, change.stores[0])}）
              </p>
              ${change.list !== 'robot' && html`<p class="account">${change.target}</p>`}
              <p>${entryLine(stores, change.list, change.before)} → ${entryLine(stores, change.list, change.after)}</p>
              <p class="hint">
                第${change.id}条${
                  change.state === 'begun'
                    ? '，当时没有做完，不知道有没有改成'
                    : change.state === 'not-made'
                      ? '，没有改成'
                      : ''
                }
              </p>
              ${
                change.canBeUndone &&
                html`<form method="post" action="${PATH}/check">
                  ${hidden({ token: visitor.formToken, id: String(change.id), list: change.list })}
                  <button class="small">撤销<span class="unseen">第${change.id}条</span></button>
                </form>`
              }
            </li>`,
        )}
      </ol>
      <nav class="buttons" aria-label="翻页">
        ${older !== undefined && html`<a class="button second" rel="next" href="${PATH}?before=${older}">更早的</a>`}
        <a class="button second" href="/console/shops">返回门店</a>
      </nav>`;
    return { kind: 'page', main, status };
  }

  function refusal(visit: Visit, list: string, why: NotMade): Promise<Shown> {
    const of = list === 'store' || list === 'conversation' ? list : 'robot';
    const sentence = whyNotMade(edits.snapshot().stores, of, why).replace(
      '您看的时候，别人刚改过，所以没有保存',
      '没有撤销：之后又改过了',
    );
    return render(visit, told('warn', sentence), 409);
  }

  return {
    path: PATH,
    title: '门店和群机器人的变更记录',
    nav: null,
    least: 'manager',
    show: (visit) => render(visit, null),
    actions: {
      check: {
        needsFresh: false,
        async act(visit, fields) {
          const id = Number(fields.one('id'));
          const planned = await edits.planUndo(visit.visitor.who, id);
          if (planned.kind !== 'change') return refusal(visit, fields.one('list'), planned);
          const { list } = planned.target;
          const main = html`<p>撤销第${id}条变更：</p>
            ${comparison(['现在', '改回'], compared(edits.snapshot().stores, list, planned.before, planned.after))}
            <form method="post" action="${PATH}/undo">
              ${hidden({ token: visit.visitor.formToken, id: String(id), list })}
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
          if (made.kind !== 'made') return refusal(visit, fields.one('list'), made);
          return render(visit, told('ok', '已撤销，马上生效。'));
        },
      },
    },
  };
}
