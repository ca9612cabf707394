import type { News, RedemptionNews } from '../../src/command/sentences/groups.ts';
import type { NoticeKind, NoticeLine } from '../../src/redemption/notices.ts';
import type { Redemption } from '../../src/redemption/redemption.ts';
import type { RobotEntry } from '../../src/mapping/robots.ts';
import { REFUSED } from '../command/sentences/fixtures.ts';

export { REFUSED, STORE, SUCCEEDED, UNKNOWN } from '../command/sentences/fixtures.ts';

/** Everything that a person might try in a group that is not theirs to write in. */
export const HOSTILE = [
  '<@all>',
  '<@zhangsan>',
  '@all',
  '@所有人',
  '<at user_id="all">所有人</at>',
  '[点我](https://evil.example/x)',
  '![](https://evil.example/x.png)',
  'https://evil.example/x',
  'HTTP://EVIL.example',
  'evil.example',
  'dtmd://dingtalkclient/sendMessage?content=1',
  'mailto:a@evil.example',
  '# 通知',
  '> 引用',
  '- 一',
  '1. 一',
  '**粗**',
  '__粗__ _斜_',
  '`code`',
  '~~删~~',
  '|a|b|',
  '<font color="info">绿</font>',
  '&lt;@all&gt;',
  '&#60;@all>',
  '===',
  '\\<@all\\>',
  '一\n# 二\r\n<@all>',
  '一\u2028# 二',
];

/** Markup of any of the dialects. */
export const MARKUP =
  /[<>[\]`*#|~@&\\]|:\/\/|\b[a-z0-9-]+\.[a-z]{2}|^\s*(?:[-+=]|\d+[.)]\s)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/imu;

export function news(redemption: Redemption = REFUSED, change: Partial<RedemptionNews> = {}): News {
  return { kind: 'redemption', redemption, settledLater: false, who: '张三', when: '22:01', ...change };
}

let serial = 0;

export function line(kind: NoticeKind, redemption: Redemption | null, change: Partial<NoticeLine> = {}): NoticeLine {
  return {
    notice: ++serial,
    kind,
    createdAt: 1,
    redemption,
    user: redemption === null ? null : 'wecom:zhangsan',
    binding: null,
    day: null,
    ...change,
  };
}

export function entry(change: Partial<RobotEntry> = {}): RobotEntry {
  return {
    platform: 'wecom',
    url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k1',
    secret: null,
    kinds: ['refused', 'unknown', 'settled', 'summary'],
    mention: [],
    storeCode: null,
    ...change,
  };
}
