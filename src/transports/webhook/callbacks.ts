import type Router from '@koa/router';
import type { Context, Next } from 'koa';
import { NotAccepted } from '../../chat/channel.ts';
import type { Reception } from '../../chat/reception.ts';
import { LedgerError } from '../../ledger/errors.ts';
import type { SampledLog } from '../../log/sampled.ts';
import { BodyTooLarge, readBody } from './body.ts';
import { OpenResponse, ResponseCarrier } from './response.ts';
import { NotAuthentic, type CallbackRequest, type WebhookBot } from './webhook.ts';

const BODY_LIMIT = 64 * 1024;
const FOREIGN = Symbol('not authentic for this bot');

export interface CallbackParts {
  readonly reception: Pick<Reception, 'hear'>;
  /** Told that a callback has begun; its result is told the status when it is answered. */
  readonly onCallback: (channel: string) => (status: number) => void;
  /** Told that the console has checked the address; `proves` says whether only the platform can have done so. Absent: nobody is. */
  readonly onCheck?: (proves: boolean) => void;
  /**
   * What is not authentic for this bot goes on to what stands behind it. Absent: it is refused.
   */
  readonly onForeign?: (request: CallbackRequest, ctx: Context, next: Next) => Promise<void>;
  /** Sampled, because any client can make it log. */
  readonly log: SampledLog;
}

/** Adds the routes of one bot: the console's check of the address, where there is one, and the callbacks. */
export function addWebhook<Content, As, Payload>(
  router: Router,
  bot: WebhookBot<Content, As, Payload>,
  parts: CallbackParts,
): void {
  const { check, callback } = createHandlers(bot, parts);
  if (check !== null) router.get(bot.webhook.path, check);
  router.post(bot.webhook.path, callback);
}

type Handler = (ctx: Context, next: Next) => Promise<void>;

/** What answers at the path of one bot: GET by `check`, null where the platform does not check so, and POST by `callback`. */
export function createHandlers<Content, As, Payload>(
  bot: WebhookBot<Content, As, Payload>,
  { reception, onCallback, onCheck, onForeign, log }: CallbackParts,
): { readonly check: Handler | null; readonly callback: Handler } {
  const { channel, webhook } = bot;

  async function checkUrl(ctx: Context, next: Next): Promise<void> {
    const request = toRequest(ctx, Buffer.alloc(0));
    try {
      const echo = webhook.checkUrl?.(request) ?? '';
      new OpenResponse(ctx, null).give({ type: 'text/plain', body: echo });
      onCheck?.(echo !== '');
    } catch (error) {
      if (error instanceof NotAuthentic && onForeign !== undefined) await onForeign(request, ctx, next);
      else refuse(ctx, channel, error, log);
    }
  }

  async function callback(ctx: Context, next: Next): Promise<void> {
    const answered = onCallback(channel);
    try {
      const response = new OpenResponse(ctx, webhook.deadlineMs);
      const request = toRequest(ctx, await bodyOf(ctx));
      const content = verify(request);
      if (content === FOREIGN) {
        await onForeign?.(request, ctx, next);
        return;
      }
      if (content === null || webhook.isCheck?.(content) === true) onCheck?.(content !== null);
      if (content === null) response.give(null);
      else await hear(content, response);
    } catch (error) {
      refuse(ctx, channel, error, log);
    } finally {
      answered(ctx.status);
    }
  }

  function verify(request: CallbackRequest): Content | null | typeof FOREIGN {
    try {
      return webhook.verify(request);
    } catch (error) {
      if (error instanceof NotAuthentic && onForeign !== undefined) return FOREIGN;
      throw error;
    }
  }

  /** Resolves when the response has been given what goes out; what was heard may be worked on for longer. */
  async function hear(content: Content, response: OpenResponse): Promise<void> {
    const incoming = await bot.read(content);
    const carrier = new ResponseCarrier(response, bot, content, incoming);
    await new Promise<void>((resolve, reject) => {
      response.onGiven = resolve;
      const failed = (error: unknown) => {
        if (response.isGiven) log.error({ channel, err: error }, 'a callback that was answered already failed');
        else reject(error instanceof Error ? error : new Error('a callback failed', { cause: error }));
      };
      // A callback is answered, also when reception had nothing to say.
      reception.hear(incoming, carrier).then(() => carrier.nothing(), failed);
    });
  }

  return { check: webhook.checkUrl === undefined ? null : checkUrl, callback };
}

/** Read once, however many look at it: what is not for one bot may be for another behind it. */
function bodyOf(ctx: Context): Promise<Buffer> {
  const state = ctx.state as { body?: Promise<Buffer> };
  return (state.body ??= readBody(ctx.req, BODY_LIMIT));
}

function toRequest(ctx: Context, body: Buffer): CallbackRequest {
  return { query: new URLSearchParams(ctx.querystring), headers: ctx.headers, body };
}

/** One place for what a sender is told when something went wrong: a status, never a detail. */
function refuse(ctx: Context, channel: string, error: unknown, log: SampledLog): void {
  const about = { channel, err: error };
  if (error instanceof NotAuthentic) {
    ctx.status = 403;
    log.warn({ channel, why: error.message }, 'callback refused: not authentic');
  } else if (error instanceof BodyTooLarge) {
    ctx.status = 413;
    // So that the sender cannot send without end.
    ctx.set('Connection', 'close');
    log.warn({ channel }, 'callback refused: body over 64 KiB');
  } else if (error instanceof LedgerError || error instanceof NotAccepted) {
    ctx.status = 503;
    log.error(about, 'callback not accepted: it could not be stored');
  } else if (ctx.req.destroyed && !ctx.req.complete) {
    ctx.status = 400;
    log.info({ channel }, 'the sender hung up before the callback was complete');
  } else {
    ctx.status = 500;
    log.error(about, 'callback failed');
  }
  ctx.body = '';
}
