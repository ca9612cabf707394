import { hash } from 'node:crypto';
import { z } from 'zod';
import { cutNotice, inert } from '../../../command/sentences.ts';
import type { Log } from '../../../log.ts';
import type { LateResult } from '../../../redemption/message.ts';
import { isUserId } from '../../../redemption/user-id.ts';
import { backOffMs } from '../../../chat/back-off.ts';
import type { LateWay } from '../../../chat/late-way.ts';
import { cutToBytes } from '../../../chat/text.ts';
import type { WecomApi } from '../api.ts';

const MAX_TEXT_BYTES = 2048;
const BUSY = -1;
const TOO_OFTEN = new Set([45009, 45033]);
const NOBODY = 81013;
/** Wrong settings: nothing changes before the service starts with others. */
const WRONG_SETTINGS = new Set([301002, 40001, 40091, 40013, 40056]);
const SETTINGS_PAUSE_MS = 10 * 60_000;

const ReturnAddress = z.object({ user: z.string(), agentId: z.string(), messageId: z.string().optional() });

/** What an operator has to do about an error that will not go away by itself. */
const REMEDIES: Record<number, string> = {
  60020: 'add the address in the message to 企业可信IP of the app in the WeCom console',
  40001: 'WECOM_APP_SECRET is not the secret of this app',
  40091: 'WECOM_APP_SECRET is not the secret of this app',
  40013: 'WECOM_CORP_ID is wrong',
  40056: 'WECOM_APP_AGENT_ID is not the AgentId of this app',
  301002: 'WECOM_APP_AGENT_ID and WECOM_APP_SECRET are of different apps: copy both from the page of the same one',
  48001: 'give the app the permission to send messages',
  48002: 'give the app the permission to send messages',
  60011: 'put the member into the visible range of the app',
  81013: 'put the member into the visible range of the app',
};

/** Late replies of a self-built app: `message/send` as text (document 90236). */
export function createWecomAppLate(api: WecomApi, log: Log): LateWay {
  async function send(returnAddress: unknown, text: string, attempt: number): Promise<LateResult> {
    const to = ReturnAddress.safeParse(returnAddress);
    if (!to.success) return { kind: 'hold' };
    // A try whose answer was lost may have arrived: then the next one is swallowed, by its words. So that another reply with the
    // same words is not, each has a mark of its message; where the message is not known, only the later tries are checked.
    const { user, agentId, messageId } = to.data;
    // `touser` takes lists and `@all`: what is for one person goes to one, whatever the ledger or the mapping says.
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
      text: { content: cutToBytes(inert(text), room, cutNotice()) + mark },
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
    const errcode = result.errcode === 0 && invalid ? NOBODY : result.errcode;
    if (errcode === 0) return { kind: 'sent' };
    const remedy = REMEDIES[errcode];
    log.error({ errcode, errmsg: result.errmsg, remedy, attempt }, 'late reply refused by WeCom');
    if (errcode === NOBODY) return { kind: 'hold' };
    if (errcode === BUSY) return retry;
    if (WRONG_SETTINGS.has(errcode)) return { kind: 'hold', afterMs: SETTINGS_PAUSE_MS };
    const afterMs = Math.max(backOffMs(attempt), TOO_OFTEN.has(errcode) ? 60_000 : 30_000);
    // What an operator has to mend may take hours, and the person can be answered meanwhile.
    return { kind: remedy === undefined ? 'retry' : 'hold', afterMs };
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
