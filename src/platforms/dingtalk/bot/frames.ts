import { z } from 'zod';
import { parseJson } from '../../json.ts';

/** Messages of people to the robot, and taps on cards that call back. */
export const TOPICS = { message: '/v1.0/im/bot/messages/get', card: '/v1.0/card/instances/callback' } as const;

/** What comes from DingTalk. `data` is JSON in a text. */
const Frame = z.object({
  type: z.enum(['SYSTEM', 'CALLBACK', 'EVENT']),
  headers: z.object({
    topic: z.string(),
    messageId: z.string().min(1),
    /** Milliseconds since 1970. */
    time: z
      .union([
        z.number(),
        z
          .string()
          .regex(/^\d{13}$/)
          .transform(Number),
      ])
      .optional()
      .catch(undefined),
  }),
  data: z.string().catch(''),
});

export type Frame = z.infer<typeof Frame>;

/** Null where it is none. */
export function readFrame(data: Buffer, isBinary: boolean): Frame | null {
  return isBinary ? null : (Frame.safeParse(parseJson(data.toString())).data ?? null);
}

/** What is said about a message is not looked at: replies go other ways. */
const NO_RESPONSE = JSON.stringify({ response: null });

/** What confirms a frame. */
export function ackOf({ headers: { messageId } }: Frame, data: string = NO_RESPONSE): string {
  return JSON.stringify({
    code: 200,
    headers: { messageId, contentType: 'application/json' },
    message: 'OK',
    data,
  });
}
