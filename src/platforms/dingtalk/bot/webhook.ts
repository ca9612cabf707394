import { z } from 'zod';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
/** Not used in the last minute: it might expire on the way. */
const MARGIN_MS = 60_000;

/** How a message says where its reply goes. */
export const ReturnAddress = z.object({
  sessionWebhook: z.string(),
  /** Milliseconds since 1970. */
  expiresAt: z.number().nullable(),
  staffId: z.string().nullable(),
  group: z.boolean(),
});

/** `elsewhere`: on a host that may not be posted to. */
export type WebhookState = 'usable' | 'elsewhere' | 'expired';

/** Whether a message's `sessionWebhook` may and can be posted to. `now` in milliseconds since 1970. */
export function judgeWebhook(
  { sessionWebhook, expiresAt }: Pick<z.infer<typeof ReturnAddress>, 'sessionWebhook' | 'expiresAt'>,
  hosts: readonly string[],
  now: number,
): WebhookState {
  if (!isAllowedWebhook(sessionWebhook, hosts)) return 'elsewhere';
  return expiresAt !== null && now > expiresAt - MARGIN_MS ? 'expired' : 'usable';
}

/**
 * Whether a webhook from an unsigned body may be posted to: exactly one of `hosts` (`host[:port]`), https, or http where
 * the listed host is this machine.
 */
export function isAllowedWebhook(url: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '' || !hosts.includes(host)) return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

/** For the log: which host was refused, and what to do. */
export function refusedHost(url: string): { readonly host: string; readonly remedy: string } {
  const host = URL.canParse(url) ? new URL(url).host : 'not a URL';
  return { host, remedy: 'add the host to DINGTALK_WEBHOOK_HOSTS if it is yours' };
}
