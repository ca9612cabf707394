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
 * What forbids to post to `url`; null when it is allowed: it names no user, its host is exactly one of `hosts`
 * (`host[:port]`), and it is https, or http where that host is this machine.
 */
export function refusalOf(url: string, hosts: readonly string[]): Refusal | null {
  const parsed = URL.parse(url);
  if (parsed === null) return 'not-a-url';
  const { protocol, host, hostname, username, password } = parsed;
  if (username !== '' || password !== '') return 'user-info';
  if (!hosts.includes(host)) return 'another-host';
  const encrypted = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return encrypted ? null : 'unencrypted';
}

/**
 * What forbids to open a WebSocket at `url`; null when it is allowed: its host is below one of `domains` or exactly one of
 * `hosts`, and it is wss, or ws where that host is this machine.
 */
export function refusalOfSocket(url: string, hosts: readonly string[], domains: readonly string[]): Refusal | null {
  const parsed = URL.parse(url);
  if (parsed === null || !/^wss?:$/u.test(parsed.protocol)) return 'not-a-url';
  const isBelow = domains.some((domain) => parsed.hostname.endsWith(`.${domain}`));
  return refusalOf(parsed.href.replace(/^ws/u, 'http'), isBelow ? [parsed.host] : hosts);
}

/** The only part of a URL that may be logged: the rest of it is as good as a key. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'not a URL';
}

/** Where the address that a message brings for its reply may be: on a listed host, or on that of the server API. */
export function replyHosts(listed: readonly string[], apiUrl: string): readonly string[] {
  return [...new Set([...listed, new URL(apiUrl).host])];
}
