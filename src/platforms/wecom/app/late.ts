import { hash } from 'node:crypto';
import { z } from 'zod';
import { cutMark, inert } from '../../../command/sentences.ts';
import type { Log } from '../../../log.ts';
import type { LateResult } from '../../../redemption/message.ts';
import { isUserId } from '../../../redemption/user-id.ts';
import { backOffMs } from '../../back-off.ts';
import type { LateText, LateWay } from '../../../chat/late-way.ts';
import { cutToBytes } from '../../../chat/text.ts';
import type { WecomApi } from '../api.ts';
import { ERRORS, NO_RECEIVER, THROTTLED_MS } from '../errors.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';

const REFUSED_PAUSE_MS = 30_000;
const SETTINGS_PAUSE_MS = 10 * 60_000;

const ReturnAddress = z.object({ user: z.string(), agentId: z.string(), messageId: z.string().optional() });

/** Late replies of a self-built app: `message/send` as text (document 90236). */
export function createWecomAppLate(api: WecomApi, log: Log): LateWay {
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
      text: { content: cutToBytes(inert(text), room, cutMark()) + mark },
      enable_duplicate_check: mark !== '' || attempt > 1 ? 1 : 0,
      duplicate_check_interval: 1800,
    });
    const retry: LateResult = { kind: 'retry', afterMs: backOffMs(attempt) };
    if (result.kind === 'silence') {
      log.warn({ cause: result.cause, attempt }, 'late reply: WeCom was not heard from; trying again');
      return retry;
    }
    // With errcode 0 the one receiver can still be listed as invalid.
    const invalid = [result.body['invaliduser'], result.body['unlicenseduser']].some(
      (users) => typeof users === 'string' && users !== '',
    );
    const errcode = result.errcode === 0 && invalid ? NO_RECEIVER : result.errcode;
    if (errcode === 0) return { kind: 'sent' };
    const { means, remedy } = ERRORS[errcode] ?? {};
    log.error({ errcode, errmsg: result.errmsg, remedy, attempt }, 'late reply refused by WeCom');
    const notBefore = (pauseMs: number) => Math.max(backOffMs(attempt), pauseMs);
    switch (means) {
      case 'busy':
        return retry;
      case 'receiver':
        return { kind: 'hold' };
      case 'settings':
        return { kind: 'hold', afterMs: SETTINGS_PAUSE_MS };
      // What an operator has to mend may take hours, and the person can be answered meanwhile.
      case 'console':
        return { kind: 'hold', afterMs: notBefore(REFUSED_PAUSE_MS) };
      case 'throttled':
        return { kind: 'retry', afterMs: notBefore(THROTTLED_MS) };
      case 'token':
      case 'content':
      case undefined:
        return { kind: 'retry', afterMs: notBefore(REFUSED_PAUSE_MS) };
    }
  }

  return { waitMs: () => 0, send };
}

/** No clients show these. */
const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u2060'];

/** The same for the same message and nothing to see: twelve signs of two bits each. */
function invisibleMark(messageId: string): string {
  const bits = hash('sha1', messageId, 'buffer').readUIntBE(0, 3);
  return Array.from({ length: 12 }, (_, place) => INVISIBLE[(bits >> (2 * place)) & 3] ?? '').join('');
}
