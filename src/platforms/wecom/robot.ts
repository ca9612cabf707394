import { plain } from '../../command/plain.ts';
import { judgeResponse, type RobotApi, type RobotText } from '../robot.ts';
import { ERRORS, THROTTLED_MS } from './errors.ts';
import { MAX_ROBOT_BYTES } from './limits.ts';

/** WeCom's group robot (群机器人), document 91770. Markdown, because only there can people be called by name. */
export const wecom: RobotApi = {
  // 20 messages a minute: with this between two of them there are never more than 18, and two are left for tests by hand.
  restMs: 3_400,
  throttledMs: THROTTLED_MS,
  summaryDelayMs: 0,
  fits: (text) => Buffer.byteLength(markdown(text)) <= MAX_ROBOT_BYTES,
  post: (robot, text) => ({ url: robot.url, body: { msgtype: 'markdown', markdown: { content: markdown(text) } } }),
  judge: (json) => judgeResponse(ERRORS, json),
};

function markdown({ title, lines, alarming, mentions }: RobotText): string {
  const heading = alarming ? `<font color="warning">${plain(title)}</font>` : `**${plain(title)}**`;
  const calls = mentions.map((id) => `<@${id}>`).join('');
  return [heading, ...lines.map(plain), ...(calls === '' ? [] : [calls])].join('\n');
}
