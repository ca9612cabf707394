import { randomUUID } from 'node:crypto';
import { testText } from '../../command/sentences/robot-tests.ts';
import { MappingError } from '../../mapping/mapping-error.ts';
import type { Mapping } from '../../mapping/mapping.ts';
import { addressProblem, toRobotEntry, type RobotDocument } from '../../mapping/robots.ts';
import { toRobot } from '../../notices/robot.ts';
import type { Text } from '../../pages/text.ts';
import { remedyOf, type ErrorTable } from '../../platforms/errors.ts';
import { ERRORS as DINGTALK_ERRORS } from '../../platforms/dingtalk/errors.ts';
import { ERRORS as FEISHU_ERRORS } from '../../platforms/feishu/errors.ts';
import { ROBOT_PLACES, hostOf, type RobotPlatform } from '../../platforms/hosts.ts';
import { until } from '../../platforms/http.ts';
import type { RobotAddress } from '../../platforms/robot.ts';
import { createSender, type Sent } from '../../platforms/robots.ts';
import { ERRORS as WECOM_ERRORS } from '../../platforms/wecom/errors.ts';
import { createCalendar } from '../../redemption/calendar.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { fail, ok, skipped, together, warn } from './findings.ts';
import { inLive } from './live.ts';

const NAMES: Readonly<Record<RobotPlatform, Text>> = {
  wecom: { zh: '企业微信群机器人', en: 'WeCom robot' },
  dingtalk: { zh: '钉钉群机器人', en: 'DingTalk robot' },
  feishu: { zh: '飞书群机器人', en: 'Feishu robot' },
};
const ERRORS: Readonly<Record<RobotPlatform, ErrorTable>> = {
  wecom: WECOM_ERRORS,
  dingtalk: DINGTALK_ERRORS,
  feishu: FEISHU_ERRORS,
};

export const ROBOT_CHECKS: readonly Check[] = [
  {
    name: 'robots',
    group: 'robots',
    about: { zh: '群机器人', en: 'Group robots' },
    run: inLive(async (config, context, signal) => {
      const mapping = await context.mapping();
      if (mapping === null || mapping instanceof MappingError)
        return skipped({ zh: '人员和门店的表还不能用。', en: 'There is no mapping that can be used.' });
      const robots = robotsIn(mapping);
      if (robots.length === 0) return skipped({ zh: '没有设置群机器人。', en: 'No group robots are set up.' });
      const wrong = robots.flatMap((robot) => wrongAddress(robot, config.robotHosts) ?? []);
      if (wrong.length > 0) return together(wrong);
      if (!context.sends)
        return ok(
          {
            zh: `${robots.length} 个机器人的地址写法都对。`,
            en: `${robots.length} robots have addresses of the right form.`,
          },
          {
            zh: '能不能发出去，要发一条测试消息才知道：npm run doctor -- --send，或在群里发「通知 测试」。',
            en: 'Only a test message shows whether they work: npm run doctor -- --send, or 通知 测试 in the chat.',
          },
        );
      const addresses = new Map(robots.map((robot) => toRobot(toRobotEntry(robot, null))).map((one) => [one.id, one]));
      return together(
        await Promise.all(
          Array.from(addresses.values(), (robot) => sendTest(robot, { ...context, timeZone: config.timeZone }, signal)),
        ),
      );
    }),
  },
];

function robotsIn({ stores, notify = [] }: Mapping): readonly RobotDocument[] {
  return [...notify, ...stores.flatMap(({ notify: own = [] }) => own)];
}

/** By which people know a robot: its platform, and the end of what makes its address a secret. */
function nameOf({ platform, url }: Pick<RobotAddress, 'platform' | 'url'>): Text {
  const { key } = ROBOT_PLACES[platform];
  const parsed = URL.parse(url);
  const secret = key === null ? parsed?.pathname : parsed?.searchParams.get(key);
  const end = `…${(secret ?? '').slice(-4)}`;
  return { zh: `${NAMES[platform].zh} ${end}`, en: `${NAMES[platform].en} ${end}` };
}

