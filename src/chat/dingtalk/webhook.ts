const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

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
