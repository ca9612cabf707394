import { z } from 'zod';

/** How a person is reached when what came from them has been confirmed, and how one who did not write is. */
export const ReturnAddress = z.union([
  z.object({
    /** `tap`: `messageId` is the card. */
    kind: z.enum(['message', 'tap']),
    /** The same however often one thing is delivered, and of nothing else. */
    id: z.string(),
    messageId: z.string(),
    chatId: z.string().nullable(),
    openId: z.string().nullable(),
    group: z.boolean(),
    /** Of the question on the card. */
    receipt: z.string().optional(),
  }),
  z.object({ kind: z.literal('first'), id: z.string(), openId: z.string() }),
]);

export type ReturnAddress = z.infer<typeof ReturnAddress>;
