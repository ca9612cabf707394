import type { Log } from '../../../log.ts';
import type { Time } from '../../../time/time.ts';
import type { ChangeReason, Dialogue, Refusal, Socket, Wire } from '../../../transports/socket/socket.ts';
import { connectionRefused, reasonOf } from '../../connection-refused.ts';
import type { Meaning } from '../../errors.ts';
import { createPace, type Pace } from '../../pace.ts';
import { SETTINGS_PAUSE_MS } from '../../refused.ts';
import type { RandomBytes } from '../cipher.ts';
import { ERRORS, NOT_SUBSCRIBED, STREAM_OVER, THROTTLED_MS } from '../errors.ts';
import { CHAT_LIMITS } from '../limits.ts';
import { AI_BOT_CONNECTION } from '../settings.ts';
import type { Payload, StreamPayload } from './render.ts';
import { CLOSED, createCommands, type CommandResult, type Commands } from './commands.ts';
import { chatOf, COMMANDS, readFrame, saysDisconnected, type Callback, type Command } from './frames.ts';
import { createOpenStreams, isFinal, type OpenStreams } from './streams.ts';

/** Of a greeting and a tap, five seconds are all; a person should not look at nothing for longer either. */
const DEADLINE_MS = 4_000;
/** As WeCom's own client: two pings without an answer, and a moment for the second one. */
const HEARTBEAT = { everyMs: 30_000, silentMs: 65_000 };

/** How long nothing is tried after a refusal; absent: the usual pauses. */
const PAUSES_MS: Partial<Record<Meaning, number>> = { throttled: THROTTLED_MS, settings: SETTINGS_PAUSE_MS };

const KICKED = connectionRefused('kicked', 'disconnected_event: another client has subscribed as this bot', {
  remedy: 'stop the other program that uses WECOM_BOT_ID, or give this service a bot of its own; then restart it',
  notBeforeMs: null,
});

/** What a callback says, and when it came in, in milliseconds since 1970. */
export interface Delivery {
  readonly json: unknown;
  readonly arrivedAt: number;
}

