import { robotId, type RobotEntry } from '../mapping/robots.ts';
import type { RobotAddress } from '../platforms/robot.ts';

/** A group robot by the name that it has in the database and in the log. */
export interface Robot extends RobotAddress {
  readonly id: string;
}

/** The same address with the same secret is the same robot, in every place where the mapping names it. */
export function toRobot({ platform, url, secret }: RobotEntry): Robot {
  return { id: robotId({ platform, url, secret }), platform, url, secret };
}
