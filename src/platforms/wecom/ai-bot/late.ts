import { z } from 'zod';
import { cutMark, inert } from '../../../command/sentences.ts';
import type { Log } from '../../../log.ts';
import type { LateResult } from '../../../redemption/message.ts';
import { backOffMs } from '../../back-off.ts';
import type { LateText, LateWay } from '../../../chat/late-way.ts';
import type { PlatformHttp } from '../../http.ts';
import { cutToBytes } from '../../../chat/text.ts';
import { hostOf, refusalOf, replyHosts } from '../../hosts.ts';
import { REPLY_HOSTS } from '../hosts.ts';
import { MAX_MARKDOWN_BYTES } from '../limits.ts';
import { plainAsMarkdown } from '../../markdown.ts';

const ReturnAddress = z.object({ responseUrl: z.string() });
/** A tap on a card is answered by no stream, so WeCom never polls for it. */
const Unpolled = z.object({ polled: z.literal(false) });
const POLLS_STOPPED_MS = 60_000;

export interface WecomBotLateOptions {
  /** WECOM_API_URL: a response_url is posted to there, or to WeCom's own host, and nowhere else. */
  readonly apiUrl: string;
  readonly http: PlatformHttp;
  readonly log: Log;
}

/**
 * Late replies of the AI bot. The refresh polls bring them first; when none came for a minute, the `response_url` of the
 * message does, which works once and for an hour (document 101138).
 */
export function createWecomBotLate({ apiUrl, http, log }: WecomBotLateOptions): LateWay {
  const hosts = replyHosts(REPLY_HOSTS, apiUrl);

  const waitMs = (returnAddress: unknown): number => (Unpolled.safeParse(returnAddress).success ? 0 : POLLS_STOPPED_MS);

  async function send(returnAddress: unknown, { text }: LateText, attempt: number): Promise<LateResult> {
    const to = ReturnAddress.safeParse(returnAddress);
    if (!to.success) return { kind: 'hold' };
    const { responseUrl } = to.data;
    if (refusalOf(responseUrl, hosts) !== null) {
      const about = { host: hostOf(responseUrl), allowed: hosts };
      const remedy = 'in a private deployment, set WECOM_API_URL to its address';
      log.error({ ...about, remedy }, 'late reply: response_url is on another host; not used');
      return { kind: 'hold' };
    }
    const content = cutToBytes(plainAsMarkdown(inert(text)), MAX_MARKDOWN_BYTES, cutMark());
    const result = await http.call(responseUrl, { msgtype: 'markdown', markdown: { content } });
    if (result.kind === 'response') {
      if (result.errcode === 0) return { kind: 'sent' };
      // Used up or expired: the platform does not say which.
      log.warn({ errcode: result.errcode, errmsg: result.errmsg }, 'late reply: response_url was refused');
      return { kind: 'hold' };
    }
    log.warn({ cause: result.cause, attempt }, 'late reply: response_url was not heard from');
    // It may have arrived; a second try is harmless, for the URL works once, and the result of a third would mean the
    // same.
    if (result.left && attempt > 1) return { kind: 'hold' };
    return { kind: 'retry', afterMs: backOffMs(attempt) };
  }

  return { waitMs, send };
}
