import type { PeopleLedger, Ledger } from '../redemption/ledger.ts';
import type { StaffBook, Topic } from '../redemption/people.ts';
import type { Notice } from './notice.ts';
import { mayManage } from './permissions.ts';
import { whoIn } from './staff-rules.ts';
import { bindingAsked } from './staff-views.ts';
import type { TroubleTopic } from './vendor-trouble.ts';

/**
 * What a notice says when it is told at last: something new, what was recorded, or nothing (null) where it has been
 * overtaken, or the person may not know it any more.
 */
export type NoticeNow = (topic: Topic, user: string) => Promise<Notice | 'as-recorded' | null>;

export interface NoticesParts {
  readonly book: StaffBook;
  readonly people: Pick<PeopleLedger, 'findBindingRequest'>;
  readonly ledger: Pick<Ledger, 'findRedemption'>;
  readonly admins: readonly string[];
  /** The notice of a trouble with the vendor, as things are now. */
  readonly trouble: (topic: TroubleTopic, user: string) => Promise<Notice | null>;
}

export function createNoticeNow({ book, people, ledger, admins, trouble }: NoticesParts): NoticeNow {
  async function waiting(number: number, user: string): Promise<Notice | null> {
    const request = await people.findBindingRequest(number);
    const isOver = request === null || request.done || request.state === 'expired' || request.state === 'replaced';
    const current = book.snapshot();
    if (isOver || current.person(request.user) !== null) return null;
    const who = whoIn(current, admins, user);
    return mayManage(who, request.storeCode) ? bindingAsked(current, who, request) : null;
  }

  return async (topic, user) => {
    switch (topic.kind) {
      case 'request':
        return waiting(topic.number, user);
      case 'entry':
        return (book.snapshot().person(user)?.storeCode ?? null) === topic.storeCode ? 'as-recorded' : null;
      case 'redemption': {
        const { role } = whoIn(book.snapshot(), admins, user);
        return role === 'unbound' ? null : { kind: 'redemption', redemption: await ledger.findRedemption(topic.id) };
      }
      case 'unsettled': {
        const { state, store } = await ledger.findRedemption(topic.id);
        const mayKnow = mayManage(whoIn(book.snapshot(), admins, user), store?.code ?? '');
        return state === 'unknown' && mayKnow ? 'as-recorded' : null;
      }
      case 'trouble':
        return trouble(topic, user);
    }
  };
}
