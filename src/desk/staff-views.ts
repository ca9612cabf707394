import * as sentences from '../command/sentences.ts';
import type { BindRequestView, HoldersView, MemberView } from '../command/sentences.ts';
import type { BindingRequest, Person, Place, StaffSnapshot } from '../redemption/people.ts';
import type { Role } from '../redemption/role.ts';
import type { Changed } from './staff-changes.ts';
import { mayManage, type Who } from './permissions.ts';
import { holdersOf, isAdmin, personIn, storeIn, type Refusal } from './staff-rules.ts';

/** A request as it is shown; a store that is gone from the mapping goes by its code. */
export function requestView(current: StaffSnapshot, request: BindingRequest): BindRequestView {
  const { number, user, employeeId, name, storeCode } = request;
  return { number, user, employeeId, name, store: storeIn(current, storeCode) ?? { code: storeCode, name: storeCode } };
}

/** To somebody who manages the store: who asks to be bound, and how to answer. */
export function requestNotice(current: StaffSnapshot, who: Who, request: BindingRequest): string {
  return sentences.bindRequest(requestView(current, request), holdersView(current, who, request));
}

/** Who else has this employee id, as far as `who` may know. */
export function holdersView(
  current: StaffSnapshot,
  who: Who,
  { employeeId, user }: Pick<BindingRequest, 'employeeId' | 'user'>,
): HoldersView {
  const holders = holdersOf(current, employeeId, user);
  const known = holders.filter(({ storeCode }) => mayManage(who, storeCode));
  return {
    employeeId,
    known: known.map((person) => ({ user: person.user, name: person.name ?? person.user })),
    elsewhere: known.length < holders.length,
  };
}

/** Why a change did not take place, to somebody of this role. */
export function notChanged(current: StaffSnapshot, admins: readonly string[], changed: Changed, role: Role): string {
  switch (changed.kind) {
    case 'refused':
      return refusal(changed.why);
    case 'unchanged':
      return sentences.bindingProblem({ kind: 'unchanged', member: memberView(current, admins, changed.member) });
    case 'failed':
      return sentences.bindingProblem({ kind: 'mapping-broken', role });
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
