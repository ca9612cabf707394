import type Router from '@koa/router';
import type { Context } from 'koa';
import { loadAssets } from '../pages/assets.ts';
import { readForm } from '../pages/form.ts';
import { html } from '../pages/html.ts';
import { PAGE_HEADERS } from '../pages/layout.ts';
import { readUpload } from '../pages/upload.ts';
import { isAtLeast } from '../redemption/role.ts';
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
}

/** Adds the pages of the console. Throws when a file of theirs is missing. */
export function addConsoleRoutes(router: Router, { pages, admit, isOwnForm, now }: ConsoleRoutesParts): void {
  const assets = loadAssets();

  router.get(`${ASSETS}/:name`, (ctx) => {
    ctx.set(PAGE_HEADERS);
    const asset = assets.get(String(ctx['params'].name));
    if (asset === undefined) return;
    ctx.type = asset.type;
    ctx.body = asset.text;
  });

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
      tell(ctx, 401, '请先登录', '在和机器人的单聊里发「控制台」，点它回的链接登录。');
      return;
    }
    if (!isAtLeast(visitor.who.role, least)) {
      answer(ctx, page, visitor, { kind: 'forbidden' });
      return;
    }
    const query = new URLSearchParams(ctx.querystring);
    const params = ctx['params'] as Record<string, string>;
    answer(ctx, page, visitor, await work({ visitor, query, params, now: now() }));
  }

  function submit(ctx: Context, page: ConsolePage, action: ConsoleAction): Promise<void> {
    return visit(ctx, page, action.least ?? page.least, async (visiting) => {
      const { fields, file } = await read(ctx, action);
      if (fields === 413) return TOO_LARGE;
      if (typeof fields === 'number') return { kind: 'forbidden' };
      if (!isOwnForm(ctx) || fields.one('token') !== visiting.visitor.formToken) return { kind: 'forbidden' };
      return action.act(visiting, fields, file);
    });
  }

  /** What was sent with a form, or the status of the refusal. */
  async function read(ctx: Context, { maxFileBytes }: ConsoleAction) {
    if (maxFileBytes === undefined) return { fields: await readForm(ctx.req), file: null };
    const sent = await readUpload(ctx.req, maxFileBytes);
    return typeof sent === 'number' ? { fields: sent, file: null } : sent;
  }

  function answer(ctx: Context, page: ConsolePage, visitor: Visitor, shown: Shown): void {
    switch (shown.kind) {
      case 'page':
        ctx.status = shown.status ?? 200;
        ctx.type = 'html';
        ctx.body = renderPage({
          title: shown.title ?? page.title,
          main: shown.main,
          ...{ visitor, pages, here: page.path },
        });
        return;
      case 'not-found':
        tell(ctx, 404, '没有找到', '没有这条记录，或者您不能看它。');
        return;
      case 'forbidden':
        tell(ctx, 403, '不能看', '您的身份不能看这一页，或者这张表单已经过期。');
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

  function tell(ctx: Context, status: number, title: string, sentence: string): void {
    ctx.status = status;
    ctx.type = 'html';
    ctx.body = renderPage({ title, main: html`<p>${sentence}</p>`, visitor: null, pages, here: null });
  }
}

const TOO_LARGE: Shown = {
  kind: 'page',
  title: '文件太大',
  status: 413,
  main: html`<p>文件太大，没有读。最大 10 MB；请少导出几天，再传一次。</p>`,
};
