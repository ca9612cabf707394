import { hash } from 'node:crypto';
import type { LateText, LateWay } from '../../../chat/late-way.ts';
import { tellsOutcome } from '../../../command/sentences.ts';
import type { Log } from '../../../log.ts';
import type { LateResult } from '../../../redemption/message.ts';
import { isUserId } from '../../../redemption/user-id.ts';
import type { Time } from '../../../time/time.ts';
import { backOffMs } from '../../back-off.ts';
import type { ConsoleLinks } from '../../links.ts';
import type { Pace } from '../../pace.ts';
import { afterRefusal } from '../../refused.ts';
import type { FeishuApi, FeishuResponse, FeishuResult } from '../api.ts';
import { ERRORS, GROUP_CLOSED, RECALLED } from '../errors.ts';
import { MAX_UUID } from '../limits.ts';
import { askingCard } from './card.ts';
import { cardOfReply, textContent } from './render.ts';
import { ReturnAddress } from './return-address.ts';

const MESSAGES = '/open-apis/im/v1/messages';
/** How long a message waits for its turn here; then it is queued. */
const LONGEST_TURN_MS = 5_000;

export interface FeishuLateOptions {
  readonly api: FeishuApi;
  readonly pace: Pace;
  readonly links?: ConsoleLinks | undefined;
  readonly time: Pick<Time, 'monotonic' | 'sleep'>;
  readonly log: Log;
}

/** Where a message goes. */
type Way =
  | { readonly kind: 'reply'; readonly messageId: string }
  | { readonly kind: 'send'; readonly idType: 'chat_id' | 'open_id'; readonly id: string };

type FromChat = Exclude<ReturnAddress, { kind: 'first' }>;

/**
 * How the bot tells its replies: as a reply to the message; where that was taken back, in its chat; where the bot may not
 * speak there any more, to the person alone. Each has a `uuid` of what it tells, by which the platform sends it once within an
 * hour, however often it is tried.
 */
