import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { ResultCode } from '../http.ts';
import { plain } from '../../command/plain.ts';
import { judgeCode, type RobotApi, type RobotText } from '../robot.ts';
import { ERRORS } from './errors.ts';
import { MAX_BODY_BYTES } from './limits.ts';

/** What signature and time take of the limit. */
const SIGNED_BYTES = 120;

/** The older form of a good answer has a `StatusCode` and no `code`. */
const RobotResponse = z.union([
  z.looseObject({ code: ResultCode, msg: z.string().catch('') }),
  z
    .looseObject({ StatusCode: ResultCode, StatusMessage: z.string().catch('') })
    .transform(({ StatusCode, StatusMessage }) => ({ code: StatusCode, msg: StatusMessage })),
]);

/** Feishu's custom robot (自定义机器人). */
export const feishu: RobotApi = {
  // 100 messages a minute and 5 a second.
  restMs: 700,
  throttledMs: null,
  // At the full and half hour everything that is scheduled is sent: Feishu asks to avoid them.
  summaryDelayMs: 60_000,
  fits: (text) => Buffer.byteLength(JSON.stringify(message(text))) + SIGNED_BYTES <= MAX_BODY_BYTES,
  post(robot, text, _uuid, now) {
    const timestamp = String(Math.floor(now / 1000));
    const signed = robot.secret === null ? {} : { timestamp, sign: sign(robot.secret, timestamp) };
    return { url: robot.url, body: { ...signed, ...message(text) } };
  },
  judge(json) {
    const { data } = RobotResponse.safeParse(json);
    return data === undefined ? null : judgeCode(ERRORS, data.code, data.msg);
  },
};

/** `timestamp` in seconds. Time and secret are the key, and there is no text, unlike DingTalk's. */
function sign(secret: string, timestamp: string): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
}

function message({ title, lines, mentions }: RobotText): object {
  const calls = mentions.map((id) => `<at user_id="${id}"></at>`).join('');
  const text = [plain(title), ...lines.map(plain), ...(calls === '' ? [] : [calls])].join('\n');
  return { msg_type: 'text', content: { text } };
}
