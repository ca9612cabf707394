import * as sentences from '../command/sentences.ts';
import type { BindRequestView, MemberView } from '../command/sentences.ts';
import type { BindingRequest, Person, Place, StaffSnapshot } from '../redemption/people.ts';
import type { Changed } from './staff-changes.ts';
import { isAdmin, personIn, storeIn, type Refusal } from './staff-rules.ts';

/** A request as it is shown; a store that is gone from the mapping goes by its code. */
export function requestView(current: StaffSnapshot, request: BindingRequest): BindRequestView {
  const { number, user, employeeId, name, storeCode } = request;
  return { number, user, employeeId, name, store: storeIn(current, storeCode) ?? { code: storeCode, name: storeCode } };
}

/** Why a change did not take place. */
export function notChanged(current: StaffSnapshot, admins: readonly string[], changed: Changed): string {
  switch (changed.kind) {
    case 'refused':
      return refusal(changed.why);
    case 'unchanged':
      return sentences.bindingProblem({ kind: 'unchanged', member: memberView(current, admins, changed.member) });
    case 'failed':
      return sentences.bindingProblem({ kind: 'mapping-broken' });
    case 'change':
      throw new Error('it was changed');
  }
}

function refusal(why: Refusal): string {
  switch (why) {
    case 'own-store':
      return sentences.notAllowed('own-store');
    case 'no-such-store':
      return sentences.bindingProblem({ kind: 'unknown-store', near: [] });
    default:
      return sentences.bindingProblem({ kind: why });
  }
}

/** What a person goes by. */
export function nameIn(current: StaffSnapshot, user: string): string {
  return personIn(current, user)?.name ?? user;
}

/** An entry as it is shown. */
export function memberView(
  current: StaffSnapshot,
  admins: readonly string[],
  person: Place & Pick<Person, 'user'>,
): MemberView {
  const { user, name, employeeId, storeCode, role } = person;
  return {
    user,
    name: name ?? user,
    employeeId,
    store: storeIn(current, storeCode) ?? { code: storeCode, name: storeCode },
    role: isAdmin(admins, user) ? 'admin' : role,
  };
}
