import { browserWords } from '../../command/sentences/words.ts';
import { browserOf } from '../../desk/browsers.ts';
import type { Logins } from '../../desk/logins.ts';
import { OPERATOR } from '../../desk/operator.ts';
import { html, type Html } from '../../pages/html.ts';
import { badge } from '../../pages/layout.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import type { Session } from '../../redemption/sessions.ts';
import type { ConsolePage, Visit, Visitor } from '../page.ts';
import { roleWords } from '../person-words.ts';
import { momentIn } from '../redemption-words.ts';

const PATH = '/console/mine';

export interface MinePageParts {
  readonly logins: Pick<Logins, 'sessionsOf' | 'end'>;
  readonly calendar: Calendar;
}

/** Who they are here, and where else they are logged in. */
export function createMinePage({ logins, calendar }: MinePageParts): ConsolePage {
  function sessionRow(session: Session, { visitor, now }: Visit): Html {
    const isThis = session.id === visitor.session;
    return html`<li>
      <p class="head">${browserWords(browserOf(session.agent))}${isThis && badge('ok', '这个浏览器')}</p>
      <p class="hint">
        ${momentIn(calendar, session.beganAt, now)} 登录，${momentIn(calendar, session.seenAt, now)} 前后用过
      </p>
      ${
        !isThis &&
        html`<form method="post" action="${PATH}/end" class="inline">
          ${token(visitor)}
          <input type="hidden" name="session" value="${session.id}" />
          <button class="small">退出这个登录</button>
        </form>`
      }
    </li>`;
  }

  return {
    path: PATH,
    title: '我的',
    nav: '我的',
    least: 'staff',
    async show(visit) {
      const { visitor } = visit;
      const sessions = await logins.sessionsOf(visitor.who.user);
      const here = sessions.filter(({ id }) => id === visitor.session);
      const elsewhere = sessions.filter(({ id }) => id !== visitor.session);
      return {
        kind: 'page',
        main: html`<section class="card">
            <h2>${visitor.name}</h2>
            <dl>
              <dt>身份</dt>
              <dd>${roleWords(visitor.who)}</dd>
              ${employee(visitor)}${
                visitor.who.user !== OPERATOR &&
                html`<dt>账号</dt>
                  <dd>${visitor.who.user}</dd>`
              }
            </dl>
            <form method="post" action="/console/sign-out">
              ${token(visitor)}<button class="second">退出登录</button>
            </form>
          </section>
          <section class="card">
            <h2>登录着的浏览器</h2>
            <p class="hint">12小时没有打开过，或者登录满7天，会自动退出。</p>
            <ul class="rows">
              ${[...here, ...elsewhere].map((session) => sessionRow(session, visit))}
            </ul>
            ${elsewhere.length > 0 && html`<p>有不认识的，请全部退出，再告诉管理员。</p>`}
            <form method="post" action="/console/sign-out">
              ${token(visitor)}
              <input type="hidden" name="everywhere" value="1" />
              <button class="second">在所有浏览器里退出</button>
            </form>
          </section>`,
      };
    },
    actions: {
      end: {
        needsFresh: false,
        async act({ visitor }, fields) {
          // One that has ended meanwhile is as it was to be.
          await logins.end(visitor.who.user, fields.one('session'));
          return { kind: 'see-other', to: PATH };
        },
      },
    },
  };
}

const token = ({ formToken }: Visitor) => html`<input type="hidden" name="token" value="${formToken}" />`;

function employee({ who: { member } }: Visitor): Html | null {
  const id = member?.employeeId ?? null;
  return id === null
    ? null
    : html`<dt>工号</dt>
        <dd>${id}</dd>`;
}
