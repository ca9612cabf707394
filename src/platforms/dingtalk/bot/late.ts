import type { Log } from '../../../log.ts';
import type { LateResult } from '../../../redemption/message.ts';
import { backOffMs } from '../../back-off.ts';
import type { LateText, LateWay } from '../../../chat/late-way.ts';
import type { PlatformHttp } from '../../http.ts';
import type { ConsoleLinks } from '../../links.ts';
import { ERRORS } from '../errors.ts';
import type { Usage } from '../usage.ts';
import { cardMessage } from './card.ts';
import { MAX_ATTEMPTS_UNHEARD, THROTTLED_MS, type MessageApi } from './message-api.ts';
import { textMessage } from './render.ts';
import { judgeWebhook, refusedHost, ReturnAddress } from './webhook.ts';

export interface DingtalkLateOptions {
  /** `host[:port]`s that may be posted to. */
  readonly webhookHosts: readonly string[];
  /** What takes replies that no webhook takes; null where there is no client id. */
  readonly messageApi: MessageApi | null;
  readonly http: PlatformHttp;
  readonly usage: Usage;
  readonly links?: ConsoleLinks | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Replies of the DingTalk robot: by the `sessionWebhook` of the message, while it lasts, then by the OpenAPI. An `errcode` of 0
 * confirms that it was heard; a message in the response to the callback, which today's documentation no longer knows,
 * confirms nothing.
 */
export function createDingtalkLate(options: DingtalkLateOptions): LateWay {
  const { webhookHosts, messageApi, http, usage, links, now, log } = options;

  /** Null where the webhook cannot take it, and another way may. */
  async function sendByWebhook(to: ReturnAddress, said: LateText, attempt: number): Promise<LateResult | null> {
    const { sessionWebhook, expiresAt, staffId, group } = to;
    if (sessionWebhook === null) return null;
    const state = judgeWebhook(sessionWebhook, expiresAt, webhookHosts, now());
    if (state === 'elsewhere') log.error(refusedHost(sessionWebhook), 'late reply: webhook refused');
    if (state !== 'usable') return null;

    const { text, question } = said;
    usage.count('push');
    const result = await http.call(
      sessionWebhook,
      question === null || group
        ? textMessage(text, group ? staffId : null, links)
        : cardMessage(text, question, links),
    );
    if (result.kind === 'silence') {
      log.warn({ cause: result.cause, attempt }, 'late reply: DingTalk was not heard from');
      return attempt < MAX_ATTEMPTS_UNHEARD ? { kind: 'retry', afterMs: backOffMs(attempt) } : null;
    }
    if (result.errcode === 0) return { kind: 'sent' };
    log.warn({ errcode: result.errcode, errmsg: result.errmsg, attempt }, 'late reply refused by DingTalk');
    switch (ERRORS[result.errcode]?.means) {
      case 'busy':
        return { kind: 'retry', afterMs: backOffMs(attempt) };
      case 'throttled':
        return { kind: 'retry', afterMs: THROTTLED_MS };
      case 'content':
        return { kind: 'hold' };
      default:
        return null;
    }
  }

  return {
    waitMs: () => 0,
    receiverOf(returnAddress) {
      const to = ReturnAddress.safeParse(returnAddress).data;
      return (to?.group === true ? to.conversation : null) ?? to?.staffId ?? null;
    },
    async send(returnAddress, reply, attempt) {
      const to = ReturnAddress.safeParse(returnAddress);
      if (!to.success) return { kind: 'hold' };
      const byWebhook = await sendByWebhook(to.data, reply, attempt);
      return byWebhook ?? (await messageApi?.send(to.data, reply, attempt)) ?? { kind: 'hold' };
    },
  };
}
