import type { BindingRequest, Person, Place, StaffSnapshot } from '../redemption/people.ts';
import type { Store } from '../redemption/redemption.ts';
import { mayManage, type Who } from './permissions.ts';
import { holdersOf, isAdmin, storeIn } from './staff-rules.ts';

/** An entry of the mapping as it is shown. */
export interface MemberView {
  /** Platform and id. */
  readonly user: string;
  readonly name: string;
  readonly employeeId: number | null;
  readonly store: Store;
  readonly role: 'staff' | 'manager' | 'admin';
}

/** A person's wish to be bound as it is shown. */
export interface BindRequestView extends Pick<MemberView, 'user' | 'employeeId' | 'store'> {
  readonly number: number;
  readonly name: string | null;
}

/** Who else has an employee id, as far as the person told may know. */
export interface HoldersView {
  readonly employeeId: number;
  readonly known: readonly Pick<MemberView, 'user' | 'name'>[];
  /** Whether a person in another store has it. */
  readonly elsewhere: boolean;
}

/** To managers: who asks to be bound, and who else has the same employee id. */
export interface BindingAsked {
  readonly kind: 'binding-asked';
  readonly request: BindRequestView;
  readonly holders: HoldersView;
}

/** A request as it is shown; a store that is gone from the mapping goes by its code. */
export function requestView(current: StaffSnapshot, request: BindingRequest): BindRequestView {
  const { number, user, employeeId, name, storeCode } = request;
  return { number, user, employeeId, name, store: storeIn(current, storeCode) ?? { code: storeCode, name: storeCode } };
}

/** The same for a manager of the store, who is to answer it. */
export function bindingAsked(current: StaffSnapshot, who: Who, request: BindingRequest): BindingAsked {
  return {
    kind: 'binding-asked',
    request: requestView(current, request),
    holders: holdersView(current, who, request),
  };
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

/** What a person goes by. */
export function nameIn(current: StaffSnapshot, user: string): string {
  return current.person(user)?.name ?? user;
}

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
