import type { Log } from '../../../log.ts';
import type { LateResult } from '../../../redemption/message.ts';
import { backOffMs } from '../../back-off.ts';
import type { LateText, LateWay } from '../../../chat/late-way.ts';
import type { PlatformHttp } from '../../http.ts';
import { ERRORS } from '../errors.ts';
import { textMessage } from './render.ts';
import { judgeWebhook, refusedHost, ReturnAddress } from './webhook.ts';

/** A try a minute: DingTalk mutes for up to ten. */
const THROTTLED_MS = 60_000;
const MAX_ATTEMPTS_UNHEARD = 5;

export interface DingtalkLateOptions {
  /** `host[:port]`s that may be posted to. */
  readonly webhookHosts: readonly string[];
  readonly http: PlatformHttp;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Replies of the DingTalk robot by the `sessionWebhook` of the message, while it lasts. An `errcode` of 0 confirms that it was
 * heard; a message in the response to the callback, which today's documentation no longer knows, confirms nothing.
 */
export function createDingtalkLate({ webhookHosts, http, now, log }: DingtalkLateOptions): LateWay {
  async function send(returnAddress: unknown, { text }: LateText, attempt: number): Promise<LateResult> {
    const to = ReturnAddress.safeParse(returnAddress);
    if (!to.success) return { kind: 'hold' };
    const { sessionWebhook, staffId, group } = to.data;
    const state = judgeWebhook(to.data, webhookHosts, now());
    if (state === 'elsewhere') log.error(refusedHost(sessionWebhook), 'late reply: webhook refused');
    if (state !== 'usable') return { kind: 'hold' };

    const result = await http.call(sessionWebhook, textMessage(text, group ? staffId : null));
    if (result.kind === 'silence') {
      log.warn({ cause: result.cause, attempt }, 'late reply: DingTalk was not heard from');
      return attempt < MAX_ATTEMPTS_UNHEARD ? { kind: 'retry', afterMs: backOffMs(attempt) } : { kind: 'hold' };
    }
    if (result.errcode === 0) return { kind: 'sent' };
    log.warn({ errcode: result.errcode, errmsg: result.errmsg, attempt }, 'late reply refused by DingTalk');
    switch (ERRORS[result.errcode]?.means) {
      case 'busy':
        return { kind: 'retry', afterMs: backOffMs(attempt) };
      case 'throttled':
        return { kind: 'retry', afterMs: THROTTLED_MS };
      default:
        return { kind: 'hold' };
    }
  }

  return { waitMs: () => 0, send };
}
