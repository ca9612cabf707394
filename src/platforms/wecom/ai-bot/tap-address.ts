import { z } from 'zod';
import { tellsOutcome } from '../../../command/sentences.ts';

/** A tap on a card is answered by no stream, so WeCom never polls for it. */
const OfTap = z.object({ polled: z.literal(false), chatId: z.string().nullable().catch(null) });

/** Whether a return address is that of a tap on a card. */
export function isOfTap(returnAddress: unknown): boolean {
  return OfTap.safeParse(returnAddress).success;
}

/**
 * Whether what a tap came to is no matter of the others in its group. Anyone there can tap a card: what they may not do is told
 * to them alone.
 */
export function isOnlyForPerson(returnAddress: unknown, text: string): boolean {
  const ofTap = OfTap.safeParse(returnAddress).data;
  return ofTap !== undefined && ofTap.chatId !== null && !tellsOutcome(text);
}
