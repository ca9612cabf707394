import type { IncomingHttpHeaders } from 'node:http';

export type ChannelName = 'wecom-app' | 'wecom-bot' | 'dingtalk';

/** One callback as it came in, before anything in it is believed. */
export interface CallbackRequest {
  /** Decoded once; a repeated parameter is still there twice. */
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface CallbackResponse {
  readonly status: number;
  /** Content type; ignored when the body is empty. */
  readonly type: string;
  readonly body: string;
  /** The same text for the late way, where that is the better one: the platform may not show what the body says. */
  readonly late?: LateText;
}

/** What a person is to be told by a channel's late way; `returnAddress` is read only by the channel. */
export interface LateText {
  readonly channel: ChannelName;
  readonly returnAddress: unknown;
  readonly text: string;
  /** True where the response is shown as well; it is told only when the late way has told it. */
  readonly besides?: boolean;
}

/** A person's message, the same shape for every platform. */
export interface ChatMessage {
  readonly channel: ChannelName;
  /** The bot or corp that received it: part of what makes the message id unique. */
  readonly account: string;
  readonly messageId: string;
  /** Platform and id exactly as received, such as `wecom:zhangsan`; null when the platform gave no usable one. */
  readonly user: string | null;
  /** Platform and id of the group, such as `wecom:wrXXXX`; null in a one-to-one chat. */
  readonly conversation: string | null;
  readonly text: string;
  /** When the platform signed this delivery, in milliseconds since 1970. */
  readonly signedAt: number;
  /** When it was typed, as far as the platform says so, in milliseconds since 1970. */
  readonly typedAt: number | null;
  /** JSON: how the channel reaches the person once the callback is over. Only the channel reads it. */
  readonly returnAddress: unknown;
}

/** What an authentic callback turned out to be. */
export type Incoming =
  | { readonly kind: 'message'; readonly message: ChatMessage; readonly reply: ReplyForm }
  /** Answered with a fixed sentence. */
  | {
      readonly kind: 'notice';
      readonly notice: 'greeting' | 'text-only' | 'quota';
      readonly reply: ReplyForm;
      /** Set where it is to be said only once, on whichever instance: what it is known by, and to whom. */
      readonly once?: Pick<ChatMessage, 'channel' | 'account' | 'messageId' | 'user' | 'returnAddress'>;
    }
  /** The platform asks how the answer to an earlier message is getting on. */
  | {
      readonly kind: 'poll';
      readonly channel: ChannelName;
      readonly account: string;
      readonly messageId: string;
      readonly reply: ReplyForm;
    }
  /** Understood enough to know that nothing is to be said; `why` is for the log. */
  | { readonly kind: 'ignored'; readonly why: string };

/** A question that can be answered by a tap, where the platform has buttons. */
export interface QuestionCard {
  /** Letters, digits and `-`; names the question. */
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  /** A tap is the same as typing what the button says. */
  readonly buttons: readonly { readonly label: string; readonly says: string }[];
}

/** What a platform may make of a reply besides its text. */
export interface ReplyExtras {
  /** The one question in it, which is to have buttons; the text asks it as well. */
  readonly question: QuestionCard | null;
  /** Whether it tells of a redemption, and not only of what was wrong with the message. */
  readonly redeemed: boolean;
}

/** How text travels in the HTTP response to this very callback. */
export interface ReplyForm {
  /** About how many bytes of text it takes; 0 where nothing but the reply itself belongs. */
  readonly room: number;
  /**
   * True where the response only confirms that the message was stored: it is empty and goes out at once, and what `final`
   * makes is told by the late way, once.
   */
  readonly confirmsOnly?: boolean;
  /** The whole answer, cut to the platform's limit at a line. */
  final(text: string, extras?: ReplyExtras): CallbackResponse;
  /** "Still working", in whatever form the platform shows; `text` is ignored where it shows none. */
  waiting(text: string): CallbackResponse;
}

/** A chat platform. Everything it needs is given when it is made; it does no I/O of its own while reading. */
export interface Channel {
  readonly name: ChannelName;
  /** Route, such as `/wecom/app`. */
  readonly path: string;
  /** Answers the console's URL check (GET). Absent where the platform has none. Throws NotAuthentic. */
  checkUrl?(request: CallbackRequest): CallbackResponse;
  /** Verifies the bytes, then reads them. Throws NotAuthentic; whatever is authentic but odd comes back as *ignored*. */
  receive(request: CallbackRequest): Promise<Incoming>;
}

/** The callback does not prove that it comes from the platform. `message` is for the log, never for the sender. */
export class NotAuthentic extends Error {
  override readonly name = 'NotAuthentic';
}

export const EMPTY_RESPONSE: CallbackResponse = { status: 200, type: 'text/plain', body: '' };