export interface ConnectionOptions {
  readonly botId: string;
  readonly secret: string;
  /** WECOM_SOCKET_URL. */
  readonly url: string;
  readonly time: Pick<Time, 'now' | 'monotonic' | 'after'>;
  readonly randomBytes: RandomBytes;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/** The bot's only connection, and what is sent by it besides answers. */
export interface Connection {
  readonly socket: Socket<Delivery, Payload>;
  /** Whether this process has it, and WeCom has taken it. */
  isOpen(): boolean;
  /** Whether WeCom does not take it, and so from no process: this one would be the one that has it. */
  isRuledOut(): boolean;
  /** As `Commands`; silence where the connection is not open. */
  give(command: Command, body: object, reqId?: string): Promise<CommandResult>;
  readonly streams: OpenStreams;
  readonly pace: Pace;
}

/** The long connection of WeCom's AI bot (document 101463, and @wecom/aibot-node-sdk). */
export function createConnection(options: ConnectionOptions): Connection {
  const { botId, secret, url, time, randomBytes, log } = options;
  const streams = createOpenStreams(time);
  const pace = createPace(time, CHAT_LIMITS);
  let current: Commands | null = null;
  let lastChange: ChangeReason | null = null;
  /** False when WeCom has shown that it takes no card together with a stream: reports differ. */
  let takesCardWithStream = true;

  function speak(wire: Wire<Delivery, Payload>): Dialogue {
    const commands = createCommands({ send: (text) => wire.send(text), time, randomBytes });

    function gone(): void {
      if (current === commands) current = null;
      commands.close();
    }

    function end(refusal: Refusal): void {
      gone();
      wire.end(refusal);
    }

    async function subscribe(): Promise<void> {
      const result = await commands.give(COMMANDS.subscribe, { bot_id: botId, secret });
      if (result.kind === 'response' && result.errcode === 0) {
        current = commands;
        wire.ready();
      } else if (result.kind === 'response') end(refusalOf(result));
      else if (result.cause !== CLOSED) end(connectionRefused('silent', `subscribing: ${result.cause}`));
    }

    function hear(callback: Callback): void {
      if (saysDisconnected(callback)) {
        end(KICKED);
        return;
      }
      const reqId = callback.headers.req_id;
      const chat = chatOf(callback);
      // Nothing waits for a confirmation that a message was stored.
      wire.deliver({ json: callback.body, arrivedAt: time.now() }, (payload) =>
        payload === null ? Promise.resolve(true) : answer(commands, { reqId, chat }, payload),
      );
    }

    void subscribe();
    return {
      heard(data, isBinary) {
        const frame = isBinary ? null : readFrame(data);
        if (frame === null) wire.strange('neither a callback nor an acknowledgement');
        else if (frame.cmd !== undefined) hear(frame);
        else {
          if (!commands.acknowledge(frame)) wire.strange('acknowledges nothing that was sent');
          if (frame.errcode === NOT_SUBSCRIBED) end(connectionRefused('closed', `${NOT_SUBSCRIBED} ${frame.errmsg}`));
        }
      },
      heartbeat: HEARTBEAT,
      beat: () => void commands.give(COMMANDS.ping),
      closed: gone,
    };
  }

  /** Resolves with whether WeCom has shown it. */
  async function answer(
    commands: Commands,
    { reqId, chat }: { readonly reqId: string; readonly chat: string },
    payload: Payload,
  ): Promise<boolean> {
    if ('stream' in payload && streams.isFinishedWith(payload.stream.id, payload.stream.content)) return true;
    const waitMs = pace.take(chat);
    if (waitMs > 0) {
      log.warn({ waitMs }, 'an answer waits: its chat has had as many messages as WeCom allows');
      return false;
    }
    if (!('stream' in payload)) {
      const command = 'text' in payload ? COMMANDS.greet : COMMANDS.update;
      return isTaken(await commands.give(command, payload, reqId));
    }
    const { id, finish, content } = payload.stream;
    streams.open(id, reqId);
    const result = await answerByStream(commands, reqId, payload);
    if (!finish) {
      // That it is over may be because a version which finishes it has arrived unheard.
      if (result.kind === 'response' && result.errcode !== STREAM_OVER && isFinal(result)) streams.forget(id);
      return isTaken(result);
    }
    return streams.finishedBy(result, id, content) || isTaken(result);
  }

  function answerByStream(commands: Commands, reqId: string, payload: StreamPayload): Promise<CommandResult> {
    if (payload.template_card === undefined) return commands.give(COMMANDS.answer, payload, reqId);
    return answerWithCard(commands, reqId, payload);
  }

  async function answerWithCard(commands: Commands, reqId: string, payload: StreamPayload): Promise<CommandResult> {
    const { stream, template_card } = payload;
    if (takesCardWithStream) {
      const result = await commands.give(COMMANDS.answer, payload, reqId);
      const isOfForm = result.kind === 'response' && FORM_ERRORS.has(ERRORS[result.errcode]?.means);
      if (result.kind === 'silence' || result.errcode === 0 || !isOfForm) return result;
      log.warn({ errcode: result.errcode, errmsg: result.errmsg }, 'a text with a card was refused: both go apart');
    }
    // The text asks as well, so it goes first and says whether the person was told.
    const told = await commands.give(COMMANDS.answer, { msgtype: 'stream', stream }, reqId);
    if (told.kind === 'response' && told.errcode === 0) {
      void commands.give(COMMANDS.answer, { msgtype: 'template_card', template_card }, reqId).then((shown) => {
        // The card was not what WeCom refused.
        if (shown.kind === 'response' && shown.errcode === 0) takesCardWithStream = false;
      });
    }
    return told;
  }

  function isTaken(result: CommandResult): boolean {
    if (result.kind === 'silence') {
      log.warn({ cause: result.cause }, 'it is not known whether an answer was shown');
      return false;
    }
    const { errcode, errmsg } = result;
    if (errcode !== 0) log.warn({ errcode, errmsg, remedy: ERRORS[errcode]?.remedy }, 'an answer was refused by WeCom');
    return errcode === 0;
  }

  return {
    socket: {
      name: AI_BOT_CONNECTION,
      deadlineMs: DEADLINE_MS,
      confirms: true,
      redelivers: false,
      lease: `${AI_BOT_CONNECTION} ${botId}`,
      locate: async () => ({ kind: 'at', url }),
      changed(reason) {
        lastChange = reason;
      },
      speak,
    },
    isOpen: () => current !== null,
    isRuledOut: () => current === null && (lastChange === 'kicked' || lastChange === 'refused'),
    async give(command, body, reqId) {
      if (current === null) return { kind: 'silence', left: false, cause: 'not connected' };
      return current.give(command, body, reqId);
    },
    streams,
    pace,
  };
}

/** What an error says of the form of an answer, and not of the moment or the person: another form may be taken. */
const FORM_ERRORS: ReadonlySet<string | undefined> = new Set(['content', undefined]);

function refusalOf({ errcode, errmsg }: { readonly errcode: number; readonly errmsg: string }): Refusal {
  const { means, remedy = null } = ERRORS[errcode] ?? {};
  const pause = means === undefined ? undefined : PAUSES_MS[means];
  const when = pause === undefined ? {} : { notBeforeMs: pause };
  return connectionRefused(reasonOf(means, 'refused'), `${errcode} ${errmsg}`, { remedy, ...when });
}
