import { html, type Html } from '../pages/html.ts';
import { renderDocument } from '../pages/layout.ts';
import { isAtLeast } from '../redemption/role.ts';
import type { ConsolePage, Visitor } from './page.ts';

// What stands around each page of the console.

export const ASSETS = '/console/assets';
const NAME = '核销控制台';

export interface Frame {
  readonly title: string;
  readonly main: Html;
  /** Null where nobody is logged in. */
  readonly visitor: Visitor | null;
  readonly pages: readonly ConsolePage[];
  /** The path of the page that is shown. */
  readonly here: string | null;
}

/** The whole page. */
export function renderPage({ title, main, visitor, pages, here }: Frame): string {
  return renderDocument({
    language: 'zh',
    title: `${title} · ${NAME}`,
    assets: ASSETS,
    skip: '跳到正文',
    header: html`<a class="brand" href="/console"
        ><img src="${ASSETS}/icon.svg" alt="" width="24" height="24" />${NAME}</a
      >${visitor !== null && navigation(visitor, pages, here)}`,
    main: html`<h1>${title}</h1>
      ${main}`,
    footer: null,
  });
}

function navigation(visitor: Visitor, pages: readonly ConsolePage[], here: string | null): Html {
  const shown = pages.filter(({ nav, least }) => nav !== null && isAtLeast(visitor.who.role, least));
  return html`<nav class="pages" aria-label="页面">
    <ul>
      ${shown.map(
        ({ path, nav }) => html`<li><a href="${path}" ${path === here && html` aria-current="page"`}>${nav}</a></li>`,
      )}
    </ul>
  </nav>`;
}
