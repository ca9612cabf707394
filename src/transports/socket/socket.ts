import type { IncomingHttpHeaders } from 'node:http';
import type { ChatBot } from '../../chat/channel.ts';

/** Why a connection came up or went down; the label of its metric. */
export type ChangeReason =
  /** It is up: the platform has taken it. */
  | 'connected'
  /** The platform said that it would end it, and another one is opened before. */
  | 'announced'
  /** It was closed without a word. */
  | 'closed'
  /** Nothing was heard of the other end for too long. */
  | 'silent'
  /** The platform, or its gateway, could not be reached. */
  | 'unreachable'
  /** The platform refuses what the bot says it is: a wrong id or secret, or a right that it lacks. */
  | 'refused'
  /** The platform wants fewer attempts. */
  | 'rate-limited'
  /** Another client has taken over the bot's only connection. */
  | 'kicked'
  /** Another instance of this service has the bot's only connection. */
  | 'standby'
  /** This service ends. */
  | 'stopped';

/** How a connection, or an attempt at one, ended. */
export interface Ending {
  readonly reason: ChangeReason;
  /** What happened, for the log: no secret, no address with a ticket in it. */
  readonly detail: string;
  /** What an operator does about it; null where time mends it. */
  readonly remedy: string | null;
  /** Not tried again before so many milliseconds have passed; absent: the usual pauses; null: not before the next start. */
  readonly notBeforeMs?: number | null;
}

/** Why the platform does not take a connection, or ends it. */
export interface Refusal extends Ending {
  readonly kind: 'refused';
}

/** Where a connection is opened. The address may be a credential: only its host may be logged. */
export interface Place {
  readonly kind: 'at';
  readonly url: string;
}

/**
 * How a bot is reached by a connection that it opens itself. Data and a protocol: the machinery opens, watches and closes
 * connections. `Content` is what a frame says, `Payload` what answers it.
 */
export interface Socket<Content = unknown, Payload = unknown> {
  /** What operators call it, such as `WeCom AI bot`. */
  readonly name: string;
  /** Milliseconds after a delivery until its answer is too late. */
  readonly deadlineMs: number;
  /** Whether the platform says which answers it took. */
  readonly confirms: boolean;
  /** Whether the platform delivers again what stays without an answer. */
  readonly redelivers: boolean;
  /** Names the lease under which one instance has the bot's only connection; null where the platform allows several. */
  readonly lease: string | null;
  /** Asks the platform where to connect, where it has to be asked. Never rejects. */
  locate(signal: AbortSignal): Promise<Place | Refusal>;
  /**
   * What it means that the other end answered the opening of a connection with an HTTP status; null where it says nothing
   * of its own. Absent: it never does.
   */
  readonly refusedHandshake?: (status: number, headers: IncomingHttpHeaders) => Refusal | null;
  /** Told of each change of its state, as operators see it. Absent: the bot need not know. */
  readonly changed?: (reason: ChangeReason) => void;
  /** Begins to speak on a connection that has just been opened. */
  speak(wire: Wire<Content, Payload>): Dialogue;
}

/** One open connection, as the bot's protocol sees it. After `end` or its close, calls do nothing. */
export interface Wire<Content = unknown, Payload = unknown> {
  /** Sends one frame: a text as a text frame, bytes as a binary one. Resolves with whether it went to the network whole. */
  send(data: string | Uint8Array): Promise<boolean>;
  /** Sends a ping of the WebSocket protocol; its pong counts as something heard. */
  ping(): void;
  /** The platform has taken the connection. */
  ready(): void;
  /** Something authentic came in. `respond` may be called once. */
  deliver(content: Content, respond: Respond<Payload>): void;
  /** The platform ends this connection soon: another one is to be opened before. */
  announce(detail: string): void;
  /** The platform does not want this connection any more. */
  end(refusal: Refusal): void;
  /** A frame that is not understood was dropped; it is counted, and logged once a minute. `why` quotes nothing of it. */
  strange(why: string): void;
}

/** What a bot's protocol does on one connection. Nothing of it throws. */
export interface Dialogue {
  /** One frame, in the order in which they came. */
  heard(data: Buffer, isBinary: boolean): void;
  /**
   * `beat` is called every `everyMs`; a connection on which nothing at all was heard for `silentMs` is given up. Read again
   * after each beat.
   */
  readonly heartbeat: { readonly everyMs: number; readonly silentMs: number };
  beat(): void;
  /** The connection is gone: what waits for an acknowledgement will not get one. */
  closed(): void;
}

/**
 * Answers one delivery; null only confirms that it was stored. Resolves with whether it was handed over: where the
 * platform confirms answers, whether it did.
 */
export type Respond<Payload = unknown> = (payload: Payload | null) => Promise<boolean>;

/** A bot that is reached by a connection of its own. */
export interface SocketBot<Content = unknown, As = unknown, Payload = unknown> extends ChatBot<Content, As, Payload> {
  readonly socket: Socket<Content, Payload>;
}
