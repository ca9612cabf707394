import { z } from 'zod';
import type { Config } from '../../config.ts';
import { isLoopback } from '../../loopback.ts';
import type { PlatformHttp } from '../../platforms/http.ts';
import type { ServiceSeen } from './check.ts';

/** A service on this machine answers at once, unless its storage is away. */
const WITHIN_MS = 3_000;

const Answer = z.looseObject({
  ready: z.boolean(),
  problems: z.array(z.looseObject({ what: z.string(), since: z.string(), detail: z.string() })).default([]),
  bots: z
    .array(
      z.looseObject({
        channel: z.string(),
        name: z.string(),
        by: z.enum(['connection', 'callbacks']),
        up: z.boolean().nullable(),
        lastMessageAt: z.number().nullable(),
      }),
    )
    .default([]),
});

/** Asks what listens at the address of these settings how it is; null: nothing does, or it is not this service. */
export async function seeService(
  { host, port, metricsToken }: Pick<Config, 'host' | 'port' | 'metricsToken'>,
  http: PlatformHttp,
): Promise<ServiceSeen | null> {
  const url = localUrl(host, port);
  if (url === null) return null;
  const mayShow = metricsToken !== null && isLoopback(new URL(url).hostname);
  const heard = await http.exchange(`${url}/readyz`, undefined, {
    ...(mayShow && { headers: { authorization: `Bearer ${metricsToken}` } }),
    signal: AbortSignal.timeout(WITHIN_MS),
  });
  const answer = heard.kind === 'heard' ? Answer.safeParse(heard.json) : null;
  return answer?.success === true ? { url, ...answer.data } : null;
}

/** Where this machine reaches what listens there; null where the port is picked at the start. */
export function localUrl(host: string, port: number): string | null {
  if (port === 0) return null;
  // What listens on all addresses listens on these too.
  const address = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
