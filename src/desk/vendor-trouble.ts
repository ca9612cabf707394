import * as sentences from '../command/sentences.ts';
import { managersOf } from './staff-rules.ts';
import type { TellOverruledParts } from './overruled.ts';

export interface TellTroubleParts extends TellOverruledParts {
  /** Such as `2026-11-23`. */
  readonly today: () => string;
}

/** What the vendor refuses the merchant for; `store` is a code where it is about that store alone. */
export interface VendorTrouble {
  readonly trouble: sentences.VendorTroubleKind;
  readonly store: string | null;
}

/**
 * Tells those who manage what is concerned that the vendor refuses the merchant: staff only read that one redemption
 * failed. At most once a day, however many services notice it.
 */
export function createTellTrouble({ book, ledger, admins, addressOf, note, today }: TellTroubleParts) {
  return ({ trouble, store }: VendorTrouble): void => {
    const current = book.snapshot();
    const concerned = store === null ? current.stores.map(({ code }) => code) : [store];
    // Those who manage all stores can have it mended; without them everybody who manages one hears it.
    const users =
      store === null && admins.length > 0 ? admins : concerned.flatMap((code) => managersOf(current, admins, code));
    const name = current.stores.find(({ code }) => code === store)?.name ?? store;
    const text = sentences.vendorTrouble(trouble, name);
    const tellings = [...new Set(users)].map((user) => ({
      key: `vendor-${trouble}-${store ?? 'all'}-${today()}-${user}`,
      user,
      ...addressOf(user),
      text,
    }));
    if (tellings.length > 0) note(() => ledger.tell(tellings));
  };
}
