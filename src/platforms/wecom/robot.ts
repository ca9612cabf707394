import { z } from 'zod';
import { ResultCode } from '../http.ts';
import { plain } from '../../command/plain.ts';
import { judgeBy, type Platform, type RobotText } from '../robot.ts';

/** Of the content, in UTF-8. */
const MAX_BYTES = 4096;
const Answer = z.looseObject({ errcode: ResultCode, errmsg: z.string().catch('') });

/** 40058 and 40008 say that the JSON is wrong, 44004 and 45002 that the text is empty or too long. */
const MEANINGS = { sent: [0], busy: [-1], throttled: [45009, 45033], content: [40058, 40008, 44004, 45002] };

/** WeCom's group robot (群机器人), document 91770. Markdown, because only there can somebody be called by name. */
export const wecom: Platform = {
  fits: (text) => Buffer.byteLength(markdown(text)) <= MAX_BYTES,
  post: (robot, text) => ({ url: robot.url, body: { msgtype: 'markdown', markdown: { content: markdown(text) } } }),
  judge(json) {
    const { data } = Answer.safeParse(json);
    return data === undefined ? null : judgeBy(MEANINGS, data.errcode, data.errmsg);
  },
};

function markdown({ title, lines, alarming, mentions }: RobotText): string {
  const heading = alarming ? `<font color="warning">${plain(title)}</font>` : `**${plain(title)}**`;
  const calls = mentions.map((id) => `<@${id}>`).join('');
  return [heading, ...lines.map(plain), ...(calls === '' ? [] : [calls])].join('\n');
}
