import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { ResultCode } from '../http.ts';
import { plain } from '../../command/plain.ts';
import { markdownLink, NO_LINKS, type ConsoleLinks, type Dialect } from '../links.ts';
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
  fits: (text) => isShort(message(text)),
  post(robot, text, _uuid, now, links) {
    const timestamp = String(Math.floor(now / 1000));
    const signed = robot.secret === null ? {} : { timestamp, sign: sign(robot.secret, timestamp) };
    return { url: robot.url, body: { ...signed, ...messageWithLinks(text, links) } };
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

function isShort(body: object): boolean {
  return Buffer.byteLength(JSON.stringify(body)) + SIGNED_BYTES <= MAX_BODY_BYTES;
}

/** The links of a line: `plain` leaves no brackets in what people have typed. */
const LINK = /(\[[^[\]]+\]\([^()]+\))/u;
const PARTS: Dialect = { plain, lineBreak: '\n', link: markdownLink };

/** Rich text, where something leads somewhere and it is short enough; else a text, which shows no links. */
function messageWithLinks(text: RobotText, links: ConsoleLinks = NO_LINKS): object {
  const shown = text.lines.map((line) => links.show(line, PARTS));
  if (shown.every(({ linked, bare }) => linked === bare)) return message(text);
  const calls = text.mentions.map((id) => ({ tag: 'at', user_id: id }));
  const content = [...shown.map(({ linked }) => partsOf(linked)), ...(calls.length === 0 ? [] : [calls])];
  const rich = { msg_type: 'post', content: { post: { zh_cn: { title: plain(text.title), content } } } };
  return isShort(rich) ? rich : message(text);
}

function partsOf(line: string): object[] {
  // What the pattern captures stands at the odd places.
  return line.split(LINK).flatMap((part, index) => {
    if (index % 2 === 0) return part === '' ? [] : [{ tag: 'text', text: part }];
    const [label = '', href = ''] = part.slice(1, -1).split('](');
    return [{ tag: 'a', text: label, href }];
  });
}

function message({ title, lines, mentions }: RobotText): object {
  const calls = mentions.map((id) => `<at user_id="${id}"></at>`).join('');
  const text = [plain(title), ...lines.map(plain), ...(calls === '' ? [] : [calls])].join('\n');
  return { msg_type: 'text', content: { text } };
}
