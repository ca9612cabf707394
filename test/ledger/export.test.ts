import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLedgerToRead, type ExportFilter, type LedgerToRead } from '../../src/ledger/export.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { NewLine } from '../../src/redemption/message.ts';
import type { RecordedRedemption } from '../../src/redemption/records.ts';
import type { Outcome } from '../../src/redemption/redemption.ts';
import { createDatabase } from '../support/databases.ts';
import { query } from '../support/postgres.ts';
import { lineOf, newLine, newMessage } from './fixtures.ts';
import { log } from './postgres-place.ts';

const YES: Outcome = { state: 'succeeded', vendorMsg: '成功' };
const NO: Outcome = { state: 'refused', vendorMsg: '剩余次数不足' };

interface Place {
  readonly ledger: Ledger;
  readonly reader: LedgerToRead;
  /** Runs SQL that is the same everywhere. */
  readonly exec: (text: string) => Promise<unknown>;
}

/** What every export finds, from every kind of ledger, while a service has it open. */
function exportContract(name: string, open: () => Promise<Place>): void {
  describe(`${name} can be exported while the service runs`, () => {
    let ledger: Ledger;
    let reader: LedgerToRead;
    let exec: Place['exec'];
    beforeEach(async () => {
      ({ ledger, reader, exec } = await open());
    });
    afterEach(async () => {
      await reader[Symbol.asyncDispose]();
      await ledger.close();
    });

    async function redeem(at: number, remark: string, outcome: Outcome, line: Partial<NewLine> = {}, user = 'wecom:a') {
      const claim = await ledger.claim(newMessage({ user }), [newLine({ remark, ...line })]);
      const row = lineOf(claim);
      await ledger.settle(row, outcome);
      await exec(`update redemptions set claimed_at = ${at} where id = ${row.id}`);
    }
    async function exported(filter: ExportFilter): Promise<RecordedRedemption[]> {
      const all: RecordedRedemption[] = [];
      for await (const page of reader.pages(filter)) all.push(...page);
      return all;
    }

    test('oldest first, from the first instant of a span to the one before its last, and narrowed', async () => {
      const west = { store: { code: 'EW_N2', name: '西湖店' } };
      await redeem(1_999, 'before', YES);
      await redeem(2_999, 'last', NO, west);
      await redeem(2_000, 'first', YES);
      await redeem(2_500, 'same', NO, {}, 'wecom:b');
      await redeem(2_500, 'instant', YES);
      await redeem(3_000, 'after', YES);
      const span = { from: 2_000, to: 3_000 };
      const remarks = async (filter: Omit<ExportFilter, 'span'>) =>
        (await exported({ span, ...filter })).map(({ redemption }) => redemption.remark);
      expect(await remarks({})).toEqual(['first', 'same', 'instant', 'last']);
      expect(await remarks({ storeCode: 'EW_N2' })).toEqual(['last']);
      expect(await remarks({ user: 'wecom:b' })).toEqual(['same']);
      expect(await remarks({ states: ['refused'] })).toEqual(['same', 'last']);
      expect(await remarks({ states: ['refused'], storeCode: 'EW_N1', user: 'wecom:a' })).toEqual([]);
      await redeem(2_600, 'meanwhile', YES);
      expect(await remarks({})).toEqual(['first', 'same', 'instant', 'meanwhile', 'last']);
    });

    test('each redemption once, also where more than a page are of the same instant', async () => {
      const lines = Array.from({ length: 2_500 }, (_, line) => newLine({ line }));
      const { message } = await ledger.claim(newMessage(), lines);
      const at = message.redemptions[0]?.claimedAt ?? 0;
      const all = await exported({ span: { from: at, to: at + 1 } });
      expect(all.map(({ redemption }) => redemption.line)).toEqual(lines.map(({ line }) => line));
    });
  });
}

describe('SQLite', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'export-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  exportContract('SQLite', async () => {
    const path = join(folder, 'ledger.db');
    const { ledger } = await openSqliteLedger(path);
    const exec = async (text: string) => {
      using raw = new DatabaseSync(path, { timeout: 5_000 });
      raw.exec(text);
    };
    return { ledger, reader: openLedgerToRead(null, folder), exec };
  });
});

describe('PostgreSQL', () => {
  exportContract('PostgreSQL', async () => {
    const url = await createDatabase();
    const { ledger } = await openPostgresLedger(url, { log });
    return { ledger, reader: openLedgerToRead(url, '/nowhere'), exec: (text) => query(url, text) };
  });
});
