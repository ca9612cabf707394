import type { Text } from '../pages/text.ts';
import * as dingtalk from '../platforms/dingtalk/errors.ts';
import * as feishu from '../platforms/feishu/errors.ts';
import * as wecom from '../platforms/wecom/errors.ts';

/** What connections say besides the remedies of the platforms' tables, in Chinese. */
const OF_CONNECTIONS: Readonly<Record<string, string>> = {
  'in a private deployment, set DINGTALK_API_URL to its address; otherwise see who answers in its place':
    '专属钉钉请把 DINGTALK_API_URL 改成专属的地址；不是专属钉钉的话，请检查网络里是谁冒充钉钉在回答',
  'set FEISHU_API_URL to https://open.feishu.cn or https://open.larksuite.com':
    '请把 FEISHU_API_URL 改成 https://open.feishu.cn（飞书）或 https://open.larksuite.com（Lark）',
  'check the bot’s id and secret, and that its long connection is switched on in the console':
    '请检查机器人的 ID 和密钥，并在后台确认已经打开长连接',
};

const CHINESE: ReadonlyMap<string, string> = new Map([
  ...Object.entries(OF_CONNECTIONS),
  ...[wecom, dingtalk, feishu]
    .flatMap(({ ERRORS }) => Object.values(ERRORS))
    .flatMap(({ remedy, zh }) => (remedy === undefined || zh === undefined ? [] : [[remedy, zh] as const])),
]);

/** The remedy that a connection named, in both languages; one that is not known here stays in English. */
export function remedyText(remedy: string): Text {
  return { zh: CHINESE.get(remedy) ?? remedy, en: `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}` };
}
