import type { IncomingHttpHeaders } from 'node:http';
import type { ChatBot } from '../../chat/channel.ts';

/** One callback as it came in, before anything in it is believed. */
export interface CallbackRequest {
  /** Decoded once; a repeated parameter is still there twice. */
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What goes into a response, whose status is 200. */
export interface ResponseBody {
  /** Content type. */
  readonly type: string;
  readonly body: string;
}

/** How a bot is reached by callbacks over HTTP. `Content` is what one of them says. */
export interface Webhook<Content = unknown, Payload = unknown> {
  /** Route, such as `/wecom/app`. */
  readonly path: string;
  /** Milliseconds until a response is too late; null where it pays to wait until the platform hangs up. */
  readonly deadlineMs: number | null;
  /** Answers the console's check of the address (GET) with a text. Absent where the platform has none. Throws NotAuthentic. */
  readonly checkUrl?: (request: CallbackRequest) => string;
  /**
   * What an authentic callback says; null for a check of the address, which is answered with nothing. Throws NotAuthentic.
   */
  verify(request: CallbackRequest): Content | null;
  /** Whether this is the console's check of the address, where that is a callback as well. Absent: it never is. */
  isCheck?(content: Content): boolean;
  /** Makes a payload the response to the callback that said `content`. */
  wrap(payload: Payload, content: Content): ResponseBody;
  /** The response to it where there is nothing to say. Absent: an empty one. */
  confirm?(content: Content): ResponseBody;
}

/** A bot that callbacks come in for. */
export interface WebhookBot<Content = unknown, As = unknown, Payload = unknown> extends ChatBot<Content, As, Payload> {
  readonly webhook: Webhook<Content, Payload>;
}

/** The callback does not prove that it comes from the platform. `message` is for the log, never for the sender. */
export class NotAuthentic extends Error {
  override readonly name = 'NotAuthentic';
}
