import type { LateResult, MessageKey } from '../redemption/message.ts';

/** How a bot reaches a person when no carrier is open any more. */
export interface LateWay {
  /** How long to wait for a better way (the platform's own polls) before this one is used, in milliseconds. */
  waitMs(returnAddress: unknown): number;
  /**
   * Sends `text` once to where `returnAddress` says; `attempt` counts from 1. Never rejects: an answer that did not
   * come is a result too.
   */
  send(returnAddress: unknown, text: string, attempt: number): Promise<LateResult>;
}

/** How the bot that received a message reaches its person late; undefined where it cannot. */
export type LateWayOf = (received: Pick<MessageKey, 'channel' | 'account'>) => LateWay | undefined;
