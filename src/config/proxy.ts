import type { Proxy } from '../proxy.ts';

/**
 * The proxy that the environment names, in the way of all programs, and not as settings of this one: so what does not fit is
 * left out with a warning.
 */
export function proxyOf(set: Readonly<Record<string, string>>): {
  readonly proxy: Proxy | null;
  readonly warnings: string[];
} {
  const name = set['https_proxy'] === undefined ? 'HTTPS_PROXY' : 'https_proxy';
  const url = set[name];
  if (url === undefined) return { proxy: null, warnings: [] };
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:')
    return { proxy: null, warnings: [`${name} is not used: it must be a URL that begins with http:// or https://`] };
  return { proxy: { url, except: set['no_proxy'] ?? set['NO_PROXY'] ?? '' }, warnings: [] };
}
