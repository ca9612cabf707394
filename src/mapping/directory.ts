import type { Directory, StaffMember } from '../redemption/ports.ts';
import type { Store } from '../redemption/redemption.ts';
import { userKey } from '../redemption/user-id.ts';
import type { Mapping } from './mapping.ts';
import { slices } from './slices.ts';

/** Indexes a mapping, so that each question costs one look-up. A store or person without a name goes by code or user. */
export async function indexMapping({ stores, staff, conversations = [] }: Mapping): Promise<Directory> {
  const byCode = new Map<string, Store>(stores.map(({ code, name }) => [code, { code, name: name?.trim() || code }]));
  const byUser = new Map<string, StaffMember>();
  const byConversation = new Map<string, Store>();

  for await (const part of slices(staff)) {
    for (const { user, name, employeeId = null, store: code, role = 'staff' } of part) {
      const store = byCode.get(code);
      if (store !== undefined) byUser.set(userKey(user), { name: name?.trim() || user, employeeId, store, role });
    }
  }
  for (const { id, store: code } of conversations) {
    const store = byCode.get(code);
    if (store !== undefined) byConversation.set(id, store);
  }
  return {
    findStaff: (user) => byUser.get(userKey(user)),
    findConversationStore: (conversation) => byConversation.get(conversation),
  };
}
