import { createHash } from 'node:crypto';
import type { RobotEntry } from '../mapping/robots.ts';
import type { RobotPlatform } from '../platforms/hosts.ts';

/** A group robot. `url` and `secret` are as good as a key to its group: neither is ever stored or logged. */
export interface Robot {
  /** Names it in the database and in the log. */
  readonly id: string;
  readonly platform: RobotPlatform;
  readonly url: string;
  readonly secret: string | null;
}

/** The same address with the same secret is the same robot, wherever the mapping names it. */
export function toRobot({ platform, url, secret }: RobotEntry): Robot {
  const hash = createHash('sha256')
    .update(JSON.stringify([platform, url, secret]))
    .digest('hex');
  return { id: `${platform}-${hash.slice(0, 16)}`, platform, url, secret };
}
