import type { LateResult, MessageKey } from '../redemption/message.ts';
import type { Reply } from './channel.ts';

/** What a late way tells: the bot cuts the text to the platform's limit. The question is null where no buttons belong. */
export type LateText = Pick<Reply, 'text' | 'question'>;

/** How a bot reaches a person when no carrier is open any more. */
export interface LateWay {
  /** How long to wait for a better way (the platform's own polls) before this one is used, in milliseconds. */
  waitMs(returnAddress: unknown): number;
  /**
   * Whether this process can send at all now; absent: always. A bot with one connection for all instances can send only
   * in the one that holds it: what is due waits for that one.
   */
  readonly isOpen?: () => boolean;
  /**
   * Whether the platform takes no connection of this bot, so that no instance has one until an operator has mended that:
   * what is due does not wait, and `send` holds it. Absent: it never is so.
   */
  readonly isRuledOut?: () => boolean;
  /**
   * Changes the "still working" that a carrier has shown, where it is still there and the platform has room for that; absent: it
   * shows no changes. Not to be called once a reply may have been given.
   */
  readonly progress?: (returnAddress: unknown, text: string) => void;
  /** Names the person or the group that reads what is sent to that address; null, or absent: it is not known. */
  readonly receiverOf?: (returnAddress: unknown) => string | null;
  /**
   * Sends `reply` once to where `returnAddress` says; `attempt` counts from 1. Never rejects: an answer that did not
   * come is a result too.
   */
  send(returnAddress: unknown, reply: LateText, attempt: number): Promise<LateResult>;
}

/** Whether what is due by that way waits until it is open, here or in another instance. */
export function isAwaited(way: Pick<LateWay, 'isOpen' | 'isRuledOut'>): boolean {
  return way.isOpen?.() === false && way.isRuledOut?.() !== true;
}

/** How the bot that received a message reaches its person late; undefined where it cannot. */
export type LateWayOf = (received: Pick<MessageKey, 'channel' | 'account'>) => LateWay | undefined;
