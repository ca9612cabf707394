import type { IncomingMessage } from 'node:http';
import { isHandedOn, isLoopbackPeer } from '../handed-on.ts';
import { isLoopback } from '../loopback.ts';

/** A name or an address, and perhaps a port; nothing that one reader takes for one host and another for another. */
const HOST = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/iu;

/**
 * Whether a request is one of a browser on this very machine for this very page. A foreign host name that resolves to
 * this machine (DNS rebinding) is refused, and so is another page's request, no matter which host it names and how.
 */
export function isFromThisMachine({ url = '', rawHeaders }: Pick<IncomingMessage, 'url' | 'rawHeaders'>): boolean {
  // Node hands on the first of several and drops the others.
  const hosts = valuesOf(rawHeaders, 'host');
  const origins = valuesOf(rawHeaders, 'origin');
  const [host = ''] = hosts;
  const [origin = `http://${host}`] = origins;
  const [, name = ''] = HOST.exec(host) ?? [];
  return (
    // A target in absolute form names a host of its own (RFC 9112, 3.2.2); only proxies are asked so.
    url.startsWith('/') &&
    hosts.length === 1 &&
    isLoopback(name) &&
    origins.length <= 1 &&
    // With https where a proxy in front does TLS.
    [`http://${host}`, `https://${host}`].includes(origin)
  );
}

/** What a header says, as often as it was sent: Node hands on the first of several and drops the others. */
export function valuesOf(rawHeaders: readonly string[], wanted: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === wanted);
}

/**
 * The same, and nothing in between: the socket's other end is on this machine, and no proxy has handed the request on. For
 * pages with secrets, of a service that may be listening on more than this machine.
 */
export function isAtThisMachine(request: IncomingMessage): boolean {
  return isLoopbackPeer(request.socket.remoteAddress) && isFromThisMachine(request) && !isHandedOn(request);
}

/** Whether it says that it comes from a page of its own origin, as browsers do of every POST. To be asked of what is at this machine. */
export function isFromOwnPage({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const { origin, 'sec-fetch-site': site = 'same-origin' } = headers;
  return origin !== undefined && site === 'same-origin';
}
