import { randomUUID } from 'node:crypto';
import { testText } from '../command/sentences/robot-tests.ts';
import type { Log } from '../log.ts';
import type { Send } from '../platforms/robots.ts';
import type { RobotTest } from '../redemption/notices.ts';
import { dress, type Manner } from './compose.ts';
import type { Robot } from './robot.ts';

export interface RobotTestParts {
  readonly send: Send;
  readonly manner: Manner;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Between two tests of the same robot: they count against its limit, too. */
  readonly everyMs: number;
  /** Tries a robot that was parked again. */
  readonly wake: (robot: string) => Promise<void>;
  readonly log: Log;
}

/** Tests of robots by hand. */
export function createRobotTests({ send, manner, now, everyMs, wake, log }: RobotTestParts) {
  const testedAt = new Map<string, number>();

  async function test(robot: Robot, who: string): Promise<RobotTest> {
    const about = { robot: robot.platform };
    const sinceTest = now() - (testedAt.get(robot.id) ?? Number.NEGATIVE_INFINITY);
    // Negative where the clock was set back: then it is not known.
    if (sinceTest >= 0 && sinceTest < everyMs) {
      return { ...about, outcome: 'too-soon', answer: null };
    }
    testedAt.set(robot.id, now());
    const text = dress(testText(who, manner.whenOf(now())), manner);
    const { kind, answer } = await send(robot, text, randomUUID());
    log.info({ robot: robot.id, result: kind, answer }, 'group robot tested');
    if (kind === 'unheard') return { ...about, outcome: 'unheard', answer };
    if (kind !== 'sent') return { ...about, outcome: 'refused', answer };
    await wake(robot.id).catch((error: unknown) => log.warn({ err: error }, 'could not wake a group robot'));
    return { ...about, outcome: 'arrived', answer };
  }

  return {
    run: (robots: readonly Robot[], who: string): Promise<readonly RobotTest[]> =>
      Promise.all(robots.map((robot) => test(robot, who))),
  };
}
