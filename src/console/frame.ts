import { html, type Html } from '../pages/html.ts';
import { renderDocument } from '../pages/layout.ts';
import { isAtLeast, type Role } from '../redemption/role.ts';
import type { ConsolePage, Visitor } from './page.ts';

// What stands around each page of the console.

/** Behind it stands their version. */
export const ASSETS = '/console/assets';
const MINE = '/console/mine';
const ROLES: Readonly<Record<Role, string>> = { unbound: '未绑定', staff: '店员', manager: '店长', admin: '管理员' };
const NAME = '核销控制台';

export interface Frame {
  readonly title: string;
  readonly main: Html;
  /** Null where nobody is logged in. */
  readonly visitor: Visitor | null;
  readonly pages: readonly ConsolePage[];
  /** The path of the page that is shown. */
  readonly here: string | null;
  /** Where its assets are. */
  readonly assets: string;
  /** That in which all times are shown. */
  readonly timeZone: string;
}

/** The whole page. */
export function renderPage({ title, main, visitor, pages, here, assets, timeZone }: Frame): string {
  return renderDocument({
    language: 'zh',
    title: `${title} · ${NAME}`,
    ...{ assets, entry: 'console.js', look: 'wide' },
    skip: '跳到正文',
    header: html`<a class="brand" href="/console"
        ><img src="${assets}/icon.svg" alt="" width="24" height="24" />${NAME}</a
      >${visitor !== null && [navigation(visitor, pages, here), whoIsIn(visitor, here)]}`,
    main: html`<h1>${title}</h1>
      ${main}`,
    footer: html`<p>时间都按时区 ${timeZone} 显示。</p>`,
  });
}

function navigation(visitor: Visitor, pages: readonly ConsolePage[], here: string | null): Html {
  const shown = pages.filter(
    ({ path, nav, least }) => nav !== null && path !== MINE && isAtLeast(visitor.who.role, least),
  );
  return html`<nav class="pages" aria-label="页面">
    <ul>
      ${shown.map(
        ({ path, nav }) => html`<li><a href="${path}" ${path === here && html` aria-current="page"`}>${nav}</a></li>`,
      )}
    </ul>
  </nav>`;
}

/** Who they are here, and the way to what is their own. */
function whoIsIn({ name, who: { role, member } }: Visitor, here: string | null): Html {
  const of = role === 'admin' || member === undefined ? '' : ` · ${member.store.name}`;
  return html`<div class="who">
    <span>${name}${of} · ${ROLES[role]}</span>
    <a href="${MINE}" ${here === MINE && html` aria-current="page"`}>我的</a>
  </div>`;
}
