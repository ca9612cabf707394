import type pg from 'pg';
import type { Text } from '../../../pages/text.ts';
import { openDatabase } from '../../../postgres/database.ts';
import { lookAtDurability, type Carelessness } from '../../../postgres/durability.ts';
import { ConnectionLost, describeFailure, sqlState } from '../../../postgres/errors.ts';
import type { Finding } from '../check.ts';
import { fail, ok, skipped, warn } from '../findings.ts';
import { withClient } from './with-client.ts';

/** The oldest that its makers still mend. */
const OLDEST_VERSION = 140_000;
const CLOCK_WARN_MS = 5_000;
const CLOCK_FAIL_MS = 60_000;

/** What is looked at in a database, given its URL. Nothing of it stays. */
export const LOOKS = {
  async reach(url: string): Promise<Finding> {
    try {
      return await withClient(url, version);
    } catch (error) {
      const reason = describeFailure(error);
      return fail({ zh: `连不上：${reason}`, en: `It cannot be used: ${reason}` }, remedyFor(error));
    }
  },
  rights: (url: string) => onDatabase(url, rights),
  async durability(url: string): Promise<Finding> {
    return onDatabase(url, async () => {
      const database = openDatabase(url, { poolSize: 1, statementMs: 3_000 });
      try {
        return ofCarelessness(await lookAtDurability(database.db));
      } catch (error) {
        if (error instanceof ConnectionLost) throw error;
        const reason = describeFailure(error);
        return skipped(
          { zh: `它没有说：${reason}`, en: `It does not say: ${reason}` },
          {
            zh: '确认它提交后的数据在断电和切换后都还在（docs/scaling.md）。',
            en: 'See that what it commits outlives a power cut and a failover (docs/scaling.md).',
          },
        );
      } finally {
        await database.close();
      }
    });
  },
  pooler: (url: string) => onDatabase(url, (client) => pooler(client, url)),
  clock: (url: string) => onDatabase(url, clock),
} as const;

async function onDatabase(url: string, work: (client: pg.Client) => Promise<Finding>): Promise<Finding> {
  try {
    return await withClient(url, work);
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    return skipped({ zh: '数据库连不上。', en: 'The database cannot be reached.' });
  }
}

async function version(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ version: number; words: string; name: string }>(
    "select current_setting('server_version_num')::int as version, current_setting('server_version') as words, current_database() as name",
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the database does not say what it is');
  const seen = { zh: `${row.name}，PostgreSQL ${row.words}。`, en: `${row.name}, PostgreSQL ${row.words}.` };
  if (row.version >= OLDEST_VERSION) return ok(seen);
  return warn(seen, {
    zh: 'PostgreSQL 14 以前的版本已经没有人维护，也没有试过：请升级。',
    en: 'Versions before 14 are not maintained any more, and were not tried: upgrade it.',
  });
}

function remedyFor(error: unknown): Text {
  const state = sqlState(error instanceof ConnectionLost ? error.cause : error);
  if (state !== null && state.startsWith('28'))
    return {
      zh: '检查 DATABASE_URL 里的用户名和密码，以及数据库的 pg_hba.conf。',
      en: 'Check user and password in DATABASE_URL, and pg_hba.conf of the server.',
    };
  if (state === '3D000')
    return {
      zh: '没有这个数据库：createdb，或改 DATABASE_URL 里的名字。',
      en: 'There is no such database: createdb, or correct its name in DATABASE_URL.',
    };
  if (state === '53300')
    return {
      zh: '连接数满了：调大 max_connections，或少开几个实例。',
      en: 'Raise max_connections, or run fewer instances.',
    };
  return {
    zh: '检查 DATABASE_URL 里的主机和端口，数据库是否在运行，防火墙是否放行。',
    en: 'Check host and port in DATABASE_URL, whether the server runs, and the firewall between.',
  };
}

