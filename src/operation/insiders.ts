import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { isHandedOn } from '../handed-on.ts';

/**
 * This machine, and what is never routed on the internet (RFC 1918, 3927, 4193, 4291). Not 100.64.0.0/10: providers' load
 * balancers have their addresses there, and hand on what the world sends.
 */
const INSIDE = new BlockList();
for (const [address, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  INSIDE.addSubnet(address, bits, 'ipv4');
}
for (const [address, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  INSIDE.addSubnet(address, bits, 'ipv6');
}

export type MayLookInside = (request: IncomingMessage) => boolean;

/**
 * Decides who may see what is meant for operators: clients that connect from this machine or a private network, not
 * through a proxy, and clients that show the `token`. No header but the token's gives a right, and none that comes from
 * a proxy is believed.
 */
export function createMayLookInside(token: string | null): MayLookInside {
  const expected = token === null ? null : digest(token);
  const showsToken = (authorization: string | undefined): boolean => {
    const [, shown] = /^bearer +([\x21-\x7e]+)$/iu.exec(authorization ?? '') ?? [];
    // Of the same length for every input.
    return expected !== null && shown !== undefined && timingSafeEqual(digest(shown), expected);
  };
  return (request) =>
    showsToken(request.headers.authorization) || (isInside(request.socket.remoteAddress) && !isHandedOn(request));
}

/** By the socket's own address; an IPv4 address may be written as IPv6, and one of a link with the name of that link. */
export function isInside(address: string | undefined): boolean {
  const [bare = ''] = (address ?? '').split('%');
  const family = isIP(bare);
  return family !== 0 && INSIDE.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
