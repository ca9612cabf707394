import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { ResultCode } from '../http.ts';
import { plain } from '../../command/plain.ts';
import { judgeBy, type Platform, type RobotText } from '../robot.ts';

/** Of the whole body: 20 KB, whichever kind of KB that is. */
const MAX_BYTES = 20_000;
/** What signature and time take of that. */
const SIGNED_BYTES = 120;

/** The older form of a good answer has a `StatusCode` and no `code`. */
const Answer = z.union([
  z.looseObject({ code: ResultCode, msg: z.string().catch('') }),
  z
    .looseObject({ StatusCode: ResultCode, StatusMessage: z.string().catch('') })
    .transform(({ StatusCode, StatusMessage }) => ({ code: StatusCode, msg: StatusMessage })),
]);

/** 9499 says that the request is bad, or by its words that there are too many. 19001, 19021, 19022, 19024 are address, signature, IP and keyword. */
const MEANINGS = { sent: [0], throttled: [11232, 99991400], content: [9499] };

/** Feishu's custom robot (自定义机器人). */
export const feishu: Platform = {
  fits: (text) => Buffer.byteLength(JSON.stringify(message(text))) + SIGNED_BYTES <= MAX_BYTES,
  post(robot, text, _uuid, now) {
    const timestamp = String(Math.floor(now / 1000));
    const signed = robot.secret === null ? {} : { timestamp, sign: sign(robot.secret, timestamp) };
    return { url: robot.url, body: { ...signed, ...message(text) } };
  },
  judge(json) {
    const { data } = Answer.safeParse(json);
    return data === undefined ? null : judgeBy(MEANINGS, data.code, data.msg);
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
