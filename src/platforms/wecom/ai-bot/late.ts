import { z } from 'zod';
import type { Log } from '../../../log.ts';
import type { LateResult } from '../../../redemption/message.ts';
import { backOffMs } from '../../back-off.ts';
import type { LateText, LateWay } from '../../../chat/late-way.ts';
import type { PlatformHttp } from '../../http.ts';
import type { ConsoleLinks } from '../../links.ts';
import { hostOf, refusalOf, replyHosts } from '../../hosts.ts';
import { REPLY_HOSTS } from '../hosts.ts';
import { isOnlyForPerson, isOfTap } from './tap-address.ts';
import { shownMarkdown } from './render.ts';

const ReturnAddress = z.object({ responseUrl: z.string() });
const POLLS_STOPPED_MS = 60_000;

export interface WecomBotLateOptions {
  /** WECOM_API_URL: a response_url is posted to there, or to WeCom's own host, and nowhere else. */
  readonly apiUrl: string;
  readonly http: PlatformHttp;
  readonly links?: ConsoleLinks | undefined;
  readonly log: Log;
}

/**
 * Late replies of the AI bot. The refresh polls bring them first; when none came for a minute, the `response_url` of the
 * message does, which works once and for an hour (document 101138).
 */
export function createWecomBotLate({ apiUrl, http, links, log }: WecomBotLateOptions): LateWay {
  const hosts = replyHosts(REPLY_HOSTS, apiUrl);

  const waitMs = (returnAddress: unknown): number => (isOfTap(returnAddress) ? 0 : POLLS_STOPPED_MS);

  async function send(returnAddress: unknown, { text }: LateText, attempt: number): Promise<LateResult> {
    const to = ReturnAddress.safeParse(returnAddress);
    // A response_url shows it to the whole group.
    if (!to.success || isOnlyForPerson(returnAddress, text)) return { kind: 'hold' };
    const { responseUrl } = to.data;
    if (refusalOf(responseUrl, hosts) !== null) {
      const about = { host: hostOf(responseUrl), allowed: hosts };
      const remedy = 'in a private deployment, set WECOM_API_URL to its address';
      log.error({ ...about, remedy }, 'late reply: response_url is on another host; not used');
      return { kind: 'hold' };
    }
    const markdown = { content: shownMarkdown(text, links) };
    const result = await http.call(responseUrl, { msgtype: 'markdown', markdown });
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
