import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { isLoopback } from './loopback.ts';

/** What a proxy adds to a request that it forwards. The original sender may be anywhere. */
const HANDED_ON =
  /^(?:forwarded|via|cdn-loop|true-client-ip|x-(?:forwarded|real|client|original|cluster|envoy)-.*|(?:cf|fastly|fly|ali-cdn|ali)-.*ip.*)$/u;

/**
 * Whether a request came through a proxy, as far as can be seen. Some proxies add nothing. nginx speaks HTTP/1.0 then, unless
 * it is told otherwise (nginx.org, proxy_http_version), and tunnels that end on this machine leave the name in `Host` which
 * the world knows.
 */
export function isHandedOn({ headers, httpVersion, socket }: IncomingMessage): boolean {
  if (httpVersion === '1.0' || Object.keys(headers).some((name) => HANDED_ON.test(name))) return true;
  return isLoopbackPeer(socket.remoteAddress) && !isNameOfThisMachine(headers.host ?? '');
}

/** Whether the other end of a socket is on this machine. An IPv4 address may be written as IPv6. */
export function isLoopbackPeer(address: string | undefined): boolean {
  return isLoopback((address ?? '').replace(/^::ffff:/u, ''));
}

function isNameOfThisMachine(host: string): boolean {
  const name = host.replace(/:\d+$/u, '').toLowerCase();
  return name === 'localhost' || name === hostname().toLowerCase() || isIP(name.replace(/^\[(.*)\]$/u, '$1')) !== 0;
}
