import type { StaffDirectory, StaffMember } from '../redemption/ports.ts';
import type { Store } from '../redemption/redemption.ts';
import type { Mapping } from './mapping.ts';

/** Indexes a mapping, so that each question costs one look-up. A store or person without a name goes by code or user. */
export function indexMapping({ stores, staff, conversations = [] }: Mapping): StaffDirectory {
  const byCode = new Map<string, Store>(stores.map(({ code, name }) => [code, { code, name: name?.trim() || code }]));
  const byUser = new Map<string, StaffMember>();
  const byConversation = new Map<string, Store>();

  for (const { user, name, employeeId = null, store: code, role = 'staff' } of staff) {
    const store = byCode.get(code);
    if (store !== undefined) byUser.set(user, { name: name?.trim() || user, employeeId, store, role });
  }
  for (const { id, store: code } of conversations) {
    const store = byCode.get(code);
    if (store !== undefined) byConversation.set(id, store);
  }
  return {
    findStaff: (user) => byUser.get(user),
    findConversationStore: (conversation) => byConversation.get(conversation),
  };
}
