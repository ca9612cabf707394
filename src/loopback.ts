import { isIPv4 } from 'node:net';

/** Whether a host name or address (an IPv6 one with or without brackets) can only be this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return ['localhost', '::1', '[::1]'].includes(name) || (name.startsWith('127.') && isIPv4(name));
}
