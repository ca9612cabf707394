import { createHash } from 'node:crypto';
import { z } from 'zod';
import { refusalOf, ROBOT_PLACES, ROBOT_PLATFORMS, type RobotPlatform } from '../platforms/hosts.ts';
import { NOTICE_KINDS, type NoticeKind } from '../redemption/notices.ts';
import type { EntryFault } from '../redemption/shops.ts';

const DEFAULT_KINDS: readonly NoticeKind[] = ['refused', 'unknown', 'settled', 'summary'];
export const MAX_MENTIONS = 20;
const NO_ADDRESS = 'must be the robot’s address, copied from the group’s settings';

// No message quotes what it complains about: a robot's address is all that it takes to write in its group.
const text = z.string({
  error: ({ input }) => (input === undefined ? 'is missing' : 'must be a text in double quotes'),
});

export const robot = z.looseObject(
  {
    robot: z.enum(ROBOT_PLATFORMS, `must be ${quoted(ROBOT_PLATFORMS)}`),
    url: text.refine((url) => URL.canParse(url), NO_ADDRESS),
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
  /** The people to mention when a result is unknown. */
  readonly mention: readonly string[];
  /** Null: it hears of all stores. */
  readonly storeCode: string | null;
}

export function toRobotEntry(document: RobotDocument, storeCode: string | null): RobotEntry {
  const { robot: platform, url, secret = null, events = DEFAULT_KINDS, mention = [] } = document;
  return { platform, url: new URL(url).href, secret, kinds: events, mention, storeCode };
}

/** The name of a robot in the database and in the log: the same address with the same secret is the same robot. */
export function robotId({ platform, url, secret }: Pick<RobotEntry, 'platform' | 'url' | 'secret'>): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([platform, url, secret]))
    .digest('hex');
  return `${platform}-${hash.slice(0, 16)}`;
}

type AddressFault = Extract<EntryFault, 'not-an-address' | 'user-info' | 'another-host' | 'unencrypted' | 'no-key'>;

/** What is wrong with a robot's address, as `addressProblem` says it; null: nothing. */
export function addressFault(
  { robot: platform, url: address }: Pick<RobotDocument, 'robot' | 'url'>,
  hosts: readonly string[],
): AddressFault | null {
  const { hosts: own, key } = ROBOT_PLACES[platform];
  const refusal = refusalOf(address, [...own, ...hosts]);
  if (refusal !== null) return refusal === 'not-a-url' ? 'not-an-address' : refusal;
  const hasKey = key === null || (new URL(address).searchParams.get(key) ?? '') !== '';
  return hasKey ? null : 'no-key';
}

/**
 * What is wrong with a robot's address; null when it may be posted to: on a host of its platform, or on exactly one of
 * `hosts` (`host[:port]`).
 */
export function addressProblem(entry: RobotDocument, hosts: readonly string[]): string | null {
  const { hosts: own, key } = ROBOT_PLACES[entry.robot];
  switch (addressFault(entry, hosts)) {
    case 'not-an-address':
      return NO_ADDRESS;
    case 'user-info':
      return 'must not hold a user name or password';
    case 'another-host':
      return `must be on ${own.join(' or ')}, or on a host that ROBOT_HOSTS lists`;
    case 'unencrypted':
      return 'must begin with https://';
    case 'no-key':
      return `must hold the robot’s ${key ?? 'key'}; copy it again`;
    case null:
      return null;
  }
}

function quoted(words: readonly string[]): string {
  return `${words
    .slice(0, -1)
    .map((word) => `"${word}"`)
    .join(', ')} or "${words.at(-1) ?? ''}"`;
}
