import { html, type Html, type Part } from './html.ts';
import type { Language } from './text.ts';

/** Sent with every page and every asset of a page. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Not `no-referrer`: browsers then send `Origin: null` with our own forms.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

export interface Layout {
  readonly language: Language;
  /** Of the window, and of bookmarks. */
  readonly title: string;
  /** Where its assets are, such as `/setup/assets`. */
  readonly assets: string;
  /** What the link past the header is called. */
  readonly skip: string;
  readonly header: Part;
  readonly main: Part;
  readonly footer: Part;
  /** The module that its pages load; absent: `page.js`. */
  readonly entry?: string;
  /** A class of the whole. */
  readonly look?: string;
  /** Seconds until a browser without scripts loads the page again; null: never. */
  readonly reloadAfter?: number | null;
}

/** A whole document. */
export function renderDocument(layout: Layout): string {
  const { language, title, assets, skip, header, main, footer, reloadAfter, entry = 'page.js', look } = layout;
  const reload =
    typeof reloadAfter === 'number' &&
    html`<noscript><meta http-equiv="refresh" content="${reloadAfter}" /></noscript>`;
  return `<!doctype html>\n${String(
    html`<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="${assets}/icon.svg" />
        <link rel="stylesheet" href="${assets}/style.css" />
        <script type="module" src="${assets}/${entry}"></script>
        ${reload}
      </head>
      <body ${look !== undefined && html` class="${look}"`}>
        <a class="skip" href="#main">${skip}</a>
        <header class="top">${header}</header>
        <main id="main" tabindex="-1">${main}</main>
        <footer class="bottom">${footer}</footer>
      </body>
    </html>`,
  )}\n`;
}

/** A word in a coloured box: it says by itself what the colour says. */
export function badge(kind: 'ok' | 'warn' | 'fail' | 'skipped', word: string): Html {
  return html`<span class="badge ${kind}">${word}</span>`;
}
