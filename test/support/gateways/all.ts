import type { Gateway } from './gateway.ts';
import { overDingtalk } from './over-dingtalk.ts';
import { overFeishu } from './over-feishu.ts';
import { overWecom } from './over-wecom.ts';

/** Every platform to which a bot can connect, by its name. */
export const GATEWAYS: readonly (readonly [platform: string, start: () => Promise<Gateway>])[] = [
  ['WeCom', overWecom],
  ['DingTalk', overDingtalk],
  ['Feishu', overFeishu],
];
