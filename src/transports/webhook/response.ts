import type { Context } from 'koa';
import type { Carrier, Incoming, Over } from '../../chat/channel.ts';
import type { ResponseBody, WebhookBot } from './webhook.ts';

/** The response to one callback, from the callback's first byte on. */
export interface OpenResponse {
  /** `close` comes after every response, also after one that went out well. */
  readonly over: Over;
  /** Resolves when it has been given what goes out. */
  readonly given: Promise<void>;
  isGiven(): boolean;
  /** Null is an empty response. Returns false, and does nothing, where it was given something before. */
  give(what: ResponseBody | null): boolean;
  /** Resolves, when the response is over, with whether what it was given has gone out whole. */
  handedOver(): Promise<boolean>;
}

/** `deadlineMs`: see `Webhook`. */
export function openResponse(ctx: Context, deadlineMs: number | null): OpenResponse {
  const { res } = ctx;
  const over = Promise.withResolvers<'too-late' | 'gone'>();
  const given = Promise.withResolvers<undefined>();
  let isGiven = false;
  let tellHandedOver: ((whole: boolean) => void) | null = null;
  const timer = deadlineMs === null ? undefined : setTimeout(() => over.resolve('too-late'), deadlineMs);
  res.once('close', () => {
    clearTimeout(timer);
    over.resolve('gone');
    tellHandedOver?.(res.writableFinished);
  });

  return {
    over: over.promise,
    given: given.promise,
    isGiven: () => isGiven,
    give(what) {
      if (isGiven) return false;
      isGiven = true;
      ctx.status = 200;
      ctx.type = what?.type ?? 'text/plain';
      ctx.body = what?.body ?? '';
      given.resolve(undefined);
      return true;
    },
    handedOver: () => (res.closed ? Promise.resolve(false) : new Promise((resolve) => (tellHandedOver = resolve))),
  };
}

/** The response to a callback that said `content`, as what carries the reply to what it `incoming` turned out to be. */
export function carrierIn<Content, As, Payload>(
  response: OpenResponse,
  { render, webhook }: WebhookBot<Content, As, Payload>,
  content: Content,
  incoming: Incoming<As>,
): Carrier {
  const form = incoming.kind === 'ignored' ? null : incoming.reply;
  const give = (payload: Payload | null) => response.give(payload === null ? null : webhook.wrap(payload, content));

  return {
    room: form?.room ?? 0,
    over: response.over,
    acknowledges: false,
    async final(reply) {
      return form !== null && give(render.final(form.as, reply)) && response.handedOver();
    },
    waiting(text) {
      const payload = form === null ? null : render.waiting(form.as, text);
      give(payload);
      return payload !== null;
    },
    nothing: () => void response.give(null),
  };
}
