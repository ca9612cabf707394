import type { RobotTest } from '../../redemption/notices.ts';
import type { Role } from '../../redemption/role.ts';
import type { GroupText } from './groups.ts';
import { oneLine, actorName } from './words.ts';

const MAX_ANSWER = 100;

/** What `通知 测试` has every robot say. */
export function testText(who: string, when: string): GroupText {
  return {
    title: '核销通知测试',
    lines: ['看到这条消息，说明本群收得到核销通知', `${actorName(who)}，${when}`],
    alarming: false,
  };
}

const ROBOT_NAMES: Readonly<Record<RobotTest['robot'], string>> = {
  wecom: '企业微信群机器人',
  dingtalk: '钉钉群机器人',
  feishu: '飞书群机器人',
};

const TEST_OUTCOMES: Readonly<Record<RobotTest['outcome'], string>> = {
  arrived: '已送达',
  refused: '平台拒收',
  unheard: '平台没有回应，请稍后再试',
  'too-soon': '刚测试过，请一分钟后再试',
};

/** The answer to `通知 测试`. */
export function testReport(tests: readonly RobotTest[], role: Role = 'manager'): string {
  if (tests.length === 0)
    return `这里没有设置群通知，${role === 'admin' ? '请加到 mapping.json 的 notify 里' : '请联系管理员'}。`;
  return tests
    .map(({ robot, outcome, answer }, index) => {
      const number = tests.length === 1 ? '' : `${index + 1}. `;
      const words =
        outcome === 'refused'
          ? `「${Array.from(oneLine(answer ?? ''))
              .slice(0, MAX_ANSWER)
              .join('')}」`
          : '';
      return `${number}${ROBOT_NAMES[robot]}：${TEST_OUTCOMES[outcome]}${words}`;
    })
    .join('\n');
}
