/**
 * `npm run bench:ledger`: what a redemption costs each ledger in time and space, without HTTP and vendor around it.
 * The figures in docs/scaling.md come from here.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeliveryNotes } from '../src/chat/delivery-notes.ts';
import { openPostgresLedger } from '../src/ledger/postgres/ledger.ts';
import { openSqliteLedger } from '../src/ledger/sqlite/ledger.ts';
import { createLog } from '../src/log.ts';
import type { Ledger } from '../src/redemption/ledger.ts';
import type { NewLine, NewMessage } from '../src/redemption/message.ts';
import { realTime } from '../src/time/real.ts';
import { readArguments } from '../src/tools/arguments.ts';
import { query, startPostgres } from '../test/support/postgres.ts';

const USAGE = `npm run bench:ledger
  fills a SQLite and a PostgreSQL ledger, both made for it, and says how fast and how large`;

readArguments(USAGE, {});

const AT_ONCE = 200;

const log = createLog({ level: 'silent' });

/** As long as what a group chat of WeCom really sends. */
const message = (serial: number): NewMessage => ({
  channel: 'wecom-bot',
  account: 'aibXXXXXXXXXXXXXX',
  messageId: `CAIQ${String(serial).padStart(28, '0')}`,
  user: `wecom:user${serial % 500}`,
  conversation: `wecom:wrkSFfCgAA${String(serial % 100).padStart(22, '0')}`,
  text: '@核销助手 核销 914095353294404024 2',
  returnAddress: {
    responseUrl: `https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=${'x'.repeat(64)}`,
    user: `user${serial % 500}`,
    chatId: `wrkSFfCgAA${String(serial % 100).padStart(22, '0')}`,
  },
});

const line: NewLine = {
  line: 0,
  card: '914095353294404024',
  count: 2,
  remark: '',
  store: { code: 'EW_N2949193145', name: '人民路店' },
  employeeId: 11,
  unsent: null,
};

/** Claims, settles and marks as told `total` redemptions, 200 at once; returns how many a second. */
async function fill(ledger: Ledger, total: number): Promise<number> {
  const notes = createDeliveryNotes({ ledger, time: realTime, log });
  let next = 0;
  const worker = async () => {
    while (next < total) {
      const claim = await ledger.claim(message(next++), [line]);
      for (const row of claim.message.redemptions) await ledger.settle(row, { state: 'succeeded', vendorMsg: '成功' });
      notes.answered({ message: claim.message.id, asOf: 0 });
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await notes.stop();
  return (total * 1000) / (performance.now() - startedAt);
}

function report(ledger: string, total: number, perSecond: number, bytes: number): void {
  const [rate, size] = [Math.round(perSecond), Math.round(bytes / total)];
  process.stdout.write(`${ledger}: ${total} redemptions, ${rate} a second, ${size} bytes each\n`);
}

const folder = await mkdtemp(join(tmpdir(), 'bench-ledger-'));
const file = join(folder, 'ledger.db');
const sqlite = await openSqliteLedger(file);
const inSqlite = 100_000;
const sqliteRate = await fill(sqlite.ledger, inSqlite);
await sqlite.ledger.close();
report('SQLite', inSqlite, sqliteRate, (await stat(file)).size);
await rm(folder, { recursive: true });

const server = await startPostgres();
const url = await server.createDatabase();
const postgres = await openPostgresLedger(url, { log });
const size = async () =>
  Number((await query(url, 'select pg_database_size(current_database()) as bytes'))[0]?.['bytes']);
const empty = await size();
const inPostgres = 20_000;
const postgresRate = await fill(postgres.ledger, inPostgres);
report('PostgreSQL', inPostgres, postgresRate, (await size()) - empty);
await postgres.ledger.close();
await server.stop();
