import type { Role } from '../../redemption/role.ts';
import { MAX_LINES } from '../command.ts';
import { BIND_EXAMPLE, EXAMPLE, EXAMPLE_RECEIPT } from './words.ts';

/** What this person can type, as short as it can be said. */
export function help(role: Role = 'staff'): string {
  switch (role) {
    case 'unbound':
      return `您的账号未绑定。申请绑定：绑定 工号 门店 姓名\n例：${BIND_EXAMPLE}`;
    case 'staff':
      return lines(STAFF);
    case 'manager':
      return lines([...STAFF, '店长：', ...MANAGER]);
    case 'admin':
      return lines([...STAFF, '管理员（所有门店）：', ...MANAGER]);
  }
}

/** Short on purpose: nobody reads a manual on a phone. */
export function notUnderstood(role: Role = 'staff'): string {
  return `没看懂，没有核销。\n${help(role)}`;
}

/** Says hello to somebody who has just opened the chat. */
export function greeting(): string {
  return `您好，发一行字就能核销：核销 卡号 次数（发「帮助」看说明）\n例：${EXAMPLE}`;
}

const STAFF: readonly string[] = [
  '一行一次核销：核销 卡号 次数 备注',
  `例：${EXAMPLE}`,
  `只写卡号算1次；写备注要先写次数。一条消息最多${MAX_LINES}行。`,
  '剩几次：查询 卡号',
  '核销过什么：记录，记录 昨天，记录 卡号',
  `没有结果：核对 单号（如 ${EXAMPLE_RECEIPT}）`,
  '问您要不要核销时：确认，取消',
  '我的绑定：我',
];

const MANAGER: readonly string[] = [
  '记录 全店 昨天，统计 本周',
  '核对 单号 已核销（或 未核销）',
  '员工，同意 3，拒绝 3',
  '绑定 账号 工号 门店 姓名，解绑 账号',
  '通知 测试',
];

function lines(texts: readonly string[]): string {
  return texts.join('\n');
}
