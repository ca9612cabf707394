import { z } from 'zod';
import type { LateText } from '../../../chat/late-way.ts';
import type { Log } from '../../../log.ts';
import type { LateResult } from '../../../redemption/message.ts';
import { isUserId } from '../../../redemption/user-id.ts';
import { backOffMs } from '../../back-off.ts';
import type { Meaning } from '../../errors.ts';
import { fittedLinks } from '../../fit.ts';
import { NO_LINKS, type ConsoleLinks } from '../../links.ts';
import { afterRefusal } from '../../refused.ts';
import type { ApiResult, DingtalkApi } from '../api.ts';
import { ERRORS } from '../errors.ts';
import { MAX_PARAM_BYTES } from '../limits.ts';
import { cardParam } from './card.ts';
import { addressed, TEXT } from './render.ts';
import type { ReturnAddress } from './webhook.ts';

/** A try a minute: DingTalk may refuse all calls for several. */
export const THROTTLED_MS = 60_000;
export const MAX_ATTEMPTS_UNHEARD = 5;

/** With a good answer the one receiver may still be listed. */
const Receivers = z.object({
  invalidStaffIdList: z.array(z.unknown()).catch([]),
  flowControlledStaffIdList: z.array(z.unknown()).catch([]),
});

export interface MessageApiOptions {
  readonly api: DingtalkApi;
  /** The robot that speaks, where neither the settings nor a message name one. */
  readonly clientId: string;
  readonly robotCode: string | null;
  readonly links?: ConsoleLinks | undefined;
  readonly log: Log;
}

export interface MessageApi {
  /**
   * Sends once, to the group where it began or to the person. `attempt` counts from 1. Never rejects; hold where the address
   * names neither.
   */
  send(to: ReturnAddress, reply: LateText, attempt: number): Promise<LateResult>;
}

/** What an answer comes to for the one receiver. */
type Verdict = { readonly means: Meaning | 'sent' | undefined; readonly code: string; readonly message: string };

/** Messages that the robot sends by the OpenAPI: `groupMessages/send` and `oToMessages/batchSend`. */
export function createMessageApi({ api, clientId, robotCode, links, log }: MessageApiOptions): MessageApi {
  /** Null where the address names no group and no person. */
  function requestFor(to: ReturnAddress, { text, question }: LateText) {
    const { group, conversation, staffId } = to;
    const robot = { robotCode: robotCode ?? to.robotCode ?? clientId };
    if (group && conversation !== null) {
      // A message of this kind mentions nobody, so it only says for whom it is.
      const body = { ...robot, openConversationId: conversation, ...asText(textParam(text, staffId, links)) };
      return { path: '/v1.0/robot/groupMessages/send', body };
    }
    if (staffId === null) return null;
    // What is for one person goes to one, even if the ledger or the mapping holds an id that is none.
    if (!isUserId('dingtalk', staffId)) {
      const remedy = 'mend the id in the mapping or in ADMINS';
      log.error({ remedy }, 'late reply: not the id of one person; not sent');
      return null;
    }
    const message = question === null || group ? textParam(text, null, links) : cardParam(text, question, links);
    return { path: '/v1.0/robot/oToMessages/batchSend', body: { ...robot, userIds: [staffId], ...asText(message) } };
  }

  return {
    async send(to, reply, attempt) {
      const request = requestFor(to, reply);
      if (request === null) return { kind: 'hold' };
      const answer = await api.post(request.path, request.body);
      if (answer.kind === 'silence') {
        log.warn({ cause: answer.cause, attempt }, 'late reply: DingTalk was not heard from');
        return attempt < MAX_ATTEMPTS_UNHEARD ? { kind: 'retry', afterMs: backOffMs(attempt) } : { kind: 'hold' };
      }
      const { means, code, message } = judge(answer);
      if (means === 'sent') return { kind: 'sent' };
      const { remedy } = ERRORS[code] ?? {};
      log.error({ code, message, remedy, attempt }, 'late reply refused by DingTalk');
      // A code of which nothing is known, and a new token that is refused as well, are for an operator to mend.
      const meant = means === undefined || means === 'token' ? 'console' : means;
      return afterRefusal(meant, attempt, THROTTLED_MS);
    },
  };
}

function judge(answer: Exclude<ApiResult, { kind: 'silence' }>): Verdict {
  if (answer.kind === 'refused') {
    const { code, message } = answer;
    return { means: ERRORS[code]?.means, code, message };
  }
  const { data } = Receivers.safeParse(answer.body);
  if ((data?.invalidStaffIdList.length ?? 0) > 0)
    return { means: 'receiver', code: 'invalidStaffIdList', message: 'the person is not in the range of the app' };
  if ((data?.flowControlledStaffIdList.length ?? 0) > 0)
    return { means: 'throttled', code: 'flowControlledStaffIdList', message: 'too many messages to this person' };
  return { means: 'sent', code: '', message: '' };
}

function textParam(
  text: string,
  named: string | null,
  links: ConsoleLinks = NO_LINKS,
): { msgKey: string; msgParam: object } {
  const msgParam = fittedLinks(links.show(text, TEXT), MAX_PARAM_BYTES, (shown) => ({
    content: named === null ? shown : addressed(shown, named),
  }));
  return { msgKey: 'sampleText', msgParam };
}

/** DingTalk takes the parameters of a message as a text that is JSON. */
function asText({ msgKey, msgParam }: { msgKey: string; msgParam: object }): object {
  return { msgKey, msgParam: JSON.stringify(msgParam) };
}
