import type { Role } from '../../redemption/role.ts';
import { CATALOGUE } from '../catalogue.ts';
import { MAX_LINES } from '../command.ts';
import type { Courtesy } from '../courtesy.ts';
import type { HelpPart, Kind } from '../commands/entry.ts';
import { BY_PICTURE, EXAMPLE, HOW_TO_BIND } from './words.ts';

/** What this person types most, in four lines: people do not read a manual on a phone. */
export function help(role: Role = 'staff'): string {
  if (role === 'unbound') return `您的账号未绑定。\n${HOW_TO_BIND}`;
  return lines([
    `一行一笔：${forms('staff', 'redeem')}（${BY_PICTURE}）`,
    `例：${EXAMPLE}`,
    `查次数、查记录、查结果：${forms('staff', 'query')}，记录，核对 单号`,
    `${role === 'staff' ? '' : '店长的用法和'}全部用法请发「帮助 全部」`,
  ]);
}

/** All that this person can type. */
export function helpOnAll(role: Role = 'staff'): string {
  switch (role) {
    case 'unbound':
      return help(role);
    case 'staff':
      return lines(STAFF);
    case 'manager':
      return lines([...STAFF, '店长：', ...MANAGER]);
    case 'admin':
      return lines([...STAFF, '管理员（所有门店）：', ...MANAGER]);
  }
}

/** In two lines; `meant` is a line that may have been meant, ready to be copied. */
export function notUnderstood(meant?: string): string {
  const hint =
    meant === undefined
      ? `核销请发「${forms('staff', 'redeem').replace(' 备注', '')}」，别的用法请发「帮助」。`
      : `是不是想发「${meant}」？`;
  return `没看懂这句话。\n${hint}`;
}

/** The answer to courtesies. */
export function courtesy(said: Courtesy): string {
  switch (said) {
    case 'thanks':
      return '不客气！';
    case 'hello':
      return '您好！要核销随时发给我。';
    case 'bye':
      return '再见！';
    case 'fine':
      return '好的！';
  }
}

/** Says hello to a person who has just opened the chat. */
export function greeting(): string {
  return `您好，发一行字就能核销：核销 卡号 次数，${BY_PICTURE}（发「帮助」看说明）\n例：${EXAMPLE}`;
}

const STAFF: readonly string[] = [
  `一行一笔：${forms('staff', 'redeem')}（${BY_PICTURE}）`,
  `例：${EXAMPLE}`,
  `只写卡号算1次；要写备注，先写次数。一条消息最多${MAX_LINES}行。`,
  `剩几次：${forms('staff', 'query')}`,
  `核销过什么：${forms('staff', 'records')}`,
  `一笔的结果：${forms('staff', 'check')}`,
  `机器人问要不要核销时：${forms('staff', 'confirm', 'cancel')}`,
  `核错了：${forms('staff', 'undo')}`,
  `我的绑定：${forms('staff', 'me')}`,
  `用网页看（只在单聊里给链接）：${forms('staff', 'console', 'sign-out')}`,
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
