import type { Incoming, Reply, ReplyForm } from '../../src/chat/channel.ts';
import type { LateWay } from '../../src/chat/late-way.ts';
import type { CallbackRequest, ResponseBody, WebhookBot } from '../../src/transports/webhook/webhook.ts';

/** Of a bot that is only asked to read and to answer. */
export const NO_LATE_WAY: LateWay = { waitMs: () => 0, send: async () => ({ kind: 'hold' }) };

/** A reply that asks nothing and is on no record. */
export function plainReply(text: string): Reply {
  return { text, question: null, redeemed: false, onRecord: false };
}

/** How something can be answered, with what the response would be. */
export interface ResponseForm extends ReplyForm {
  readonly final: (text: string, change?: Partial<Reply>) => ResponseBody;
  /** Null where the response is empty. */
  readonly waiting: (text: string) => ResponseBody | null;
}

type Ignored = Extract<Incoming, { kind: 'ignored' }>;
export type Received = Ignored | (Exclude<Incoming, Ignored> & { readonly reply: ResponseForm });

/** Does with callbacks what the webhook transport does, without HTTP. */
export function overWebhook<Content, As, Payload>(bot: WebhookBot<Content, As, Payload>) {
  const { webhook, render } = bot;
  return {
    checkUrl: webhook.checkUrl,
    /** Rejects with NotAuthentic. What is a check of the console's counts as ignored. */
    async receive(request: CallbackRequest): Promise<Received> {
      const content = webhook.verify(request);
      if (content === null) return { kind: 'ignored', why: 'the console checks the address' };
      const incoming = await bot.read(content);
      if (incoming.kind === 'ignored') return incoming;
      const form = incoming.reply;
      const reply: ResponseForm = {
        ...form,
        final: (text, change) => webhook.wrap(render.final(form.as, { ...plainReply(text), ...change }), content),
        waiting(text) {
          const payload = render.waiting(form.as, text);
          return payload === null ? null : webhook.wrap(payload, content);
        },
      };
      return { ...incoming, reply };
    },
  };
}

export function replyOf(incoming: Received): ResponseForm {
  if (incoming.kind === 'ignored') throw new Error(`ignored: ${incoming.why}`);
  return incoming.reply;
}
