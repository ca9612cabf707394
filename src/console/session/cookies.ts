import type { Context } from 'koa';
import { SESSION_LASTS_MS } from '../../redemption/sessions.ts';
import type { Way } from './way.ts';

/** How long a browser remembers which page was wanted, in seconds: as long as it takes to log in. */
const WANTED_S = 10 * 60;
const MAX_WANTED = 500;
const SECRET = /^[\w-]{43}$/u;
/** A path of the console; what follows is looked at besides. */
const OWN_PATH = /^\/console(?:[/?]|$)/u;

/** What the browser keeps for the console. */
export interface Cookies {
  /** The secret of its session, or null: it shows none, or more than one. */
  secret(ctx: Context): string | null;
  keepSecret(ctx: Context, secret: string): void;
  forgetSecret(ctx: Context): void;
  /** Remembers the page that was asked for, for after the login. */
  keepWanted(ctx: Context, address: string): void;
  /** The page of the console that was wanted, and forgets it; null: none. */
  takeWanted(ctx: Context): string | null;
}

export function createCookies(way: Pick<Way, 'isSecure'>): Cookies {
  /** Over https no other host can set it (RFC 6265bis, 4.1.3.2). The cookies of a plain host belong to all its ports. */
  const nameOf = (ctx: Context, name: string, isSecure: boolean) =>
    isSecure ? `__Host-${name}` : `${name}_${ctx.req.socket.localPort ?? 0}`;

  function set(ctx: Context, name: string, value: string, seconds: number): void {
    const isSecure = way.isSecure(ctx.req);
    const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
    ctx.append('Set-Cookie', `${nameOf(ctx, name, isSecure)}=${value}; ${attributes}`);
  }

  /** Where a request cannot be seen to have come over https, because a proxy says nothing of it, both are looked for. */
  function read(ctx: Context, name: string): string[] {
    const secure = valuesIn(ctx, nameOf(ctx, name, true));
    return secure.length > 0 || way.isSecure(ctx.req) ? secure : valuesIn(ctx, nameOf(ctx, name, false));
  }

  return {
    secret(ctx) {
      const [secret = '', ...others] = read(ctx, 'console');
      return others.length === 0 && SECRET.test(secret) ? secret : null;
    },
    keepSecret: (ctx, secret) => set(ctx, 'console', secret, SESSION_LASTS_MS / 1000),
    forgetSecret: (ctx) => set(ctx, 'console', '', 0),
    keepWanted(ctx, address) {
      if (ownAddress(address) !== null) set(ctx, 'console-wanted', encodeURIComponent(address), WANTED_S);
    },
    takeWanted(ctx) {
      const [wanted, ...others] = read(ctx, 'console-wanted');
      if (wanted === undefined) return null;
      set(ctx, 'console-wanted', '', 0);
      return others.length === 0 ? ownAddress(decoded(wanted)) : null;
    },
  };
}

/** The address of a page of the console as browsers read it; null: it leads somewhere else, or to a login. */
function ownAddress(address: string): string | null {
  if (address.length > MAX_WANTED || !OWN_PATH.test(address) || !URL.canParse(address, 'http://console')) return null;
  const { origin, pathname, search } = new URL(address, 'http://console');
  const isOwn = origin === 'http://console' && OWN_PATH.test(pathname) && !pathname.startsWith('/console/login');
  return isOwn ? `${pathname}${search}` : null;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}

function valuesIn(ctx: Context, name: string): string[] {
  return (ctx.req.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
