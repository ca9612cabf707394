import type { Ledger } from '../redemption/ledger.ts';
import type { StaffBook } from '../redemption/people.ts';
import type { Directory } from '../redemption/ports.ts';
import type { Store } from '../redemption/redemption.ts';
import type { Who } from './permissions.ts';

/** More people than are told apart on one page. */
const MOST = 20;

export interface MeantPerson {
  /** Platform and id. */
  readonly user: string;
  readonly name: string;
  /** Null for those who have left the mapping. */
  readonly store: Store | null;
}

export interface MeantPeopleParts {
  readonly ledger: Pick<Ledger, 'findTypists'>;
  readonly directory: Pick<Directory, 'findStaff'>;
  readonly book: Pick<StaffBook, 'snapshot'>;
}

/**
 * Whom a name, an account or a part of one may stand for: people of the mapping and people on record, of the own store for those
 * who manage one. People of one name are all meant.
 */
export type MeantPeople = (text: string, who: Who) => Promise<readonly MeantPerson[] | 'too-many'>;

export function createMeantPeople({ ledger, directory, book }: MeantPeopleParts): MeantPeople {
  return async (text, who) => {
    const part = plain(text);
    const storeCode = who.role === 'admin' ? null : (who.member?.store.code ?? '');
    const staff = book.snapshot();
    const found = new Map<string, MeantPerson>();
    for (const store of staff.stores) {
      if (storeCode !== null && store.code !== storeCode) continue;
      for (const { user, name } of staff.people({ storeCode: store.code })) {
        const called = name ?? user;
        if (plain(called).includes(part) || plain(user).includes(part)) found.set(user, { user, name: called, store });
        if (found.size > MOST) return 'too-many';
      }
      // A company may have thousands of people: a redemption that comes meanwhile waits for one store at most.
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { user, name } of await ledger.findTypists(text, storeCode, MOST + 1)) {
      const member = directory.findStaff(user);
      const called = member?.name ?? name;
      // They may be called otherwise now.
      if (found.has(user) || !(plain(called).includes(part) || plain(user).includes(part))) continue;
      found.set(user, { user, name: called, store: member?.store ?? null });
    }
    return found.size > MOST ? 'too-many' : [...found.values()];
  };
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
