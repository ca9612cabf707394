import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Log } from '../log.ts';
import { readForm } from '../pages/form.ts';
import { readUpload } from '../pages/upload.ts';
import { isAtLeast, type Role } from '../redemption/role.ts';
import {
  FILE_TOO_LARGE,
  FORBIDDEN,
  FOREIGN,
  HOW_IN,
  keptForm,
  NOT_A_FORM,
  NOT_FOUND,
  NOT_IN,
  TROUBLE,
  WRONG_METHOD,
  type Answer,
  type KeptWhy,
} from './answers.ts';
import { addAssetRoutes } from './asset-routes.ts';
import { sendPage } from './compressed.ts';
import { ASSETS, renderPage } from './frame.ts';
import type { ConsoleAction, ConsolePage, Shown, Visit, Visitor } from './page.ts';
import type { Cookies } from './session/cookies.ts';

/** What people type into a page of the console is a few words; a file is another matter. */
const MAX_FORM_BYTES = 256 * 1024;

export interface ConsoleRoutesParts {
  readonly pages: readonly ConsolePage[];
  /** Who asks, as the mapping has them at this moment; null: nobody who is logged in. */
  readonly admit: (ctx: Context) => Promise<Visitor | null>;
  /** Whether a form was sent by a page of this console. */
  readonly isOwnForm: (ctx: Context) => boolean;
  readonly cookies: Pick<Cookies, 'keepWanted'>;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  /** That in which pages show times. */
  readonly timeZone: string;
  readonly log: Log;
}

export interface ConsoleRoutes {
  /** Sends a page that nobody has to be logged in for. */
  readonly send: (ctx: Context, answer: Answer, visitor?: Visitor | null) => Promise<void>;
  /** Does the work; where that fails it says that the service cannot. */
  readonly attempt: (ctx: Context, work: () => Promise<void>) => Promise<void>;
  /** Answers what nothing else does. To be called when all routes are there. */
  readonly addTheRest: () => void;
}

/** Adds the pages of the console. Throws when a file of theirs is missing. */
export function addConsoleRoutes(
  router: Router,
  { pages, admit, isOwnForm, cookies, now, timeZone, log }: ConsoleRoutesParts,
): ConsoleRoutes {
  const assets = addAssetRoutes(router, ASSETS);

  for (const page of pages) router.get(page.path, (ctx) => attempt(ctx, () => show(ctx, page)));
  for (const page of pages) {
    for (const [name, action] of Object.entries(page.actions)) {
      const address = name === '' ? page.path : `${page.path}/${name}`;
      router.post(address, (ctx) => attempt(ctx, () => submit(ctx, page, action)));
      // A reload of what a form has shown, and a bookmark of it, lead to the page.
      if (name !== '') router.get(address, (ctx) => seeOther(ctx, ctx.path.slice(0, -name.length - 1)));
    }
  }

  async function show(ctx: Context, page: ConsolePage): Promise<void> {
    const visitor = await admit(ctx);
    if (visitor === null) {
      if (ctx.method === 'GET') cookies.keepWanted(ctx, ctx.url);
      await send(ctx, NOT_IN);
    } else if (isAllowed(visitor, page.least)) await answer(ctx, page, visitor, await page.show(visit(ctx, visitor)));
    else await send(ctx, FORBIDDEN, visitor);
  }

  async function submit(ctx: Context, page: ConsolePage, action: ConsoleAction): Promise<void> {
    if (!isOwnForm(ctx)) {
      await send(ctx, FOREIGN);
      return;
    }
    const hasFile = action.maxFileBytes !== undefined;
    // A whole file is taken only from who is logged in.
    if (hasFile && (await admit(ctx)) === null) {
      await send(ctx, NOT_IN);
      return;
    }
    const { fields, file } = await read(ctx, action);
    // After that: nobody hears sooner whether they are logged in.
    const visitor = await admit(ctx);
    if (visitor !== null && !isAllowed(visitor, action.least ?? page.least)) await send(ctx, FORBIDDEN, visitor);
    else if (fields === 413 && hasFile) await send(ctx, FILE_TOO_LARGE, visitor);
    else if (typeof fields === 'number') await send(ctx, NOT_A_FORM[fields], visitor);
    else {
      const why = whyKept(visitor, fields.one('token'), action.needsFresh);
      if (visitor !== null && why === null)
        await answer(ctx, page, visitor, await action.act(visit(ctx, visitor), fields, file));
      // A page cannot keep a file.
      else if (hasFile) await send(ctx, NOT_A_FORM[415], visitor);
      else {
        await send(
          ctx,
          keptForm({ why: why ?? 'signed-out', action: ctx.path, fields, secrets: action.secrets ?? [], visitor }),
          visitor,
        );
      }
    }
  }

  /** What was sent with a form, or the status of the refusal. */
  async function read(ctx: Context, { maxFileBytes }: ConsoleAction) {
    if (maxFileBytes === undefined) return { fields: await readForm(ctx.req, MAX_FORM_BYTES), file: null };
    const sent = await readUpload(ctx.req, maxFileBytes);
    return typeof sent === 'number' ? { fields: sent, file: null } : sent;
  }

  function whyKept(visitor: Visitor | null, token: string, needsFresh: boolean): KeptWhy | null {
    if (visitor === null) return 'signed-out';
    if (token !== visitor.formToken) return 'other-login';
    return needsFresh && !visitor.isFresh ? 'not-fresh' : null;
  }

  function visit(ctx: Context, visitor: Visitor): Visit {
    const params = ctx['params'] as Record<string, string>;
    return { visitor, query: new URLSearchParams(ctx.querystring), params, now: now() };
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
        await send(ctx, NOT_FOUND, visitor);
        return;
      case 'forbidden':
        await send(ctx, FORBIDDEN, visitor);
        return;
      case 'see-other':
        seeOther(ctx, shown.to);
        return;
      case 'file':
        ctx.attachment(shown.name);
        ctx.type = shown.type;
        ctx.body = shown.body;
    }
  }

  function send(ctx: Context, { status, title, main }: Answer, visitor: Visitor | null = null): Promise<void> {
    ctx.status = status;
    return sendPage(ctx, renderPage({ title, main, visitor, pages, here: null, assets, timeZone }));
  }

  async function attempt(ctx: Context, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // Whoever asked is gone.
      if (ctx.res.destroyed || ctx.req.socket.destroyed) return;
      const isStorage = error instanceof Error && error.name === 'LedgerError';
      log[isStorage ? 'warn' : 'error']({ err: error }, 'the console could not answer');
      await send(ctx, TROUBLE[isStorage ? 'storage' : 'failed'][isLook(ctx) ? 'look' : 'act']);
    }
  }

  return {
    send,
    attempt,
    addTheRest() {
      router.all('/console{/*rest}', (ctx) =>
        attempt(ctx, async () => {
          const isKnown = router.match(ctx.path, 'GET').pathAndMethod.length > 1;
          const visitor = await admit(ctx);
          if (!isLook(ctx)) {
            if (isKnown) ctx.set('Allow', 'GET, HEAD');
            await send(ctx, isKnown ? WRONG_METHOD : NOT_FOUND, visitor);
          } else await send(ctx, visitor === null ? { ...HOW_IN, status: 401 } : NOT_FOUND, visitor);
        }),
      );
    },
  };
}

const isAllowed = (visitor: Visitor, least: Role) => isAtLeast(visitor.who.role, least);
const isLook = (ctx: Context) => ctx.method === 'GET' || ctx.method === 'HEAD';

function seeOther(ctx: Context, to: string): void {
  ctx.status = 303;
  ctx.set('Location', to);
  ctx.body = '';
}
