import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS = 365;
const PEOPLE = 5_000;

/** What makes a copied row different from all others; the other columns are those of the row that is copied. */
const MESSAGE: Readonly<Record<string, string>> = {
  id: 'n',
  message_id: `'COPY-' || n`,
  claim_token: `'copy-' || n`,
  user_id: 'who',
  received_at: 'at',
};
const REDEMPTION: Readonly<Record<string, string>> = {
  id: 'n',
  message: 'n',
  // As random as real ones, which is what costs time in an index, and never alike.
  receipt: `'C-' || printf('%x', (n * 2654435761) % 4294967296) || '-' || n`,
  user_id: 'who',
  card: `'9140' || printf('%014d', n % 100003)`,
  claimed_at: 'at',
  sent_at: 'at',
  settled_at: 'at',
};
/** Redemptions of two stores, some of which came to something else than most. */
const MIXED: Readonly<Record<string, string>> = {
  state: `case when n % 50 = 7 then 'refused' when n % 200 = 1 then 'unsent' when n % 25000 = 2 then 'unknown' else state end`,
  vendor_msg: `case when n % 50 = 7 then '次卡余次不足' when n % 200 = 1 or n % 25000 = 2 then null else vendor_msg end`,
  reason: `case when n % 200 = 1 then 'no-connection' when n % 25000 = 2 then 'timeout' else reason end`,
  store_code: `case when n % 3 = 0 then 'EW_N2949193146' else store_code end`,
  store_name: `case when n % 3 = 0 then '解放路店' else store_name end`,
};

const VALUES: Readonly<Record<string, (now: number, rows: number) => string>> = {
  who: () => `'wecom:person' || (n % ${PEOPLE})`,
  // Ids grow with time, so that the rows of a month lie side by side.
  at: (now, rows) => `${now} - ${2 * DAY_MS} - (${rows} - n) * ${Math.floor((DAYS * DAY_MS) / rows)}`,
};

/**
 * Fills a ledger that no process has open with copies of the first message that the service itself wrote there, until
 * it holds `rows`, spread over many people and over the year before yesterday; other messages are taken out. Such rows
 * are like real ones in every shape of the tables. `mixed`: of two stores, and not all of them succeeded.
 */
export function growLedger(dataDir: string, rows: number, { mixed = false } = {}): void {
  const db = new DatabaseSync(join(dataDir, 'ledger.db'));
  db.exec('pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -400000');
  db.exec('begin');
  for (const [table, isCopy] of [
    ['redemptions', `receipt like 'C-%'`],
    ['messages', `message_id like 'COPY-%'`],
  ] as const) {
    // Its id need not be 1: what the service stores to see whether it can takes ids as well.
    db.exec(`delete from ${table} where id > (select min(id) from ${table}) and not ${isCopy}`);
  }
  const ids = 'select max(id) as id from messages union all select max(id) from redemptions';
  const { last } = db.prepare(`select max(id) as last from (${ids})`).get() ?? {};
  if (last == null) throw new Error('there is no message to copy');
  const from = Number(last) + 1;
  const now = Date.now();
  // Two passes, so that each index is filled in one go.
  for (const [table, changes] of [
    ['messages', MESSAGE],
    ['redemptions', mixed ? { ...REDEMPTION, ...MIXED } : REDEMPTION],
  ] as const) {
    const names = db
      .prepare(`pragma table_info(${table})`)
      .all()
      .map(({ name }) => String(name));
    const values = names.map((name) => changes[name] ?? name).map((value) => VALUES[value]?.(now, rows) ?? value);
    db.exec(
      `with recursive numbers(n) as (select ${from} union all select n + 1 from numbers where n < ${rows}) ` +
        `insert into ${table} (${names.join(', ')}) select ${values.join(', ')} from numbers, ` +
        `(select ${names.filter((name) => name !== 'id').join(', ')} from ${table} order by id limit 1)`,
    );
  }
  db.exec('commit');
  // Not analyzed, for no service ever does that.
  db.exec('pragma wal_checkpoint(truncate)');
  db.close();
}
