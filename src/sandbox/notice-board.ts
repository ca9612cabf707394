import type { GroupRobot } from './robot-rules.ts';
import type { Shown } from './robots.ts';

/** A message of a group's robot, in its platform's own dialect. */
export interface Notice {
  /** Grows from one to the next, from 1. */
  readonly id: number;
  readonly group: string;
  readonly platform: GroupRobot['platform'];
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What the groups beside the chat have seen; only the newest messages are kept. */
export interface NoticeBoard {
  readonly add: (message: Shown) => void;
  readonly after: (id: number) => readonly Notice[];
}

/** `limit`: how many messages are kept. */
export function createNoticeBoard(limit = 200): NoticeBoard {
  const notices: Notice[] = [];
  let last = 0;
  return {
    add({ robot: { group, platform }, text, at }) {
      last += 1;
      notices.push({ id: last, group, platform, text, at });
      if (notices.length > limit) notices.shift();
    },
    after: (id) => notices.filter((notice) => notice.id > id),
  };
}
