import { dingtalk } from './dingtalk/robot.ts';
import { feishu } from './feishu/robot.ts';
import type { RobotPlatform } from './hosts.ts';
import { TOO_MANY_REQUESTS, type PlatformHttp } from './http.ts';
import { NO_LINKS, type ConsoleLinks } from './links.ts';
import type { RobotAddress, RobotApi, RobotText, PostVerdict } from './robot.ts';
import { wecom } from './wecom/robot.ts';

/** The robots of all platforms, for code that speaks to group robots. */
export const ROBOTS: Readonly<Record<RobotPlatform, RobotApi>> = { wecom, dingtalk, feishu };

/** `unheard`: nothing that could be understood came back, and the message may have arrived. */
export type Sent = PostVerdict | { readonly kind: 'unheard'; readonly answer: string };

export interface SenderParts {
  readonly http: Pick<PlatformHttp, 'exchange'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Where a robot really is: elsewhere in the sandbox. */
  readonly locate: (url: string) => string;
  /** What leads into the console; absent: nothing does. */
  readonly links?: ConsoleLinks | undefined;
}

/** Has a robot say something, once. Never rejects. */
export type Send = (robot: RobotAddress, text: RobotText, uuid: string) => Promise<Sent>;

export function createSender({ http, now, locate, links = NO_LINKS }: SenderParts): Send {
  return async (robot, text, uuid) => {
    const api = ROBOTS[robot.platform];
    const { url, body } = api.post(robot, text, uuid, now(), links);
    const heard = await http.exchange(locate(url), body);
    if (heard.kind === 'silence') return { kind: 'unheard', answer: heard.cause };
    // A proxy before the platform may say so too, in words of its own.
    if (heard.status === TOO_MANY_REQUESTS) return { kind: 'throttled', answer: `status ${heard.status}` };
    return api.judge(heard.json) ?? { kind: 'unheard', answer: `status ${heard.status}` };
  };
}
