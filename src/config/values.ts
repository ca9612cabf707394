import { isIP } from 'node:net';
import { z } from 'zod';
import { isUser } from '../redemption/user-id.ts';
import { isLoopback } from '../loopback.ts';

// The kinds of value that settings have. A message says what the value must be and never repeats it: a secret that
// was pasted into the wrong line must not end up on the screen.

export function wholeNumber(min: number, max: number, example: number) {
  const error = `must be a whole number from ${min} to ${max}, such as ${example}`;
  return z
    .string()
    .regex(/^\d{1,15}$/u, error)
    .transform(Number)
    .refine((value) => value >= min && value <= max, error);
}

/** A value without blanks whose exact shape only its issuer knows. */
export function opaque(what: string) {
  return z.string().regex(/^[\x21-\x7e]+$/u, `must be ${what}: letters, digits and signs, no blanks; copy it again`);
}

export function pattern(shape: RegExp, must: string) {
  return z.string().regex(shape, { error: ({ input }) => `${must} (it has ${String(input).length} characters)` });
}

export function oneOf<const Value extends string>(values: readonly Value[]) {
  return z.enum(values, `must be one of ${values.join(', ')}`);
}

/** A name or address to listen on; brackets around an IPv6 address are taken off. */
export const host = z
  .string()
  .transform((value) => value.replace(/^\[(.*)\]$/u, '$1'))
  .refine(
    (value) => isIP(value) > 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/iu.test(value),
    'must be a host name or an IP address without a port, such as 127.0.0.1',
  );

/**
 * The base address of a service, without a slash at its end; a path prefix is kept. `http` is allowed for
 * loopback only, or anywhere.
 */
export function serviceUrl(example: string, http: 'loopback' | 'anywhere') {
  return address(example, 'http', http);
}

/** The same for connections: `wss`, or `ws` for loopback. */
export function socketUrl(example: string) {
  return address(example, 'ws', 'loopback');
}

function address(example: string, scheme: 'http' | 'ws', unencrypted: 'loopback' | 'anywhere') {
  return z.string().transform((value, context) => {
    const wrong = (message: string) => {
      context.addIssue(message);
      return z.NEVER;
    };
    if (!URL.canParse(value)) return wrong(`must be a URL, such as ${example}`);
    const url = new URL(value);
    if (url.protocol !== `${scheme}s:` && url.protocol !== `${scheme}:`)
      return wrong(`must begin with ${scheme}s://, as ${example}`);
    if (url.username !== '' || url.password !== '')
      return wrong('must not hold a user name or password: take them out');
    if (/[?#]/u.test(value)) return wrong('must not hold a "?" or "#": give the part before it');
    if (unencrypted === 'loopback' && url.protocol === `${scheme}:` && !isLoopback(url.hostname))
      return wrong(`must be ${scheme}s, so that it cannot be read on the way; ${scheme} only for this machine`);
    return url.origin + url.pathname.replace(/(?<!\/)\/+$/u, '');
  });
}

export const databaseUrl = z
  .string()
  .refine(
    (value) =>
      URL.canParse(value) && /^postgres(ql)?:$/u.test(new URL(value).protocol) && new URL(value).hostname !== '',
    'must be a PostgreSQL address, such as postgres://user:password@host:5432/name; leave it out for SQLite',
  );

/** Items between commas, also the Chinese `，`; blanks around them and empty items do not count. */
export function list<Item>(item: z.ZodType<Item, string>) {
  return z
    .string()
    .transform((value) => [
      ...new Set(
        value
          .split(/[,，]/u)
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      ),
    ])
    .pipe(z.array(item));
}

export const botName = z
  .string()
  .transform((value) => value.replace(/^[@＠]\s*/u, ''))
  .refine((value) => value !== '', 'must be a name');

export const user = z
  .string()
  .refine(isUser, 'must be one person each, such as wecom:zhangsan, dingtalk:manager01 or feishu:ou_7d8a6e6d');

/** `HH:MM`; null for `off`. */
export function timeOfDay(example: string) {
  const error = `must be a time such as ${example} or 07:30, or off`;
  return z
    .string()
    .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|off)$/iu, error)
    .transform((value) => (value.toLowerCase() === 'off' ? null : value));
}

export const timeZone = z.string().refine((value) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}, 'must be the name of a time zone, such as Asia/Shanghai');

/** `host` or `host:port`, in the form in which a URL's `host` comes out, so that the two can be compared. */
export const hostAndPort = z.string().transform((value, context) => {
  const url = /[/?#@\\\s]/u.test(value) || !URL.canParse(`https://${value}`) ? null : new URL(`https://${value}`);
  if (url !== null) return url.host;
  context.addIssue('must be a host or host:port without https://, such as oapi.dingtalk.com');
  return z.NEVER;
});
