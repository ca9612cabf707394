import { ROLE_WORDS } from '../command/sentences/words.ts';
import type { Who } from '../desk/permissions.ts';

// How pages speak of people, in the words of the chat.

/** `店员，人民路店`. */
export function roleWords({ role, member }: Who): string {
  if (role === 'unbound') return '未绑定';
  const where = role === 'admin' ? '所有门店' : member?.store.name;
  return where === undefined ? ROLE_WORDS[role] : `${ROLE_WORDS[role]}，${where}`;
}
