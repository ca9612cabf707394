import { z } from 'zod';
import { hostOf, refusalOf } from '../../hosts.ts';

/** Not used in the last minute: it might expire on the way. */
const MARGIN_MS = 60_000;

/** How a message says where its reply goes. */
export const ReturnAddress = z.object({
  /** Null where the message brought none, or where there is no message. */
  sessionWebhook: z.string().nullable(),
  /** Milliseconds since 1970. */
  expiresAt: z.number().nullable(),
  staffId: z.string().nullable(),
  group: z.boolean(),
  // Those that were put on record by earlier versions lack the others.
  /** The group. */
  conversation: z.string().nullable().default(null),
  /** The robot that was written to. */
  robotCode: z.string().nullable().default(null),
});

export type ReturnAddress = z.infer<typeof ReturnAddress>;

/** `elsewhere`: on a host that may not be posted to. */
export type WebhookState = 'usable' | 'elsewhere' | 'expired';

/**
 * Whether a message's `sessionWebhook`, which stands in an unsigned body, may and can be posted to. `hosts`: the only ones
 * that may be. `now` in milliseconds since 1970.
 */
export function judgeWebhook(
  sessionWebhook: string,
  expiresAt: number | null,
  hosts: readonly string[],
  now: number,
): WebhookState {
  if (refusalOf(sessionWebhook, hosts) !== null) return 'elsewhere';
  return expiresAt !== null && now > expiresAt - MARGIN_MS ? 'expired' : 'usable';
}

/** For the log: which host was refused, and what to do. */
export function refusedHost(url: string): { readonly host: string; readonly remedy: string } {
  return { host: hostOf(url), remedy: 'add the host to DINGTALK_WEBHOOK_HOSTS if it is yours' };
}
