import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { ResultCode } from '../http.ts';
import { plain } from '../../command/plain.ts';
import { judgeBy, type Platform, type RobotText } from '../robot.ts';

/** Of the whole body. */
const MAX_BYTES = 20_000;
const Answer = z.looseObject({ errcode: ResultCode, errmsg: z.string().catch('') });

/** 90002 and 90018 are those of the older API. 430101 to 430104 are unsafe content, the rest of them wrong JSON, and too long. */
const MEANINGS = {
  sent: [0],
  busy: [-1],
  throttled: [130101, 410100, 90002, 90018],
  content: [40035, 430101, 430102, 430103, 430104, 460101, 101002],
};

/** DingTalk's custom robot (自定义机器人). */
export const dingtalk: Platform = {
  fits: (text) => Buffer.byteLength(JSON.stringify(body(text, ' '.repeat(64)))) <= MAX_BYTES,
  post(robot, text, uuid, now) {
    const url = new URL(robot.url);
    // Anew for every message: a signature lasts an hour.
    if (robot.secret !== null) {
      url.searchParams.set('timestamp', String(now));
      url.searchParams.set('sign', sign(robot.secret, now));
    }
    return { url: url.href, body: body(text, uuid) };
  },
  judge(json) {
    const { data } = Answer.safeParse(json);
    return data === undefined ? null : judgeBy(MEANINGS, data.errcode, data.errmsg);
  },
};

/** `timestamp` in milliseconds. The secret is the key and part of the text, unlike Feishu's. */
function sign(secret: string, timestamp: number): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
}

function body({ title, lines, mentions }: RobotText, uuid: string): object {
  // Only who is named in the text too is called.
  const calls = mentions.map((id) => `@${id}`).join(' ');
  const text = [`### ${plain(title)}`, ...lines.map(plain), ...(calls === '' ? [] : [calls])].join('  \n');
  return {
    msgtype: 'markdown',
    markdown: { title: plain(title), text },
    at: { atUserIds: mentions, isAtAll: false },
    msgUuid: uuid,
  };
}
