import type { IncomingMessage } from 'node:http';
import { valuesOf } from '../../pages/this-machine.ts';

type Request = Pick<IncomingMessage, 'url' | 'rawHeaders'>;

/** How requests reach the console. */
export interface Way {
  /**
   * Whether a form was sent by a page of this console: it says its origin, which is the host that it asks, or the address that
   * people are given, for a proxy may have written another host. What is said twice is said by nobody.
   */
  isOwnForm(request: Request): boolean;
  /** Whether the browser speaks https, as far as can be seen. */
  isSecure(request: Request): boolean;
}

/** `publicUrl` is the address under which people reach the console, where one is set. */
export function createWay(publicUrl: string | null): Way {
  const known = publicUrl === null ? null : new URL(publicUrl);
  const isKnownHost = (host: string) => host.toLowerCase() === known?.host;

  return {
    isOwnForm({ url = '', rawHeaders }) {
      const [hosts, origins, sites] = ['host', 'origin', 'sec-fetch-site'].map((name) => valuesOf(rawHeaders, name));
      const [[host = '', ...otherHosts], [origin = '', ...otherOrigins], [site = 'same-origin', ...otherSites]] = [
        hosts ?? [],
        origins ?? [],
        sites ?? [],
      ];
      // A target in absolute form names a host of its own (RFC 9112, 3.2.2).
      if (!url.startsWith('/') || host === '' || otherHosts.length + otherOrigins.length + otherSites.length > 0)
        return false;
      if (site !== 'same-origin') return false;
      if (origin === known?.origin) return true;
      // At the address that is https, a page that came by http is somebody else's.
      const own = isKnownHost(host) && known?.protocol === 'https:' ? [] : [`http://${host}`];
      return [...own, `https://${host}`].includes(origin);
    },
    isSecure({ rawHeaders }) {
      const [origin = ''] = valuesOf(rawHeaders, 'origin');
      if (origin !== '') return origin.startsWith('https://');
      const [host = ''] = valuesOf(rawHeaders, 'host');
      if (known?.protocol === 'https:' && isKnownHost(host)) return true;
      // Said by a proxy, or by anybody: whoever says it only has the cookie of plain http left out.
      return valuesOf(rawHeaders, 'x-forwarded-proto').some((value) => /^https\b/iu.test(value));
    },
  };
}
