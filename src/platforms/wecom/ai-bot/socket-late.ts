import { z } from 'zod';
import type { LateText, LateWay } from '../../../chat/late-way.ts';
import type { Log } from '../../../log.ts';
import type { LateResult } from '../../../redemption/message.ts';
import { isConversation, isUserId } from '../../../redemption/user-id.ts';
import { backOffMs } from '../../back-off.ts';
import { ERRORS } from '../errors.ts';
import type { ConsoleLinks } from '../../links.ts';
import { MAX_MARKDOWN_BYTES } from '../limits.ts';
import { SETTINGS_PAUSE_MS } from '../../refused.ts';
import { afterWecomRefusal } from '../refused.ts';
import { plainAsMarkdown } from '../../markdown.ts';
import { isOnlyForPerson } from './tap-address.ts';
import { cardOf, shownMarkdown, streamPayload } from './render.ts';
import type { CommandResult } from './commands.ts';
import { COMMANDS } from './frames.ts';
import type { Connection } from './socket.ts';

/** A try that WeCom does not acknowledge may have been shown: after so many, the person's next message brings it sooner. */
const MAX_ATTEMPTS_UNHEARD = 5;

/** Of the messages that a chat may have in a minute, so many are left for what tells an outcome. */
const LEFT_FOR_REPLIES = 20;

const SINGLE = 1;
const GROUP = 2;

/** Those of callbacks over HTTP can be used as well. */
const ReturnAddress = z.object({
  user: z.string(),
  /** Null in a one-to-one chat. */
  chatId: z.string().nullable(),
  /** The stream that answers the message; absent where it is no message that is answered. */
  stream: z.string().optional(),
});

const FINISHED: CommandResult = { kind: 'response', errcode: 0, errmsg: '' };

type ReturnAddress = z.infer<typeof ReturnAddress>;

export interface ConnectionLateOptions {
  readonly connection: Pick<Connection, 'isOpen' | 'isRuledOut' | 'give' | 'streams' | 'pace'>;
  readonly links?: ConsoleLinks | undefined;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/**
 * Late replies of the AI bot by its connection: they finish the stream that says "still working" where there is one, and are
 * pushed to the chat where it began otherwise, or to the person where it is a matter of theirs alone.
 */
export function createConnectionLate({ connection, links, log }: ConnectionLateOptions): LateWay {
  const { streams, pace } = connection;

  /** Null where there is no stream that WeCom lets us finish. */
  async function finish({ stream }: ReturnAddress, text: string): Promise<CommandResult | null> {
    if (stream === undefined) return null;
    const payload = streamPayload({ id: stream, finish: true }, shownMarkdown(text, links), null);
    const { content } = payload.stream;
    if (streams.isFinishedWith(stream, content)) return FINISHED;
    const reqId = streams.find(stream);
    if (reqId === null) return null;
    const result = await connection.give(COMMANDS.answer, payload, reqId);
    if (streams.finishedBy(result, stream, content)) return FINISHED;
    return result.kind === 'response' && ERRORS[result.errcode]?.means === 'over' ? null : result;
  }

  async function push({ user, chatId }: ReturnAddress, text: string): Promise<CommandResult> {
    // As the last line, so that the outcome is the first thing to read. It calls nobody: a bot has no way to mention people
    // (WecomTeam/wecom-cli issue 103).
    const mention = chatId !== null && isUserId('wecom', user) ? `  \n@${plainAsMarkdown(user)}` : '';
    const content = shownMarkdown(text, links, MAX_MARKDOWN_BYTES - Buffer.byteLength(mention)) + mention;
    return connection.give(COMMANDS.push, { ...chatOf(user, chatId), msgtype: 'markdown', markdown: { content } });
  }

  /** The text has asked already: what becomes of the card is of no account. */
  function pushCard({ user, chatId, stream }: ReturnAddress, question: LateText['question']): void {
    if (question === null || pace.take(chatId ?? user) > 0) return;
    const template_card = cardOf(question, stream ?? `${user} ${question.id}`);
    void connection.give(COMMANDS.push, { ...chatOf(user, chatId), msgtype: 'template_card', template_card });
  }

  async function send(returnAddress: unknown, { text, question }: LateText, attempt: number): Promise<LateResult> {
    const parsed = ReturnAddress.safeParse(returnAddress).data;
    if (parsed === undefined) return { kind: 'hold' };
    const to = isOnlyForPerson(returnAddress, text) ? { ...parsed, chatId: null } : parsed;
    if (!(to.chatId === null ? isUserId('wecom', to.user) : isConversation(`wecom:${to.chatId}`))) {
      log.error(
        { remedy: 'mend the id in the mapping or in ADMINS' },
        'late reply: not the id of one person or group; not sent',
      );
      return { kind: 'hold' };
    }
    if (connection.isRuledOut()) return { kind: 'hold', afterMs: SETTINGS_PAUSE_MS };
    if (!connection.isOpen()) return { kind: 'retry', afterMs: backOffMs(attempt) };
    const waitMs = pace.take(to.chatId ?? to.user);
    if (waitMs > 0) return { kind: 'retry', afterMs: waitMs };
    const result = (await finish(to, text)) ?? (await push(to, text));
    if (result.kind === 'silence') {
      log.warn({ cause: result.cause, attempt }, 'late reply: WeCom was not heard from');
      const kind = result.left && attempt >= MAX_ATTEMPTS_UNHEARD ? 'hold' : 'retry';
      return { kind, afterMs: backOffMs(attempt) };
    }
    const { errcode, errmsg } = result;
    if (errcode === 0) {
      pushCard(to, question);
      return { kind: 'sent' };
    }
    log.error({ errcode, errmsg, remedy: ERRORS[errcode]?.remedy, attempt }, 'late reply refused by WeCom');
    return afterWecomRefusal(errcode, attempt);
  }

  function progress(returnAddress: unknown, text: string): void {
    const to = ReturnAddress.safeParse(returnAddress).data;
    if (to?.stream === undefined || !connection.isOpen()) return;
    const { stream, user, chatId } = to;
    const reqId = streams.find(stream);
    if (reqId === null || pace.take(chatId ?? user, 1, LEFT_FOR_REPLIES) > 0) return;
    const payload = streamPayload({ id: stream, finish: false }, shownMarkdown(text, links), null);
    void connection.give(COMMANDS.answer, payload, reqId);
  }

  return {
    waitMs: () => 0,
    progress,
    isOpen: () => connection.isOpen(),
    isRuledOut: () => connection.isRuledOut(),
    receiverOf(returnAddress) {
      const to = ReturnAddress.safeParse(returnAddress).data;
      return to === undefined ? null : (to.chatId ?? to.user);
    },
    send,
  };
}

function chatOf(user: string, chatId: string | null) {
  return chatId === null ? { chatid: user, chat_type: SINGLE } : { chatid: chatId, chat_type: GROUP };
}
