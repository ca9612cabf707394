import type { BindRequest } from '../command/command.ts';
import type { AddressOf, BindingRequest, Decision, StaffBook, StaffSnapshot } from '../redemption/people.ts';
import type { PeopleLedger } from '../redemption/ledger.ts';
import type { NewMessage } from '../redemption/message.ts';
import type { Say } from './notice.ts';
import type { People } from './people.ts';
import { notChanged, whyNot } from './not-changed.ts';
import { mayManage, type Who } from './permissions.ts';
import type { StaffChanges } from './staff-changes.ts';
import { judgeBinding, managersOf, whoIn } from './staff-rules.ts';
import type { NotChanged, StaffResult } from './staff-result.ts';
import { bindingAsked, holdersView, memberView, nameIn, requestView } from './staff-views.ts';
import { findStore } from './stores.ts';

/** A decision that was not carried out after this time, because the service died, may be made again. */
const LEASE_MS = 30_000;

export interface RequestsParts {
  readonly book: StaffBook;
  readonly ledger: Pick<
    PeopleLedger,
    'askBinding' | 'findBindingRequest' | 'decideBinding' | 'reopenBinding' | 'finishBinding' | 'tell'
  >;
  readonly changes: StaffChanges;
  readonly people: Pick<People, 'bind'>;
  readonly admins: readonly string[];
  readonly addressOf: AddressOf;
  readonly say: Say;
}

/** Where a request is made, and so where its result is told. */
type AskedAt = Pick<NewMessage, 'channel' | 'conversation' | 'returnAddress'>;

/** People who are not in the mapping ask to be; those who manage the store answer. */
export interface Requests {
  ask(command: BindRequest, who: Who, at: AskedAt): Promise<StaffResult>;
  decide(number: number, decision: Decision, who: Who): Promise<StaffResult>;
}

export function createRequests({ book, ledger, changes, people, admins, addressOf, say }: RequestsParts): Requests {
  async function agree(request: BindingRequest, who: Who): Promise<StaffResult> {
    const wish = { by: who.user, user: request.user };
    const judge = (current: StaffSnapshot) => judgeBinding(current, admins, wish, request);
    const foreseen = judge(book.snapshot());
    if (foreseen.kind === 'refused') return whyNot(book.snapshot(), admins, foreseen);

    const { won, request: decided } = await ledger.decideBinding(request.number, 'agreed', who.user, LEASE_MS);
    if (!won) return closed(decided);
    const changed = await changes.make(wish, request.number, judge);
    if (changed.kind === 'refused' || changed.kind === 'failed') {
      await ledger.reopenBinding(request.number, who.user);
      return whyNot(book.snapshot(), admins, changed);
    }
    return finish(request, who, true);
  }

  async function reject(request: BindingRequest, who: Who): Promise<StaffResult> {
    const { won, request: decided } = await ledger.decideBinding(request.number, 'rejected', who.user, LEASE_MS);
    return won ? finish(request, who, false) : closed(decided);
  }

  async function finish(request: BindingRequest, who: Who, agreed: boolean): Promise<StaffResult> {
    const { number, user, channel, conversation, returnAddress, storeCode } = request;
    const current = book.snapshot();
    const view = requestView(current, request);
    const text = say({ kind: 'binding-answered', agreed, request: view, by: nameIn(current, who.user) });
    // A person who was bound in another way meanwhile is not told of the rejection.
    const topic = { kind: 'entry', storeCode: agreed ? storeCode : null } as const;
    await ledger.finishBinding(number, [
      {
        key: `binding-${number}-answered`,
        user,
        channel,
        conversation: conversation ?? null,
        returnAddress,
        text,
        topic,
      },
    ]);
    const person = agreed ? null : current.person(user);
    const mayKnow = person !== null && mayManage(who, person.storeCode);
    return {
      kind: 'request-decided',
      agreed,
      request: view,
      holders: holdersView(current, who, request),
      bound: mayKnow ? memberView(current, admins, person) : null,
    };
  }

  /** Why a request can no longer be decided. */
  function closed({ number, state, decidedBy, done }: BindingRequest): NotChanged {
    switch (state) {
      case 'open':
      case 'expired':
        return notChanged({ kind: 'request-lapsed' });
      case 'replaced':
        return notChanged({ kind: 'request-replaced' });
      case 'agreed':
      case 'rejected': {
        if (!done) return notChanged({ kind: 'request-in-hand' });
        const by = nameIn(book.snapshot(), decidedBy ?? '');
        return notChanged({ kind: 'answered-already', number, agreed: state === 'agreed', by });
      }
    }
  }

  return {
    async ask(command, who, { channel, conversation, returnAddress }) {
      const current = book.snapshot();
      const { employeeId, name } = command;
      const found = findStore(current.stores, command.store);
      if (found.kind !== 'found') return notChanged({ ...found, typed: { user: null, employeeId, name } });
      const { store } = found;
      // A person who could agree to the request need not make it.
      if (mayManage(who, store.code)) return people.bind({ ...command, kind: 'bind', user: who.user }, who);
      if (who.member !== undefined) return notChanged({ kind: 'bound-already', store: who.member.store });

      const managers = managersOf(current, admins, store.code);
      if (managers.length === 0) return notChanged({ kind: 'no-manager' });
      const asked = { user: who.user, employeeId, name, storeCode: store.code, channel, conversation, returnAddress };
      const request = await ledger.askBinding(asked);
      if (request === null) return notChanged({ kind: 'too-many-requests' });
      const { number } = request;
      await ledger.tell(
        managers.map((user) => ({
          key: `binding-${number}-asked-${user}`,
          user,
          ...addressOf(user),
          text: say(bindingAsked(current, whoIn(current, admins, user), request)),
          topic: { kind: 'request', number },
        })),
      );
      const hasManager = managers.some((user) => current.person(user)?.storeCode === store.code);
      return {
        kind: 'requested',
        request: requestView(current, request),
        answeredBy: hasManager ? 'manager' : 'admin',
      };
    },

    async decide(number, decision, who) {
      const request = await ledger.findBindingRequest(number);
      // Managers of other stores do not learn whether such a request exists.
      if (request === null || !mayManage(who, request.storeCode)) return notChanged({ kind: 'no-such-request' });
      if (request.state !== 'open' && request.state !== decision) return closed(request);
      return decision === 'agreed' ? agree(request, who) : reject(request, who);
    },
  };
}
