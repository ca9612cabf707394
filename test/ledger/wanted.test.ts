import { expect, test } from 'vitest';
import type { VerbContext } from '../../src/ledger/context.ts';
import { migrate } from '../../src/ledger/migrations.ts';
import { newReceipt } from '../../src/ledger/redemptions/receipt.ts';
import { openDatabase } from '../../src/ledger/sqlite/database.ts';
import { verbs } from '../../src/ledger/verbs.ts';
import type { NoticeKind } from '../../src/redemption/notices.ts';
import { NOT_ASKING } from '../../src/redemption/questions.ts';
import type { Outcome } from '../../src/redemption/redemption.ts';
import { lineOf, newLine, newMessage } from './fixtures.ts';

const UNKNOWN: Outcome = { state: 'unknown', reason: 'timeout' };
const SEEN = { realCard: null, cardName: null, validUntil: null, remaining: 10 };
const BY_HAND = { how: 'hand', user: 'wecom:boss', name: '李经理' } as const;

/** Each does something of which groups may want to hear; `before` what comes before that. */
const HAPPENINGS: readonly {
  readonly name: string;
  readonly kind: NoticeKind;
  readonly before?: Outcome | undefined;
  readonly happens: (context: VerbContext, row: { id: number; message: number }) => Promise<unknown>;
}[] = [
  {
    name: 'a call',
    kind: 'succeeded',
    happens: (c, row) => verbs.settle(c, row, { state: 'succeeded', vendorMsg: null }),
  },
  { name: 'a call without an answer', kind: 'unknown', happens: (c, row) => verbs.settle(c, row, UNKNOWN) },
  {
    name: 'an answer that comes after all',
    kind: 'settled',
    before: UNKNOWN,
    happens: (c, row) => verbs.settle(c, row, { state: 'refused', vendorMsg: null }),
  },
  { name: 'a look', kind: 'settled', before: UNKNOWN, happens: (c, { id }) => verbs.settleByLook(c, id, 8, false) },
  {
    name: 'a person',
    kind: 'settled',
    before: UNKNOWN,
    happens: (c, { id }) => verbs.settleByHand(c, id, 'refused', BY_HAND),
  },
  {
    name: 'a take-over',
    kind: 'unknown',
    happens: (c) => verbs.takeOver({ ...c, instance: 'another' }, Number.MAX_SAFE_INTEGER),
  },
  {
    name: 'a claim that is given up after it was taken over',
    kind: 'settled',
    happens: async (c) => {
      await verbs.takeOver({ ...c, instance: 'another', wanted: [] }, Number.MAX_SAFE_INTEGER);
      await verbs.abandonClaim(c, newMessage({ messageId: 'm' }), 'token');
    },
  },
];

test.each(HAPPENINGS)('groups hear of $name where one of them wants it, and only there', async (happening) => {
  const { kind, before, happens } = happening;
  for (const wanted of [[kind], []]) {
    const db = openDatabase(':memory:');
    await migrate(db, 'sqlite');
    const shared = { now: Date.now(), instance: 'one', newReceipt, shared: false, taken: null, askedUsers: null };
    await db.transaction().execute(async (trx) => {
      const quiet: VerbContext = { ...shared, trx, wanted: [] };
      const claimed = await verbs.claim(quiet, newMessage({ messageId: 'm' }), [newLine()], 'token', NOT_ASKING);
      const { id, message } = lineOf(claimed);
      await verbs.noteCard(quiet, { id, message }, SEEN, NOT_ASKING.policy);
      if (before !== undefined) await verbs.settle(quiet, { id, message }, before);
      const context: VerbContext = { ...quiet, wanted };
      await happens(context, { id, message });
      const told = await verbs.openNotices(context, 9);
      expect(told.map((notice) => notice.kind)).toEqual(wanted);
    });
    await db.destroy();
  }
});
