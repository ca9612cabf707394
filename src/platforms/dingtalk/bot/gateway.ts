import { z } from 'zod';
import type { Place, Refusal } from '../../../transports/socket/socket.ts';
import { connectionRefused, reasonOf } from '../../connection-refused.ts';
import { connectionRefusalOf, hostOf } from '../../hosts.ts';
import type { PlatformHttp } from '../../http.ts';
import { callDingtalk } from '../api.ts';
import { ERRORS } from '../errors.ts';
import { STREAM_HOSTS } from '../hosts.ts';
import { TOPICS } from './frames.ts';

/** What an operator has to mend is not tried more often. */
const REFUSED_PAUSE_MS = 60_000;

/** Every push counts towards a quota, so only for what is handled. */
const subscriptions = Object.values(TOPICS).map((topic) => ({ type: 'CALLBACK', topic }));

const Opened = z.object({ endpoint: z.string(), ticket: z.string().min(1) });

export interface GatewayOptions {
  readonly clientId: string;
  readonly appSecret: string;
  /** Such as `https://api.dingtalk.com`, without a slash at the end. */
  readonly apiUrl: string;
  readonly http: Pick<PlatformHttp, 'exchange'>;
}

/** Has the gateway say where to connect. The address holds a ticket, which lasts for 90 seconds and one connection. Never rejects. */
export async function openGateway(options: GatewayOptions, signal: AbortSignal): Promise<Place | Refusal> {
  const { clientId, appSecret, apiUrl, http } = options;
  const body = { clientId, clientSecret: appSecret, ua: 'redemption-bot', subscriptions };
  const result = await callDingtalk(http, `${apiUrl}/v1.0/gateway/connections/open`, body, { signal });
  if (result.kind === 'silence') return connectionRefused('unreachable', `gateway: ${result.cause}`);
  if (result.kind === 'refused') {
    const { code, message } = result;
    const { means, remedy = null } = ERRORS[code] ?? {};
    const detail = `gateway: ${code} ${message}`;
    return connectionRefused(reasonOf(means, 'refused'), detail, { remedy, notBeforeMs: REFUSED_PAUSE_MS });
  }
  const { data: opened } = Opened.safeParse(result.body);
  if (opened === undefined) return connectionRefused('unreachable', 'gateway: an answer without endpoint and ticket');
  return placeAt(opened, apiUrl);
}

function placeAt({ endpoint, ticket }: z.infer<typeof Opened>, apiUrl: string): Place | Refusal {
  const why = connectionRefusalOf(endpoint, STREAM_HOSTS, apiUrl);
  if (why !== null)
    return connectionRefused('refused', `gateway: the connection would be on ${hostOf(endpoint)} (${why})`, {
      remedy: 'in a private deployment, set DINGTALK_API_URL to its address; otherwise see who answers in its place',
      notBeforeMs: REFUSED_PAUSE_MS,
    });
  const url = new URL(endpoint);
  url.searchParams.set('ticket', ticket);
  return { kind: 'at', url: url.href };
}
