import { createHmac } from 'node:crypto';
import { plain } from '../../command/plain.ts';
import { NO_LINKS } from '../links.ts';
import { judgeResponse, withLinks, type RobotApi, type RobotText } from '../robot.ts';
import { ERRORS } from './errors.ts';
import { MAX_BODY_BYTES } from './limits.ts';

/** DingTalk's custom robot (自定义机器人). */
export const dingtalk: RobotApi = {
  // 20 messages a minute: with this between two of them there are never more than 18, and two are left for tests by hand.
  restMs: 3_400,
  // It mutes a robot that sends too many for so long.
  throttledMs: 10 * 60_000,
  summaryDelayMs: 0,
  fits: (text) => isShort(withLinks(text, NO_LINKS, (shown) => body(shown, ' '.repeat(64)), isShort)),
  post(robot, text, uuid, now, links) {
    const url = new URL(robot.url);
    // Anew for every message: a signature lasts an hour.
    if (robot.secret !== null) {
      url.searchParams.set('timestamp', String(now));
      url.searchParams.set('sign', sign(robot.secret, now));
    }
    return { url: url.href, body: withLinks(text, links, (shown) => body(shown, uuid), isShort) };
  },
  judge: (json) => judgeResponse(ERRORS, json),
};

/** `timestamp` in milliseconds. The secret is the key and part of the text, unlike Feishu's. */
function sign(secret: string, timestamp: number): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
}

function isShort(message: object): boolean {
  return Buffer.byteLength(JSON.stringify(message)) <= MAX_BODY_BYTES;
}

/** `lines` as they are shown. */
function body({ title, lines, mentions }: RobotText, uuid: string): object {
  // DingTalk mentions only people who are named in the text too.
  const calls = mentions.map((id) => `@${id}`).join(' ');
  const text = [`### ${plain(title)}`, ...lines, ...(calls === '' ? [] : [calls])].join('  \n');
  return {
    msgtype: 'markdown',
    markdown: { title: plain(title), text },
    at: { atUserIds: mentions, isAtAll: false },
    msgUuid: uuid,
  };
}
