import type { Role } from '../../redemption/role.ts';
import { CATALOGUE } from '../catalogue.ts';
import { MAX_LINES } from '../command.ts';
import type { HelpPart, Kind } from '../commands/entry.ts';
import { BIND_EXAMPLE, EXAMPLE } from './words.ts';

/** What this person can type, as short as it can be said. */
export function help(role: Role = 'staff'): string {
  switch (role) {
    case 'unbound':
      return `您的账号未绑定。申请绑定：${forms('unbound', 'bind-request')}\n例：${BIND_EXAMPLE}`;
    case 'staff':
      return lines(STAFF);
    case 'manager':
      return lines([...STAFF, '店长：', ...MANAGER]);
    case 'admin':
      return lines([...STAFF, '管理员（所有门店）：', ...MANAGER]);
  }
}

/** Short on purpose: people do not read a manual on a phone. */
export function notUnderstood(role: Role = 'staff'): string {
  return `没看懂，没有核销。\n${help(role)}`;
}

/** Says hello to a person who has just opened the chat. */
export function greeting(): string {
  return `您好，发一行字就能核销：核销 卡号 次数（发「帮助」看说明）\n例：${EXAMPLE}`;
}

const STAFF: readonly string[] = [
  `一行一次核销：${forms('staff', 'redeem')}`,
  `例：${EXAMPLE}`,
  `只写卡号算1次；写备注要先写次数。一条消息最多${MAX_LINES}行。`,
  `剩几次：${forms('staff', 'query')}`,
  `核销过什么：${forms('staff', 'records')}`,
  `没有结果：${forms('staff', 'check')}`,
  `问您要不要核销时：${forms('staff', 'confirm', 'cancel')}`,
  `核错了：${forms('staff', 'undo')}`,
  `我的绑定：${forms('staff', 'me')}`,
];

const MANAGER: readonly string[] = [
  forms('manager', 'records', 'statistics'),
  forms('manager', 'check'),
  forms('manager', 'staff-list', 'agree', 'reject'),
  forms('manager', 'bind', 'unbind'),
  forms('manager', 'notify-test'),
];

/** How these commands are written, on one line. */
function forms(part: HelpPart, ...kinds: readonly Kind[]): string {
  return kinds.map((kind) => CATALOGUE[kind].help[part] ?? '').join('，');
}

function lines(texts: readonly string[]): string {
  return texts.join('\n');
}
