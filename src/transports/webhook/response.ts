import type { ServerResponse } from 'node:http';
import type { Context } from 'koa';
import type { Carrier, Incoming, Over, Reply, ReplyForm } from '../../chat/channel.ts';
import type { ResponseBody, WebhookBot } from './webhook.ts';

/** The response to one callback, from the callback's first byte on. A class: there is one for each message. */
export class OpenResponse {
  /** `close` comes after every response, also after one that went out well. */
  readonly over: Over;
  isGiven = false;
  /** Called when it is given what goes out. */
  onGiven: (() => void) | null = null;
  readonly #ctx: Context;
  readonly #response: ServerResponse;
  #tellHandedOver: ((whole: boolean) => void) | null = null;

  /** `deadlineMs`: see `Webhook`. */
  constructor(ctx: Context, deadlineMs: number | null) {
    this.#ctx = ctx;
    this.#response = ctx.res;
    this.over = new Promise((resolve) => {
      const timer = deadlineMs === null ? undefined : setTimeout(() => resolve('too-late'), deadlineMs);
      this.#response.once('close', () => {
        clearTimeout(timer);
        resolve('gone');
        this.#tellHandedOver?.(this.#response.writableFinished);
      });
    });
  }

  /** Null is an empty response. Returns false, and does nothing, where it was given something before. */
  give(what: ResponseBody | null): boolean {
    if (this.isGiven) return false;
    this.isGiven = true;
    this.#ctx.status = 200;
    this.#ctx.type = what?.type ?? 'text/plain';
    this.#ctx.body = what?.body ?? '';
    this.onGiven?.();
    return true;
  }

  /** Resolves, when the response is over, with whether what it was given has gone out whole. */
  handedOver(): Promise<boolean> {
    if (this.#response.closed) return Promise.resolve(false);
    return new Promise((resolve) => (this.#tellHandedOver = resolve));
  }
}

/** The carrier that answers the callback with `content`, which was read as `incoming`, by the callback's response. */
export class ResponseCarrier<Content, As, Payload> implements Carrier {
  readonly acknowledges = false;
  readonly #response: OpenResponse;
  readonly #bot: WebhookBot<Content, As, Payload>;
  readonly #content: Content;
  readonly #form: ReplyForm<As> | null;

  constructor(response: OpenResponse, bot: WebhookBot<Content, As, Payload>, content: Content, incoming: Incoming<As>) {
    this.#response = response;
    this.#bot = bot;
    this.#content = content;
    this.#form = incoming.kind === 'ignored' ? null : incoming.reply;
  }

  get room(): number {
    return this.#form?.room ?? 0;
  }

  get over(): Over {
    return this.#response.over;
  }

  final(reply: Reply): Promise<boolean> {
    if (this.#form === null || !this.#give(this.#bot.render.final(this.#form.as, reply))) return Promise.resolve(false);
    return this.#response.handedOver();
  }

  waiting(text: string): boolean {
    const payload = this.#form === null ? null : this.#bot.render.waiting(this.#form.as, text);
    this.#give(payload);
    return payload !== null;
  }

  nothing(): void {
    this.#give(null);
  }

  #give(payload: Payload | null): boolean {
    return this.#response.give(payload === null ? null : this.#bot.webhook.wrap(payload, this.#content));
  }
}
