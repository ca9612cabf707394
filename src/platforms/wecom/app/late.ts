import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Log } from '../../../log.ts';
import type { LateResult } from '../../../redemption/message.ts';
import { isUserId } from '../../../redemption/user-id.ts';
import { backOffMs } from '../../back-off.ts';
import type { LateText, LateWay } from '../../../chat/late-way.ts';
import type { ConsoleLinks } from '../../links.ts';
import type { WecomApi } from '../api.ts';
import { ERRORS, NO_RECEIVER } from '../errors.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import { afterWecomRefusal } from '../refused.ts';
import { shownText } from './render.ts';

const ReturnAddress = z.object({ user: z.string(), agentId: z.string(), messageId: z.string().optional() });

/** Late replies of a self-built app: `message/send` as text (document 90236). */
export function createWecomAppLate(api: WecomApi, log: Log, links?: ConsoleLinks): LateWay {
  async function send(returnAddress: unknown, { text }: LateText, attempt: number): Promise<LateResult> {
    const to = ReturnAddress.safeParse(returnAddress);
    if (!to.success) return { kind: 'hold' };
    // A try whose answer was lost may have arrived: then WeCom drops the next one, which has the same text. So that
    // another reply with the same words is not, each has a mark of its message; where the message is not known, only
    // the later tries are checked.
    const { user, agentId, messageId } = to.data;
    // `touser` takes lists and `@all`: what is for one person goes to one, even if the ledger or the mapping holds such
    // an id.
    if (!isUserId('wecom', user)) {
      log.error(
        { remedy: 'mend the id in the mapping or in ADMINS' },
        'late reply: not the id of one person; not sent',
      );
      return { kind: 'hold' };
    }
    const mark = messageId === undefined ? '' : invisibleMark(messageId);
    const room = MAX_TEXT_BYTES - Buffer.byteLength(mark);
    const result = await api.post('/cgi-bin/message/send', {
      touser: user,
      msgtype: 'text',
      agentid: Number(agentId),
      text: { content: shownText(text, links, room) + mark },
      enable_duplicate_check: mark !== '' || attempt > 1 ? 1 : 0,
      duplicate_check_interval: 1800,
    });
    if (result.kind === 'silence') {
      log.warn({ cause: result.cause, attempt }, 'late reply: WeCom was not heard from; trying again');
      return { kind: 'retry', afterMs: backOffMs(attempt) };
    }
    // With errcode 0 the one receiver can still be listed as invalid.
    const invalid = [result.body['invaliduser'], result.body['unlicenseduser']].some(
      (users) => typeof users === 'string' && users !== '',
    );
    const errcode = result.errcode === 0 && invalid ? NO_RECEIVER : result.errcode;
    if (errcode === 0) return { kind: 'sent' };
    const { remedy } = ERRORS[errcode] ?? {};
    log.error({ errcode, errmsg: result.errmsg, remedy, attempt }, 'late reply refused by WeCom');
    return afterWecomRefusal(errcode, attempt);
  }

  return {
    waitMs: () => 0,
    receiverOf: (returnAddress) => ReturnAddress.safeParse(returnAddress).data?.user ?? null,
    send,
  };
}

/** No clients show these. */
const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u2060'];

/** The same for the same message and nothing to see: twelve signs of two bits each. */
function invisibleMark(messageId: string): string {
  const bits = hash('sha1', messageId, 'buffer').readUIntBE(0, 3);
  return Array.from({ length: 12 }, (_, place) => INVISIBLE[(bits >> (2 * place)) & 3] ?? '').join('');
}
