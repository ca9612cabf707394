import type { ServerResponse } from 'node:http';
import type { Context } from 'koa';
import type { Carrier, Incoming, Over, Reply, ReplyForm } from '../../chat/channel.ts';
import type { ResponseBody, WebhookBot } from './webhook.ts';

/** The response to one callback, from the callback's first byte on. A class: there is one for each message. */
export class OpenResponse {
  /** `close` comes after every response, also after one that went out well. */
  readonly over: Over;
  /** Called when it is given what goes out. */
  onGiven: (() => void) | null = null;
  /** Let go of when the response is given: a message may be worked on for much longer than its request lives. */
  #ctx: Context | null;
  #response: ServerResponse | null;
  #tellHandedOver: ((whole: boolean) => void) | null = null;

  /** `deadlineMs`: see `Webhook`. */
  constructor(ctx: Context, deadlineMs: number | null) {
    const response = ctx.res;
    this.#ctx = ctx;
    this.#response = response;
    this.over = new Promise((resolve) => {
      const timer = deadlineMs === null ? undefined : setTimeout(() => resolve('too-late'), deadlineMs);
      response.once('close', () => {
        clearTimeout(timer);
        resolve('gone');
        this.#tellHandedOver?.(response.writableFinished);
        this.#response = null;
      });
    });
  }

  get isGiven(): boolean {
    return this.#ctx === null;
  }

  /** Null is an empty response. Returns false, and does nothing, where it was given something before. */
  give(what: ResponseBody | null): boolean {
    const ctx = this.#ctx;
    if (ctx === null) return false;
    this.#ctx = null;
    ctx.status = 200;
    ctx.type = what?.type ?? 'text/plain';
    ctx.body = what?.body ?? '';
    this.onGiven?.();
    this.onGiven = null;
    return true;
  }

  /** Resolves, when the response is over, with whether what it was given has gone out whole. */
  handedOver(): Promise<boolean> {
    if (this.#response === null) return Promise.resolve(false);
    return new Promise((resolve) => (this.#tellHandedOver = resolve));
  }
}

/** The carrier that answers the callback with `content`, which was read as `incoming`, by the callback's response. */
export class ResponseCarrier<Content, As, Payload> implements Carrier {
  readonly acknowledges = false;
  /** That a response went out does not say that the platform heard it. */
  readonly confirms = false;
  readonly aside = null;
  readonly #response: OpenResponse;
  readonly #bot: WebhookBot<Content, As, Payload>;
  /** Let go of with the response. */
  #content: Content | null;
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
    const content = this.#content;
    this.#content = null;
    if (content === null) return this.#response.give(null);
    const { webhook } = this.#bot;
    return this.#response.give(
      payload === null ? (webhook.confirm?.(content) ?? null) : webhook.wrap(payload, content),
    );
  }
}