function wrongAddress(robot: RobotDocument, hosts: readonly string[]): Finding | null {
  const problem = addressProblem(robot, hosts);
  if (problem === null) return null;
  const name = nameOf({ platform: robot.robot, url: robot.url });
  return fail(
    {
      zh: `${name.zh}：地址不对（${hostOf(robot.url)}）：${problem}`,
      en: `${name.en}: its address on ${hostOf(robot.url)} ${problem}`,
    },
    {
      zh: '在群设置里打开这个机器人，重新复制完整的 Webhook 地址。',
      en: 'Open the robot in the settings of its group, and copy its whole address again.',
    },
  );
}

/** Has a robot say one test line in its group, and tells what came of it. Never rejects. */
export async function sendTest(
  robot: RobotAddress,
  { http, now, timeZone }: Pick<CheckContext, 'http' | 'now'> & { readonly timeZone: string },
  signal: AbortSignal,
): Promise<Finding> {
  const send = createSender({ http: until(signal, http), now, locate: (url) => url });
  const text = testText('自检', createCalendar(timeZone).timeOf(now()));
  return judge(robot, await send(robot, { ...text, mentions: [] }, randomUUID()));
}

function judge(robot: RobotAddress, { kind, answer }: Sent): Finding {
  const name = nameOf(robot);
  const line = answer.replace(/\s+/gu, ' ').slice(0, 120);
  switch (kind) {
    case 'sent':
      return ok({ zh: `${name.zh}：测试消息已发到群里`, en: `${name.en}: a test message is in its group` });
    case 'busy':
    case 'throttled':
      return warn(
        { zh: `${name.zh}：平台说太忙或太频繁（${line}）`, en: `${name.en}: the platform is busy (${line})` },
        { zh: '过一分钟再试。', en: 'Try again in a minute.' },
      );
    case 'unheard':
      return warn(
        { zh: `${name.zh}：平台没有回答（${line}）`, en: `${name.en}: the platform did not answer (${line})` },
        {
          zh: '看看群里有没有收到；检查本机的网络和代理（HTTPS_PROXY）。',
          en: 'See whether it came to the group; check the network and the proxy (HTTPS_PROXY).',
        },
      );
    case 'content':
    case 'dead':
      return fail(
        { zh: `${name.zh}：平台拒收（${line}）`, en: `${name.en}: refused (${line})` },
        remedyFor(robot, line),
      );
  }
}

/** Of several rules that one code stands for, the words tell which; the table has them all. */
const RULES: readonly (readonly [RegExp, Text])[] = [
  [
    /keyword|关键词/iu,
    {
      zh: '在机器人的「安全设置 → 自定义关键词」里加上「核销」。',
      en: 'Add the word 核销 to 自定义关键词 in 安全设置 of the robot.',
    },
  ],
  [
    /whitelist|\bip\b|白名单/iu,
    {
      zh: '在机器人的「安全设置 → IP地址」里加上本服务器的出口 IP。',
      en: 'Add the address of this server to IP地址 in 安全设置 of the robot.',
    },
  ],
  [
    /timestamp|时间戳/iu,
    { zh: '本机时间不准：看「本机时间」那一项。', en: 'The clock of this machine is wrong: see the check of it.' },
  ],
  [
    /sign|签名/iu,
    {
      zh: '机器人的加签密钥不对：在「安全设置 → 加签」里重新复制 SEC 开头的密钥，填到 secret。',
      en: 'The secret is not right: copy that of 加签 (SEC…) in 安全设置 of the robot into the mapping.',
    },
  ],
];

function remedyFor({ platform }: RobotAddress, answer: string): Text {
  const code = /^-?\d+/u.exec(answer)?.[0] ?? '';
  const known = remedyOf(ERRORS[platform], code);
  const rule = platform === 'dingtalk' && code === '310000' ? RULES.find(([words]) => words.test(answer)) : undefined;
  return (
    rule?.[1] ??
    known ?? {
      zh: '在群设置里看看这个机器人还在不在，重新复制它的地址和密钥。',
      en: 'See whether the robot is still in its group, and copy its address and secret again.',
    }
  );
}
