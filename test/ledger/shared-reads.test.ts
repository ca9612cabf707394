import { DatabaseSync } from 'node:sqlite';
import type { KyselyPlugin } from 'kysely';
import { expect, test } from 'vitest';
import { migrate } from '../../src/ledger/migrations.ts';
import { queriesOn } from '../../src/ledger/sqlite/database.ts';
import { lineOf, newLine, newMessage } from './fixtures.ts';
import { startSharedPlace } from './shared-place.ts';

test('on a shared database reads have connections of their own, which claims and outcomes do not wait for', async () => {
  const place = await startSharedPlace();
  // Another database stands for other connections, so that what comes shows which were asked.
  const other = queriesOn(new DatabaseSync(':memory:'));
  await migrate(other, 'sqlite');
  const reading = Promise.withResolvers<undefined>();
  const held = Promise.withResolvers<undefined>();
  const holding: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      reading.resolve(undefined);
      await held.promise;
      return result;
    },
  };
  const { ledger } = await place.open({ readDb: other.withPlugin(holding) });
  const order: string[] = [];
  const read = ledger.findRecords({}, 1).then((records) => {
    order.push('read');
    return records;
  });
  await reading.promise;
  const claim = await ledger.claim(newMessage(), [newLine()]);
  const { receipt } = await ledger.settle(lineOf(claim), { state: 'succeeded', vendorMsg: '成功' });
  expect((await ledger.findRecords({ receipt }, 1)).newest).toHaveLength(1);
  order.push('redeemed');
  const closed = ledger.close().then(() => order.push('closed'));
  held.resolve(undefined);
  expect(await read).toEqual({ counts: [], newest: [] });
  await closed;
  expect(order).toEqual(['redeemed', 'read', 'closed']);
  await expect(ledger.findRecords({}, 1)).rejects.toMatchObject({ code: 'closed' });
  await place.clear();
  await other.destroy();
});
