import { z } from 'zod';
import { NOTICE_KINDS, type NoticeKind } from '../redemption/notices.ts';

export const ROBOT_PLATFORMS = ['wecom', 'dingtalk', 'feishu'] as const;
export type RobotPlatform = (typeof ROBOT_PLATFORMS)[number];

const DEFAULT_KINDS: readonly NoticeKind[] = ['refused', 'unknown', 'settled', 'summary'];
const MAX_MENTIONS = 20;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Where the platforms' own robots live, and what an address needs besides. Copied from documents 91770 and the like. */
const PLACES: Record<RobotPlatform, { readonly hosts: readonly string[]; readonly key: string | null }> = {
  wecom: { hosts: ['qyapi.weixin.qq.com'], key: 'key' },
  dingtalk: { hosts: ['oapi.dingtalk.com'], key: 'access_token' },
  feishu: { hosts: ['open.feishu.cn', 'open.larksuite.com'], key: null },
};

// No message quotes what it complains about: whoever has a robot's address can write in its group.
const text = z.string({
  error: ({ input }) => (input === undefined ? 'is missing' : 'must be a text in double quotes'),
});

export const robot = z.looseObject(
  {
    robot: z.enum(ROBOT_PLATFORMS, `must be ${quoted(ROBOT_PLATFORMS)}`),
    url: text.refine((url) => URL.canParse(url), 'must be the robot’s address, copied from the group’s settings'),
    secret: text.regex(/^\S+$/u, 'must be the robot’s signing secret; leave it out if there is none').optional(),
    events: z.array(z.enum(NOTICE_KINDS, `must be ${quoted(NOTICE_KINDS)}`), 'must be a list').optional(),
    mention: z
      .array(text.regex(/^[\w.@-]{1,64}$/u, 'must be a user id as the platform writes it'), 'must be a list')
      .max(MAX_MENTIONS, `must not have more than ${MAX_MENTIONS} people`)
      .optional(),
  },
  'must be an object in braces',
);

export type RobotDocument = z.infer<typeof robot>;

/** A robot as the mapping places it. */
export interface RobotEntry {
  readonly platform: RobotPlatform;
  readonly url: string;
  readonly secret: string | null;
  readonly kinds: readonly NoticeKind[];
  /** Whom to call when a result is unknown. */
  readonly mention: readonly string[];
  /** Null: it hears of all stores. */
  readonly storeCode: string | null;
}

export function toRobotEntry(document: RobotDocument, storeCode: string | null): RobotEntry {
  const { robot: platform, url, secret = null, events = DEFAULT_KINDS, mention = [] } = document;
  return { platform, url: new URL(url).href, secret, kinds: events, mention, storeCode };
}

/**
 * What is wrong with a robot's address; null when it may be posted to. That is a host of its platform, or exactly one of
 * `hosts` (`host[:port]`); https, or http where the listed host is this machine.
 */
export function addressProblem(
  { robot: platform, url: address }: RobotDocument,
  hosts: readonly string[],
): string | null {
  const url = new URL(address);
  const { hosts: own, key } = PLACES[platform];
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  if (!own.includes(url.host) && !hosts.includes(url.host))
    return `must be on ${own.join(' or ')}, or on a host that ROBOT_HOSTS lists`;
  if (
    url.protocol !== 'https:' &&
    !(url.protocol === 'http:' && hosts.includes(url.host) && LOOPBACK.has(url.hostname))
  )
    return 'must begin with https://';
  if (key !== null && (url.searchParams.get(key) ?? '') === '') return `must hold the robot’s ${key}; copy it again`;
  return null;
}

function quoted(words: readonly string[]): string {
  return `${words
    .slice(0, -1)
    .map((word) => `"${word}"`)
    .join(', ')} or "${words.at(-1) ?? ''}"`;
}
