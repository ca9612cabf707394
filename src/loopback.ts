import { isIPv4 } from 'node:net';

/** Whether a host name or address (an IPv6 one with or without brackets) can only be this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/u, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}
