import type { Context, Middleware, Next } from 'koa';
import type { SampledLog } from '../../log/sampled.ts';
import type { Bot } from '../../platforms/bot.ts';
import { createHandlers } from '../../transports/webhook/callbacks.ts';
import type { CallbackRequest } from '../../transports/webhook/webhook.ts';
import { USER_AGENT } from '../checks/public-ask.ts';
import type { ListeningReception } from './reception.ts';
import { NOT_FITTING } from './why.ts';
import type { ListeningBot } from '../ports.ts';

/** What stands behind has not taken it either. */
const NOT_TAKEN: ReadonlySet<number> = new Set([403, 404]);

export interface ListeningCallbacksParts {
  readonly bots: readonly Bot[];
  readonly reception: Pick<ListeningReception, 'hear'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: SampledLog;
}

/** The callbacks of the bots that are reached so. */
export interface ListeningCallbacks {
  readonly middleware: Middleware;
  view(): readonly ListeningBot[];
  /** Takes no more. Resolves when those that came before are answered. */
  stop(): Promise<void>;
}

type Handler = (ctx: Context, next: Next) => Promise<void>;

export function createListeningCallbacks(parts: ListeningCallbacksParts): ListeningCallbacks {
  const entries = parts.bots.flatMap((bot) => (bot.webhook === undefined ? [] : [{ ...bot, webhook: bot.webhook }]));
  const all = entries.map((bot) => createEntry(bot, parts));
  const open = new Set<Promise<unknown>>();
  let isStopped = false;

  const middleware: Middleware = async (ctx, next) => {
    const handler = isStopped ? null : (all.find(({ path }) => path === ctx.path)?.handlers[ctx.method] ?? null);
    if (handler === null) {
      await next();
      return;
    }
    const work = handler(ctx, next);
    const forget = () => void open.delete(work);
    open.add(work);
    work.then(forget, forget);
    await work;
  };

  return {
    middleware,
    view: () => all.map((one) => one.view()),
    async stop() {
      isStopped = true;
      while (open.size > 0) await Promise.allSettled(open);
    },
  };
}

function createEntry(bot: WebhookBotOf, { reception, now, log }: ListeningCallbacksParts) {
  const { channel, platform } = bot;
  const { path } = bot.webhook;
  let isProven = false;
  let checkedAt: number | null = null;
  let doesNotFit = false;

  const proven = () => {
    isProven = true;
    doesNotFit = false;
  };

  /** Only where nothing behind takes it: it may be for another bot on the same path. */
  async function passOn(request: CallbackRequest, ctx: Context, next: Next): Promise<void> {
    await next();
    if (isProven || !NOT_TAKEN.has(ctx.status) || !mayBePlatforms(request)) return;
    doesNotFit = true;
    log.warn({ channel }, 'a callback does not fit the values that are being set up');
  }

  const { check, callback } = createHandlers(bot, {
    reception: {
      hear(incoming, carrier) {
        proven();
        return reception.hear(incoming, carrier);
      },
    },
    onCallback: () => () => undefined,
    onCheck(proves) {
      checkedAt = now();
      if (proves) proven();
    },
    onForeign: passOn,
    log,
  });
  // What the setup itself asks at the public address is answered, and is no sign of the platform.
  const own = createHandlers(bot, {
    reception: { hear: async () => undefined },
    onCallback: () => () => undefined,
    onForeign: async (_request, ctx, next) => {
      await next();
      // By this the check of the address knows that wrong keys are told from right ones here, as by the live service.
      if (ctx.status === 404) ctx.status = 403;
    },
    log,
  });
  const unlessOwn =
    (handler: Handler, ofOwn: Handler): Handler =>
    (ctx, next) =>
      ctx.get('user-agent') === USER_AGENT ? ofOwn(ctx, next) : handler(ctx, next);
  const handlers: Readonly<Partial<Record<string, Handler>>> = {
    POST: unlessOwn(callback, own.callback),
    ...(check === null || own.check === null ? {} : { GET: unlessOwn(check, own.check) }),
  };

  return {
    path,
    handlers,
    view(): ListeningBot {
      const state = isProven ? 'up' : doesNotFit ? 'down' : 'waiting';
      const why = state === 'down' ? NOT_FITTING[platform] : null;
      return { channel, name: path, by: 'callbacks', path, state, why, checkedAt };
    },
  };
}

type WebhookBotOf = Bot & { readonly webhook: NonNullable<Bot['webhook']> };

/** What has no body and no signature is not the platform's, whoever sends it. */
function mayBePlatforms({ query, body }: CallbackRequest): boolean {
  return body.length > 0 || query.has('msg_signature');
}