export function createFeishuLate({ api, pace, links, time, log }: FeishuLateOptions): LateWay {
  function post(way: Way, type: 'text' | 'interactive', content: object, id: string): Promise<FeishuResult> {
    const text = JSON.stringify(content);
    const about = [id, way.kind === 'reply' ? way.messageId : way.id, type, text].join('\n');
    const message = { msg_type: type, content: text, uuid: hash('sha256', about).slice(0, MAX_UUID) };
    return way.kind === 'reply'
      ? api.call(`${MESSAGES}/${encodeURIComponent(way.messageId)}/reply`, { ...message, reply_in_thread: false })
      : api.call(`${MESSAGES}?receive_id_type=${way.idType}`, { ...message, receive_id: way.id });
  }

  /** Waits for a turn. Resolves with 0, or with the milliseconds until there may be one where that takes too long. */
  async function takeTurn(receiver: string, messages: number): Promise<number> {
    const since = time.monotonic();
    for (;;) {
      const waitMs = pace.take(receiver, messages);
      if (waitMs === 0 || time.monotonic() + waitMs - since > LONGEST_TURN_MS) return waitMs;
      await time.sleep(waitMs);
    }
  }

  /** Tells a text by the first way that is open. Resolves with that way, and with what became of it. */
  async function tell(
    ways: readonly Way[],
    text: string,
    mention: string | null,
    id: string,
  ): Promise<{ readonly way: Way | null; readonly result: FeishuResult | null }> {
    let told: { way: Way; result: FeishuResult } | null = null;
    let isClosed = false;
    for (const way of ways) {
      // To the person alone no mention is needed.
      const isPrivate = way.kind === 'send' && way.idType === 'open_id';
      if (isClosed && !isPrivate) continue;
      const result = await post(way, 'text', textContent(text, isPrivate ? null : mention, links), id);
      told = { way, result };
      const code = result.kind === 'response' ? result.code : 0;
      if (!RECALLED.has(code) && !GROUP_CLOSED.has(code)) break;
      isClosed = GROUP_CLOSED.has(code);
    }
    return told ?? { way: null, result: null };
  }

  /** What an answer in a chat shows besides its text, which says and asks the same: nothing depends on it. */
  async function show(result: Promise<FeishuResult>): Promise<void> {
    const shown = await result;
    if (shown.kind === 'response' && shown.code === 0) return;
    log.warn(aboutResult(shown), 'a card was not taken by Feishu: the text says the same');
  }

  async function send(returnAddress: unknown, reply: LateText, attempt: number): Promise<LateResult> {
    const parsed = ReturnAddress.safeParse(returnAddress);
    if (!parsed.success) return { kind: 'hold' };
    const to = parsed.data;
    const asks = reply.question !== null;
    // What goes to one person must not go to others, even if the ledger or the mapping holds such an id.
    const openId = to.openId !== null && isUserId('feishu', to.openId) ? to.openId : null;
    const person: Way[] = openId === null ? [] : [{ kind: 'send', idType: 'open_id', id: openId }];
    const receiver = (to.kind === 'first' ? null : to.chatId) ?? to.openId ?? '';
    const waitMs = await takeTurn(receiver, asks || to.kind === 'tap' ? 2 : 1);
    if (waitMs > 0) return { kind: 'retry', afterMs: waitMs };

    // What a person may not do is no matter of the others in the group.
    const inPrivate = to.kind === 'first' || (to.kind === 'tap' && to.group && !tellsOutcome(reply.text));
    const ways = inPrivate ? person : [...waysInChat(to), ...person];
    const mention = to.kind !== 'first' && to.group ? openId : null;
    const { way, result } = await tell(ways, reply.text, mention, to.id);
    if (way === null || result === null) return { kind: 'hold' };
    const ended = judge(result, attempt);
    if (ended.kind !== 'sent') return ended;
    if (to.kind === 'tap' && to.receipt !== undefined) {
      const card = cardOfReply({ receipt: to.receipt, group: to.group }, reply);
      if (card !== null)
        await show(api.call(pathOf(to.messageId), { content: JSON.stringify(card) }, { method: 'PATCH' }));
    } else if (reply.question !== null) {
      const group = to.kind !== 'first' && to.group && !(way.kind === 'send' && way.idType === 'open_id');
      await show(post(way, 'interactive', askingCard(reply.question, group), to.id));
    }
    return ended;
  }

  function judge(result: FeishuResult, attempt: number): LateResult {
    if (result.kind === 'silence') {
      log.warn({ cause: result.cause, attempt }, 'late reply: Feishu was not heard from; trying again');
      return { kind: 'retry', afterMs: backOffMs(attempt) };
    }
    if (result.code === 0) return { kind: 'sent' };
    const known = ERRORS[result.code];
    const remedy = known?.remedy ?? (result.ofApp ? 'check FEISHU_APP_ID and FEISHU_APP_SECRET' : undefined);
    log.error({ ...aboutResult(result), remedy, attempt }, 'late reply refused by Feishu');
    return afterRefusal(known?.means ?? (result.ofApp ? 'settings' : undefined), attempt, result.resetMs ?? 0);
  }

  return {
    waitMs: () => 0,
    receiverOf(returnAddress) {
      const to = ReturnAddress.safeParse(returnAddress).data;
      if (to === undefined) return null;
      return to.kind !== 'first' && to.group ? to.chatId : to.openId;
    },
    send,
  };
}

function waysInChat({ messageId, chatId }: FromChat): Way[] {
  const chat: Way[] = chatId === null ? [] : [{ kind: 'send', idType: 'chat_id', id: chatId }];
  return [{ kind: 'reply', messageId }, ...chat];
}

const pathOf = (messageId: string) => `${MESSAGES}/${encodeURIComponent(messageId)}`;

function aboutResult(result: FeishuResult): Readonly<Record<string, unknown>> {
  if (result.kind === 'silence') return { cause: result.cause };
  const { code: errcode, msg: errmsg, logId }: FeishuResponse = result;
  return { errcode, errmsg, logId };
}
