import type { DeskCommand } from '../command/command.ts';
import type { Log } from '../log.ts';
import type { AddressOf, StaffBook } from '../redemption/people.ts';
import type { PeopleLedger } from '../redemption/ledger.ts';
import type { Say } from './notice.ts';
import { notChanged, whyNot } from './not-changed.ts';
import type { Who } from './permissions.ts';
import type { StaffChanges } from './staff-changes.ts';
import { judgeBinding, judgeUnbinding, type Wish } from './staff-rules.ts';
import type { RequestsPage, StaffList, StaffResult, WaitingRequests } from './staff-result.ts';
import { bindingAsked, holdersView, memberView } from './staff-views.ts';
import { findStore } from './stores.ts';
import { createTellBound } from './tell-bound.ts';

/** As many as fit into one message of every channel. */
const LISTED = 20;
const REQUESTS_LISTED = 5;
/** So many, at most, are counted. */
const REQUESTS_COUNTED = 1_000;

type CommandOf<K extends DeskCommand['kind']> = Extract<DeskCommand, { readonly kind: K }>;

export interface PeopleParts {
  readonly book: StaffBook;
  readonly ledger: Pick<PeopleLedger, 'openBindingRequests' | 'tell'>;
  readonly changes: StaffChanges;
  readonly admins: readonly string[];
  readonly addressOf: AddressOf;
  readonly say: Say;
  /** Unique over all services. */
  readonly newId: () => string;
  readonly log: Log;
}

/** Who is who, as people ask and managers change it. */
export interface People {
  me(who: Who): StaffResult;
  /** `page` counts from 1. */
  list(who: Who, page: number): Promise<StaffList>;
  /** Requests that wait for this manager's answer. */
  requests(who: Who): Promise<WaitingRequests>;
  bind(command: CommandOf<'bind'>, who: Who): Promise<StaffResult>;
  unbind(command: CommandOf<'unbind'>, who: Who): Promise<StaffResult>;
}

export function createPeople({ book, ledger, changes, admins, addressOf, say, newId, log }: PeopleParts): People {
  const tellBound = createTellBound({ book, ledger, admins, addressOf, say, newId, log });

  /** The store whose people and requests are shown; null is all. */
  const storeOf = ({ role, member }: Who) => (role === 'admin' ? null : (member?.store.code ?? ''));

  async function openRequests(who: Who, page: number): Promise<RequestsPage> {
    const current = book.snapshot();
    const asked = await ledger.openBindingRequests(storeOf(who), REQUESTS_COUNTED);
    // The requests of people who have been bound meanwhile are not open any more.
    const open = asked.filter(({ user }) => current.person(user) === null);
    return {
      requests: open
        .slice((page - 1) * REQUESTS_LISTED, page * REQUESTS_LISTED)
        .map((request) => bindingAsked(current, who, request)),
      moreRequests: Math.max(0, open.length - page * REQUESTS_LISTED),
    };
  }

  return {
    me: (who) => ({ kind: 'me', who }),

    async list(who, page) {
      const current = book.snapshot();
      const own = storeOf(who);
      const shown = own === null ? {} : { storeCode: own };
      return {
        kind: 'staff-list',
        page,
        people: current
          .people(shown, page * LISTED)
          .slice((page - 1) * LISTED)
          .map((person) => memberView(current, admins, person)),
        total: current.count(shown),
        more: Math.max(0, current.count(shown) - page * LISTED),
        ...(await openRequests(who, page)),
      };
    },

    async requests(who) {
      return { kind: 'waiting-requests', ...(await openRequests(who, 1)) };
    },

    async bind({ user, employeeId, store: typed, name }, who) {
      const found = findStore(book.snapshot().stores, typed);
      if (found.kind !== 'found') return notChanged({ ...found, typed: { user, employeeId, name } });
      const wish = { by: who.user, user };
      const wanted = { employeeId, storeCode: found.store.code, name };
      const changed = await changes.make(wish, null, (current) => judgeBinding(current, admins, wish, wanted));
      if (changed.kind !== 'change') return whyNot(book.snapshot(), admins, changed);
      if (changed.after === null) throw new Error('a binding has taken the entry out');

      const current = book.snapshot();
      const member = memberView(current, admins, { user, ...changed.after });
      await tellBound(user, changed.after, who.user);
      const holders = holdersView(current, who, { employeeId, user });
      return { kind: 'bound', member, changed: changed.before !== null, holders };
    },

    async unbind({ user }, who) {
      const wish: Wish = { by: who.user, user };
      const changed = await changes.make(wish, null, (current) => judgeUnbinding(current, admins, wish));
      if (changed.kind !== 'change') return whyNot(book.snapshot(), admins, changed);
      return { kind: 'unbound', user, name: changed.before?.name ?? user };
    },
  };
}