/** Makes a table, writes to it, and rolls all of it back; and asks whether the tables that are there may be written. */
async function rights(client: pg.Client): Promise<Finding> {
  try {
    await client.query('begin');
    await client.query('create table doctor_probe (id integer primary key, note text)');
    await client.query("insert into doctor_probe values (1, 'probe')");
    await client.query("update doctor_probe set note = 'again'");
    await client.query('delete from doctor_probe');
    const { rows } = await client.query<{ name: string }>(
      `select tablename as name from pg_tables
       where schemaname = current_schema() and tablename in ('messages', 'redemptions', 'mapping', 'instances')
       and not has_table_privilege(format('%I.%I', schemaname, tablename), 'select, insert, update, delete')`,
    );
    if (rows.length === 0)
      return ok({
        zh: '可以建表、写入（试过并已撤回）。',
        en: 'Tables can be made and written (tried, and rolled back).',
      });
    const names = rows.map(({ name }) => name).join(', ');
    return fail(
      { zh: `这些表不能写：${names}`, en: `These tables may not be written: ${names}` },
      {
        zh: '把它们交给 DATABASE_URL 里的用户：alter table … owner to …',
        en: 'Give them to the user of DATABASE_URL: alter table … owner to …',
      },
    );
  } catch (error) {
    if (sqlState(error) === null) throw error;
    const reason = describeFailure(error);
    return fail(
      { zh: `不能建表或写入：${reason}`, en: `Tables cannot be made or written: ${reason}` },
      {
        zh: '以管理员执行 grant create, usage on schema public to <用户>，或让这个用户拥有数据库；如果它是只读的备库，DATABASE_URL 要指向主库。',
        en: 'As an administrator: grant create, usage on schema public to <user>, or make the user the owner. If it is a standby, DATABASE_URL has to lead to the primary.',
      },
    );
  } finally {
    await client.query('rollback').catch(() => undefined);
  }
}

const IN_CHINESE: Readonly<Record<Carelessness['kind'], string>> = {
  recovering: '它是备库或还在恢复，只能读：DATABASE_URL 要指向主库。',
  standbys:
    "有备库，但提交时不等它：切换后会丢掉最近的核销，重发的消息会再核销一次。设置 synchronous_standby_names，如 'ANY 1 (*)'。",
  synchronous_commit:
    '默认的 synchronous_commit 太宽松，可能丢掉已提交的内容；账本自己会要求更严，但请改成 on 或 remote_apply。',
  fsync: 'fsync = off：断电会丢核销，甚至丢掉全部。改成 on。',
  full_page_writes: 'full_page_writes = off：断电可能损坏账本。改成 on。',
};

function ofCarelessness(found: readonly Carelessness[]): Finding {
  if (found.length === 0) return ok({ zh: '提交后就不会丢。', en: 'What is committed stays.' });
  const seen: Text = {
    zh: found.map(({ kind }) => IN_CHINESE[kind]).join('\n'),
    en: found.map(({ sentence }) => sentence).join('\n'),
  };
  const todo: Text = {
    zh: '在数据库服务器上改，再重新加载配置；见 docs/scaling.md。',
    en: 'Set it at the database server and reload; see docs/scaling.md.',
  };
  // That one the ledger raises in each of its transactions.
  return found.every(({ kind }) => kind === 'synchronous_commit') ? warn(seen, todo) : fail(seen, todo);
}

/**
 * In transaction mode a server session that is idle is given to the next client: two clients that take turns then see the
 * same one.
 */
async function pooler(client: pg.Client, url: string): Promise<Finding> {
  const session = async (of: pg.Client) =>
    (await of.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
  const first = await session(client);
  const second = await withClient(url, session);
  // Said when it was connected to; a pooler has numbers of its own.
  const { processID } = client as unknown as { readonly processID: number | null };
  if (first === second)
    return ok({
      zh: '前面有事务模式的连接池：可以用，别的实例的结果靠查询得知，会慢一点点。',
      en: 'There is a pooler in transaction mode: that works; results of other instances are found by polling.',
    });
  if (processID !== null && processID !== first)
    return ok({ zh: '前面有会话模式的连接池：可以用。', en: 'There is a pooler in session mode: that works.' });
  return ok({ zh: '直接连到数据库，没有连接池。', en: 'There is none: it is reached directly.' });
}

async function clock(client: pg.Client): Promise<Finding> {
  await client.query('select 1');
  const [before, { rows }, after] = [
    Date.now(),
    await client.query<{ ms: string }>('select extract(epoch from clock_timestamp()) * 1000 as ms'),
    Date.now(),
  ];
  const ahead = Math.round(Number(rows[0]?.ms) - (before + after) / 2);
  const seconds = (Math.abs(ahead) / 1000).toFixed(1);
  const seen = {
    zh: `数据库的时钟比这台机器${ahead < 0 ? '慢' : '快'} ${seconds} 秒。`,
    en: `It is ${seconds} s ${ahead < 0 ? 'behind' : 'ahead of'} the clock of this machine.`,
  };
  if (Math.abs(ahead) <= CLOCK_WARN_MS) return ok(seen);
  const todo = { zh: '两台机器都开启对时（chrony 或 ntp）。', en: 'Set both by the network: chrony or ntp.' };
  return Math.abs(ahead) > CLOCK_FAIL_MS ? fail(seen, todo) : warn(seen, todo);
}
