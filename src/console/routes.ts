import type Router from '@koa/router';
import type { Context } from 'koa';
import { readForm } from '../pages/form.ts';
import { html } from '../pages/html.ts';
import { PAGE_HEADERS } from '../pages/layout.ts';
import { isAtLeast } from '../redemption/role.ts';
import { addAssetRoutes } from './asset-routes.ts';
import { sendPage } from './compressed.ts';
import { ASSETS, renderPage } from './frame.ts';
import type { ConsoleAction, ConsolePage, Shown, Visit, Visitor } from './page.ts';

export interface ConsoleRoutesParts {
  readonly pages: readonly ConsolePage[];
  /** Who asks, as the mapping has them at this moment; null: nobody who is logged in. */
  readonly admit: (ctx: Context) => Promise<Visitor | null>;
  /** Whether a form was sent by a page of this console. */
  readonly isOwnForm: (ctx: Context) => boolean;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  /** That in which pages show times. */
  readonly timeZone: string;
}

/** Adds the pages of the console. Throws when a file of theirs is missing. */
export function addConsoleRoutes(router: Router, parts: ConsoleRoutesParts): void {
  const { pages, admit, isOwnForm, now, timeZone } = parts;
  const assets = addAssetRoutes(router, ASSETS);

  for (const page of pages) {
    router.get(page.path, (ctx) => visit(ctx, page, page.least, (visiting) => page.show(visiting)));
    for (const [name, action] of Object.entries(page.actions))
      router.post(name === '' ? page.path : `${page.path}/${name}`, (ctx) => submit(ctx, page, action));
  }

  async function visit(
    ctx: Context,
    page: ConsolePage,
    least: ConsolePage['least'],
    work: (visiting: Visit) => Promise<Shown>,
  ): Promise<void> {
    ctx.set(PAGE_HEADERS);
    const visitor = await admit(ctx);
    if (visitor === null) {
      await tell(ctx, 401, '请先登录', '在和机器人的单聊里发「控制台」，点它回的链接登录。');
      return;
    }
    if (!isAtLeast(visitor.who.role, least)) {
      await answer(ctx, page, visitor, { kind: 'forbidden' });
      return;
    }
    const query = new URLSearchParams(ctx.querystring);
    const params = ctx['params'] as Record<string, string>;
    await answer(ctx, page, visitor, await work({ visitor, query, params, now: now() }));
  }

  function submit(ctx: Context, page: ConsolePage, action: ConsoleAction): Promise<void> {
    return visit(ctx, page, action.least ?? page.least, async (visiting) => {
      const fields = await readForm(ctx.req);
      if (typeof fields === 'number') return { kind: 'forbidden' };
      if (!isOwnForm(ctx) || fields.one('token') !== visiting.visitor.formToken) return { kind: 'forbidden' };
      return action.act(visiting, fields, null);
    });
  }

  async function answer(ctx: Context, page: ConsolePage, visitor: Visitor, shown: Shown): Promise<void> {
    switch (shown.kind) {
      case 'page':
        ctx.status = shown.status ?? 200;
        await sendPage(
          ctx,
          renderPage({
            title: shown.title ?? page.title,
            main: shown.main,
            ...{ visitor, pages, here: page.path, assets, timeZone },
          }),
        );
        return;
      case 'not-found':
        await tell(ctx, 404, '没有找到', '没有这条记录，或者您不能看它。');
        return;
      case 'forbidden':
        await tell(ctx, 403, '不能看', '您的身份不能看这一页，或者这张表单已经过期。');
        return;
      case 'see-other':
        ctx.status = 303;
        ctx.set('Location', shown.to);
        ctx.body = '';
        return;
      case 'file':
        ctx.attachment(shown.name);
        ctx.type = shown.type;
        ctx.body = shown.body;
    }
  }

  function tell(ctx: Context, status: number, title: string, sentence: string): Promise<void> {
    ctx.status = status;
    const main = html`<p>${sentence}</p>`;
    return sendPage(ctx, renderPage({ title, main, visitor: null, pages, here: null, assets, timeZone }));
  }
}
