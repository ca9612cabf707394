import type { NewMessage } from '../redemption/message.ts';
import type { Shown } from '../redemption/shown.ts';

/** A person's message as a bot has read it, the same shape for every platform. */
export interface ChatMessage extends NewMessage, Shown {
  /** When the platform signed this delivery, in milliseconds since 1970. */
  readonly signedAt: number;
  /** When it was typed, as far as the platform says so, in milliseconds since 1970. */
  readonly typedAt: number | null;
}

/** What an authentic callback or frame turned out to be. `As` is how the platform takes a reply to it. */
export type Incoming<As = unknown> =
  | { readonly kind: 'message'; readonly message: ChatMessage; readonly reply: ReplyForm<As> }
  /** Needs one fixed sentence as its reply. */
  | {
      readonly kind: 'sentence';
      readonly sentence: 'greeting' | 'text-only' | 'quota';
      readonly channel: string;
      readonly account: string;
      readonly reply: ReplyForm<As>;
      /** Set where it is to be said only once, by one of all instances: the id that it is known by, and the person. */
      readonly once?: Pick<ChatMessage, 'messageId' | 'user' | 'returnAddress'>;
    }
  /** The platform asks how the answer to an earlier message is getting on. */
  | {
      readonly kind: 'poll';
      readonly channel: string;
      readonly account: string;
      readonly messageId: string;
      readonly reply: ReplyForm<As>;
    }
  /** Authentic, but needs no reply; `why` is for the log. */
  | { readonly kind: 'ignored'; readonly why: string };

/** How something that came in can be answered. Data: what it means is known to the bot that renders the reply. */
export interface ReplyForm<As = unknown> {
  /** Read only by the bot. */
  readonly as: As;
  /** About how many bytes of text a reply takes; 0 where nothing but the reply itself belongs. */
  readonly room: number;
  /** Where a reply is told by the late way at once; null where its carrier is all that it needs. */
  readonly direct: DirectAddress | null;
}

export interface DirectAddress {
  /** Only the late way reads it. */
  readonly returnAddress: unknown;
  /** True where the carrier shows the reply as well. Otherwise it only confirms that the message is stored. */
  readonly besides: boolean;
  /**
   * With `besides`: only a reply that the platform did not take from the carrier, and that is on no record. Where a platform
   * does not deliver its message again, nothing else would tell it.
   */
  readonly onlyLost?: boolean;
}

/** A question that can be answered by a tap, where the platform has buttons. */
export interface QuestionCard {
  /** Letters, digits and `-`; names the question. */
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  /** A tap is the same as typing what the button says. */
  readonly buttons: readonly { readonly label: string; readonly says: string }[];
}

/** What a person is to be told at once. */
export interface Reply {
  /** The whole of it: the bot cuts it to the platform's limit, at a line. */
  readonly text: string;
  /** The one question in it, which is to have buttons where the platform has some; the text asks it as well. */
  readonly question: QuestionCard | null;
  /** Whether it tells of a redemption, and not only of what was wrong with the message. */
  readonly redeemed: boolean;
  /** Whether it is on record: then it is told late where this carrier does not tell it. */
  readonly onRecord: boolean;
  /** Whether earlier replies are in it, which are reserved for a minute: then it is not tried for long. Absent: none are. */
  readonly withEarlier?: boolean;
}

/** Resolves when a carrier can carry nothing any more: the platform's time is up, or its other end is gone. */
export type Over = Promise<'too-late' | 'gone'>;

/**
 * What takes the reply to one message, event or poll to the platform; made by a transport. It is given one thing:
 * `final`, `waiting` or `nothing`.
 */
export interface Carrier {
  /** About how many bytes of text a reply may have; 0 where nothing but the reply itself belongs. */
  readonly room: number;
  readonly over: Over;
  /**
   * True where the platform is to hear at once, by `nothing`, that the message is stored. What `final` tells afterwards goes
   * a way of its own, which no `over` ends.
   */
  readonly acknowledges: boolean;
  /**
   * True where `final` resolves with what the platform says, so that a person who was told needs not be told again when the
   * message is delivered again.
   */
  readonly confirms: boolean;
  /**
   * Tells the person without an answer to the platform, which may then deliver the message again; resolves with whether they
   * were told. Null where what is told is the answer.
   */
  readonly aside: ((reply: Reply) => Promise<boolean>) | null;
  /** Resolves with whether the reply was handed over whole. Rejects where it cannot be rendered. */
  final(reply: Reply): Promise<boolean>;
  /** Gives "still working" in the form that the platform shows. Where it shows none this is `nothing`, and returns false. */
  waiting(text: string): boolean;
  /** Ends it without a word. Does nothing where it was given something before. */
  nothing(): void;
}

/** It is not known whether a message is stored, so it stays without an answer: the platform may deliver it again. */
export class NotAccepted extends Error {
  override readonly name = 'NotAccepted';
}

/** What a bot shows, in the platform's own terms. */
export interface Render<As = unknown, Payload = unknown> {
  /** The whole reply. */
  final(as: As, reply: Reply): Payload;
  /** "Still working"; null where the platform shows no such thing. */
  waiting(as: As, text: string): Payload | null;
}

/**
 * A bot as a transport needs it. It does no I/O of its own while it reads. `Content` is what the transport has found to be
 * authentic, `Payload` what it hands over.
 */
export interface ChatBot<Content = unknown, As = unknown, Payload = unknown> {
  /** As the ledger has it, such as `wecom-app`. */
  readonly channel: string;
  /**
   * What is authentic but odd comes back as *ignored*. Rejects only where it cannot be read now, on a platform that then
   * delivers it again.
   */
  read(content: Content): Incoming<As> | Promise<Incoming<As>>;
  readonly render: Render<As, Payload>;
}
