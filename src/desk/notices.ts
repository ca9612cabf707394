import type { NoticeNow } from '../chat/compose.ts';
import { redemptionText } from '../command/sentences/redemption-text.ts';
import type { PeopleLedger, StaffBook } from '../redemption/people.ts';
import type { Ledger } from '../redemption/ports.ts';
import { mayManage } from './permissions.ts';
import { personIn, whoIn } from './staff-rules.ts';
import { requestNotice } from './staff-views.ts';
import type { TroubleTopic } from './vendor-trouble.ts';

export interface NoticesParts {
  readonly book: StaffBook;
  readonly people: Pick<PeopleLedger, 'findBindingRequest'>;
  readonly ledger: Pick<Ledger, 'findRedemption'>;
  readonly admins: readonly string[];
  /** What is said now of a trouble with the vendor. */
  readonly trouble: (topic: TroubleTopic, user: string) => Promise<string | null>;
}

/** What a notice says when it is told at last; nothing where it has been overtaken, or is not this person's to know any more. */
export function createNotices({ book, people, ledger, admins, trouble }: NoticesParts): NoticeNow {
  async function waiting(number: number, user: string): Promise<string | null> {
    const request = await people.findBindingRequest(number);
    const isOver = request === null || request.done || request.state === 'expired' || request.state === 'replaced';
    const current = book.snapshot();
    if (isOver || personIn(current, request.user) !== null) return null;
    const who = whoIn(current, admins, user);
    return mayManage(who, request.storeCode) ? requestNotice(current, who, request) : null;
  }

  return async (topic, user, text) => {
    switch (topic.kind) {
      case 'request':
        return waiting(topic.number, user);
      case 'entry':
        return (personIn(book.snapshot(), user)?.storeCode ?? null) === topic.storeCode ? text : null;
      case 'redemption': {
        const { role } = whoIn(book.snapshot(), admins, user);
        return role === 'unbound' ? null : redemptionText(await ledger.findRedemption(topic.id));
      }
      case 'unsettled': {
        const { state, store } = await ledger.findRedemption(topic.id);
        return state === 'unknown' && mayManage(whoIn(book.snapshot(), admins, user), store?.code ?? '') ? text : null;
      }
      case 'trouble':
        return trouble(topic, user);
    }
  };
}
