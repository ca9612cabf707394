import type { GroupRobot, Objection } from './robot-rules.ts';

/** Says whether a robot has sent too much; asked once per message. */
export type RobotLimit = (now: number) => Objection | null;

/**
 * The platforms' limits: 20 a minute, and DingTalk mutes a robot that exceeds them for ten minutes; Feishu 100 a minute
 * and 5 a second. `minuteMs` makes time run faster in tests.
 */
export function createRobotLimit(platform: GroupRobot['platform'], minuteMs: number): RobotLimit {
  const times: number[] = [];
  let mutedUntil = Number.NEGATIVE_INFINITY;
  const within = (now: number, ms: number) => times.filter((time) => time > now - ms).length;

  return (now) => {
    times.push(now);
    switch (platform) {
      case 'wecom':
        return within(now, minuteMs) > 20 ? { errcode: 45009, errmsg: 'api freq out of limit' } : null;
      case 'dingtalk': {
        if (now < mutedUntil) return { errcode: 410100, errmsg: 'send too fast, exceed 20 times per minute' };
        if (within(now, minuteMs) <= 20) return null;
        mutedUntil = now + 10 * minuteMs;
        return { errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' };
      }
      case 'feishu': {
        const tooMany = within(now, minuteMs) > 100 || within(now, minuteMs / 60) > 5;
        return tooMany ? { errcode: 11232, errmsg: 'frequency limited' } : null;
      }
    }
  };
}
