import { plain } from '../../command/plain.ts';
import { NO_LINKS } from '../links.ts';
import { judgeResponse, withLinks, type RobotApi, type RobotText } from '../robot.ts';
import { ERRORS, THROTTLED_MS } from './errors.ts';
import { MAX_ROBOT_BYTES } from './limits.ts';

/** WeCom's group robot (群机器人), document 91770. Markdown, because only there can people be called by name. */
export const wecom: RobotApi = {
  // 20 messages a minute: with this between two of them there are never more than 18, and two are left for tests by hand.
  restMs: 3_400,
  throttledMs: THROTTLED_MS,
  summaryDelayMs: 0,
  fits: (text) => isShort(withLinks(text, NO_LINKS, markdown, isShort)),
  post(robot, text, _uuid, _now, links) {
    const content = withLinks(text, links, markdown, isShort);
    return { url: robot.url, body: { msgtype: 'markdown', markdown: { content } } };
  },
  judge: (json) => judgeResponse(ERRORS, json),
};

function isShort(content: string): boolean {
  return Buffer.byteLength(content) <= MAX_ROBOT_BYTES;
}

/** `lines` as they are shown. */
function markdown({ title, lines, alarming, mentions }: RobotText): string {
  const heading = alarming ? `<font color="warning">${plain(title)}</font>` : `**${plain(title)}**`;
  const calls = mentions.map((id) => `<@${id}>`).join('');
  return [heading, ...lines, ...(calls === '' ? [] : [calls])].join('\n');
}
