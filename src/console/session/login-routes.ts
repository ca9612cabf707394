import type Router from '@koa/router';
import type { Context } from 'koa';
import { browserWords } from '../../command/sentences/words.ts';
import { browserOf, cleanAgent } from '../../desk/browsers.ts';
import type { Logins } from '../../desk/logins.ts';
import { readForm, type Fields } from '../../pages/form.ts';
import { html } from '../../pages/html.ts';
import {
  DEAD_LINK,
  FOREIGN,
  HOW_IN,
  NOT_A_FORM,
  NOT_BOUND,
  SIGNED_OUT,
  SIGNED_OUT_EVERYWHERE,
  type Answer,
} from '../answers.ts';
import { roleWords } from '../person-words.ts';
import type { Admission } from './admission.ts';
import type { Cookies } from './cookies.ts';
import type { Way } from './way.ts';

/** Nothing is typed into these forms. */
const MAX_FORM_BYTES = 1024;
const MAX_TOKEN = 64;
/** By it `npm run console` knows that its link has come to the right service. */
const LINK_WAITS = 'Console-Link';

export interface LoginRoutesParts {
  readonly logins: Logins;
  readonly admission: Admission;
  readonly cookies: Cookies;
  readonly way: Way;
  /** Sends a page that nobody has to be logged in for. */
  readonly send: (ctx: Context, answer: Answer) => Promise<void>;
  /** Does the work, or says that the service cannot. */
  readonly attempt: (ctx: Context, work: () => Promise<void>) => Promise<void>;
}

/** Adds how people come in and go. */
export function addLoginRoutes(
  router: Router,
  { logins, admission, cookies, way, send, attempt }: LoginRoutesParts,
): void {
  // Where a page is asked for from the link's page, no log is to have the link.
  const headers = { 'Referrer-Policy': 'strict-origin' };

  router.get('/console/login', async (ctx) => {
    ctx.set(headers);
    const waiting = logins.waiting();
    if (waiting !== null) ctx.set(LINK_WAITS, waiting);
    await send(ctx, HOW_IN);
  });

  // Whoever previews links asks for this too, so it uses nothing up.
  router.get('/console/login/:token', (ctx) => {
    ctx.set(headers);
    return attempt(ctx, async () => {
      const user = await logins.find(tokenOf(ctx));
      if (user === null) await send(ctx, DEAD_LINK);
      else await send(ctx, askToLogIn(ctx, user));
    });
  });

  router.post('/console/login/:token', (ctx) => {
    ctx.set(headers);
    return attempt(ctx, async () => {
      if ((await readOwnForm(ctx)) === null) return;
      const token = tokenOf(ctx);
      const user = await logins.find(token);
      if (user !== null && admission.person(user) === null) {
        await send(ctx, NOT_BOUND);
        return;
      }
      const entered = await logins.enter(token, ctx.get('User-Agent'), cookies.secret(ctx));
      if (entered === null) {
        await send(ctx, DEAD_LINK);
        return;
      }
      cookies.keepSecret(ctx, entered.secret);
      ctx.status = 303;
      ctx.set('Location', cookies.takeWanted(ctx) ?? '/console');
      ctx.body = '';
    });
  });

  router.post('/console/sign-out', (ctx) => {
    return attempt(ctx, async () => {
      const fields = await readOwnForm(ctx);
      if (fields === null) return;
      const visitor = await admission.admit(ctx);
      const isEverywhere = fields.one('everywhere') !== '';
      // Where nobody is logged in any more, it is as it was to be.
      if (visitor !== null && isEverywhere) await logins.endAll(visitor.who.user);
      else if (visitor !== null) await logins.end(visitor.who.user, visitor.session);
      cookies.forgetSecret(ctx);
      await send(ctx, isEverywhere && visitor !== null ? SIGNED_OUT_EVERYWHERE : SIGNED_OUT);
    });
  });

  /** The fields of a form that one of our pages has sent; null: it was none, which has been answered. */
  async function readOwnForm(ctx: Context): Promise<Fields | null> {
    if (!way.isOwnForm(ctx.req)) {
      await send(ctx, FOREIGN);
      return null;
    }
    const fields = await readForm(ctx.req, MAX_FORM_BYTES);
    if (typeof fields !== 'number') return fields;
    await send(ctx, NOT_A_FORM[fields]);
    return null;
  }

  function askToLogIn(ctx: Context, user: string): Answer {
    const person = admission.person(user);
    if (person === null) return NOT_BOUND;
    return {
      status: 200,
      title: '登录控制台',
      main: html`<div class="card block">
        <dl>
          <dt>您是</dt>
          <dd>${person.name}</dd>
          <dt>身份</dt>
          <dd>${roleWords(person.who)}</dd>
          <dt>浏览器</dt>
          <dd>${browserWords(browserOf(cleanAgent(ctx.get('User-Agent'))))}</dd>
        </dl>
        <form method="post" action="${ctx.path}"><button>登录</button></form>
        <p class="hint">不是您自己要的链接，就不要点，也不要转发给别人。登录以后，机器人会在单聊里告诉您一声。</p>
      </div>`,
    };
  }
}

/** What a login link says behind the path; anything else that stands there is no token either. */
function tokenOf(ctx: Context): string {
  const { token = '' } = ctx['params'] as Record<string, string>;
  return token.slice(0, MAX_TOKEN);
}
