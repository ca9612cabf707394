import { isLoopback } from '../loopback.ts';
import * as dingtalk from './dingtalk/hosts.ts';
import * as feishu from './feishu/hosts.ts';
import * as wecom from './wecom/hosts.ts';

/** Platforms that have group robots. */
export const ROBOT_PLATFORMS = ['wecom', 'dingtalk', 'feishu'] as const;
export type RobotPlatform = (typeof ROBOT_PLATFORMS)[number];

/** Where a platform's group robots are, and the parameter that holds a robot's key; null where the path holds it. */
export interface RobotPlace {
  readonly hosts: readonly string[];
  readonly key: string | null;
}

export const ROBOT_PLACES: Readonly<Record<RobotPlatform, RobotPlace>> = {
  wecom: wecom.ROBOTS,
  dingtalk: dingtalk.ROBOTS,
  feishu: feishu.ROBOTS,
};

/** Why a URL may not be posted to. */
export type Refusal = 'not-a-url' | 'user-info' | 'another-host' | 'unencrypted';

/**
 * What forbids to use `url`; null when it is allowed: it names no user, its host is exactly one of `hosts`
 * (`host[:port]`), and it is encrypted (https, wss), or its host is this machine. `scheme`: `http` to post to it, `ws` to
 * open a connection there.
 */
export function refusalOf(url: string, hosts: readonly string[], scheme: 'http' | 'ws' = 'http'): Refusal | null {
  const parsed = URL.parse(url);
  if (parsed === null) return 'not-a-url';
  const { protocol, host, hostname, username, password } = parsed;
  if (username !== '' || password !== '') return 'user-info';
  if (!hosts.includes(host)) return 'another-host';
  const encrypted = protocol === `${scheme}s:` || (protocol === `${scheme}:` && isLoopback(hostname));
  return encrypted ? null : 'unencrypted';
}

/**
 * What forbids to open a connection to `url`, which the server API at `apiUrl` has named; null when it is allowed: it is on
 * one of `hosts`, or where the server API is. One that is on this machine names any port of it.
 */
export function connectionRefusalOf(url: string, hosts: readonly string[], apiUrl: string): Refusal | null {
  const parsed = URL.parse(url);
  const api = new URL(apiUrl);
  const near = parsed !== null && isLoopback(parsed.hostname) && isLoopback(api.hostname);
  return refusalOf(url, near ? [parsed.host] : [...hosts, api.host], 'ws');
}

/** The same address by https where it is one of plain http, and not on this machine; anything else as it is. */
export function byHttps(url: string): string {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'http:' || isLoopback(parsed.hostname)) return url;
  parsed.protocol = 'https:';
  return parsed.href;
}

/** The only part of a URL that may be logged: the rest of it is as good as a key. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'not a URL';
}

/** Where the address that a message brings for its reply may be: on a listed host, or on that of the server API. */
export function replyHosts(listed: readonly string[], apiUrl: string): readonly string[] {
  return [...new Set([...listed, new URL(apiUrl).host])];
}
