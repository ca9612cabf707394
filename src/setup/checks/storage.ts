import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LiveConfig } from '../../config.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { dataFolder } from './context.ts';
import { fail, ok, skipped, warn } from './findings.ts';
import { ofMigrations } from './ledger-version.ts';
import { lockHolder } from './lock-holder.ts';
import { LedgerUnreadable, readLedgerFile } from './sqlite-ledger.ts';

/** A larger one takes longer to read through than a check may. */
const READ_THROUGH_BYTES = 64 * 1024 ** 2;

/** The checks of a ledger that is a SQLite file. */
const ledgerFile: Check = {
  name: 'ledger-file',
  group: 'storage',
  about: { zh: '账本文件', en: 'The ledger file' },
  run: (context) =>
    ofFile(context, async (path) => {
      const { size } = await stat(path);
      const isRead = size <= READ_THROUGH_BYTES;
      try {
        const { verdict } = readLedgerFile(path, isRead);
        if (verdict !== null && verdict !== 'ok') return broken(path, verdict);
      } catch (error) {
        if (error instanceof LedgerUnreadable) return broken(path, error.message);
        throw error;
      }
      if (isRead) return ok({ zh: `${path} 完好。`, en: `${path} is sound.` });
      return ok(
        {
          zh: `${path} 打得开；文件太大，没有从头到尾查。`,
          en: `${path} opens; it is too large to be read through here.`,
        },
        { zh: 'npm run backup 会做一份副本并查一遍。', en: 'npm run backup makes a copy and reads that through.' },
      );
    }),
};

function broken(path: string, reason: string): Finding {
  return fail(
    { zh: `${path} 读不了：${reason}`, en: `${path} cannot be relied on: ${reason}` },
    {
      zh: '停掉服务，把它和 -wal、-shm 文件一起留好，用最近的备份恢复（docs/operating.md「Back up and restore」）。',
      en: 'Stop the service, keep the file with those ending in -wal and -shm, and restore the last backup (docs/operating.md, “Back up and restore”).',
    },
  );
}

const ledgerVersion: Check = {
  name: 'ledger-version',
  group: 'storage',
  about: { zh: '账本的版本', en: 'The version of the ledger' },
  run: async (context) => {
    const { config } = context;
    if (config?.mode === 'live' && config.databaseUrl !== null) {
      const { migrationsIn } = await import('./postgres/migrations-in.ts');
      return ofMigrations(await migrationsIn(config.databaseUrl));
    }
    return ofFile(context, async (path) => {
      try {
        return await ofMigrations(readLedgerFile(path, false).migrations);
      } catch (error) {
        if (error instanceof LedgerUnreadable) return skipped({ zh: '账本读不了。', en: 'The ledger cannot be read.' });
        throw error;
      }
    });
  },
};

const ledgerLock: Check = {
  name: 'ledger-lock',
  group: 'storage',
  about: { zh: '谁在用账本', en: 'Who has the ledger' },
  run: (context) =>
    ofFile(context, async (path) => {
      const locks = await readFile('/proc/locks', 'utf8').catch(() => null);
      if (locks === null) return skipped({ zh: '这个系统上看不出来。', en: 'It cannot be told on this system.' });
      const holder = await lockHolder(`${path}.lock`, locks);
      const { service } = context;
      if (holder === null && service === null) return ok({ zh: '没有服务在用。', en: 'No service has it.' });
      if (holder !== null && service !== null)
        return ok({
          zh: `运行中的服务在用（进程 ${holder}）。`,
          en: `The running service has it (process ${holder}).`,
        });
      if (holder !== null)
        return warn(
          {
            zh: `进程 ${holder} 在用它，但设置的地址上没有服务在回答。`,
            en: `Process ${holder} has it, and no service answers at the address of the settings.`,
          },
          {
            zh: '看看那个进程是不是用别的 PORT 启动的，或者卡住了；新的服务要等它停下才能启动。',
            en: 'See whether that process was started with another PORT, or hangs: a new service can start only after it has ended.',
          },
        );
      return warn(
        { zh: '有服务在运行，但用的不是这个账本。', en: 'A service runs, and with another ledger.' },
        {
          zh: '它启动时的 DATA_DIR 不同，或还是沙箱：用现在的设置重启它。',
          en: 'It was started with another DATA_DIR, or is the sandbox: restart it with these settings.',
        },
      );
    }),
};

/** The checks of a database; what they need is loaded only where there is one. */
function ofDatabase(
  name: string,
  about: Check['about'],
  look: keyof typeof import('./postgres/looks.ts').LOOKS,
): Check {
  return {
    name,
    group: 'storage',
    about,
    run: async ({ config }) => {
      if (config === null) return skipped({ zh: '设置还不能用。', en: 'The settings cannot be used yet.' });
      if (config.mode === 'sandbox' || config.databaseUrl === null)
        return skipped({ zh: '没有设置 DATABASE_URL，账本是文件。', en: 'Without DATABASE_URL the ledger is a file.' });
      const { LOOKS } = await import('./postgres/looks.ts');
      return LOOKS[look](config.databaseUrl);
    },
  };
}

export const STORAGE_CHECKS: readonly Check[] = [
  ledgerFile,
  ledgerVersion,
  ledgerLock,
  ofDatabase('database', { zh: '数据库', en: 'The database' }, 'reach'),
  ofDatabase('database-rights', { zh: '数据库里的权限', en: 'Rights in the database' }, 'rights'),
  ofDatabase('database-durability', { zh: '提交后会不会丢', en: 'Whether commits last' }, 'durability'),
  ofDatabase('database-pooler', { zh: '连接池', en: 'A pooler before the database' }, 'pooler'),
  ofDatabase('database-clock', { zh: '数据库的时钟', en: 'The clock of the database' }, 'clock'),
];

async function ofFile(
  { config, cwd }: CheckContext,
  look: (path: string, config: LiveConfig | Exclude<CheckContext['config'], null>) => Promise<Finding>,
): Promise<Finding> {
  if (config === null) return skipped({ zh: '设置还不能用。', en: 'The settings cannot be used yet.' });
  if (config.mode === 'live' && config.databaseUrl !== null)
    return skipped({ zh: '账本在数据库里。', en: 'The ledger is in the database.' });
  const path = join(dataFolder(config, cwd), 'ledger.db');
  const isThere = await stat(path).then(
    ({ size }) => size > 0,
    () => false,
  );
  if (!isThere) return ok({ zh: '还没有账本，第一次启动时会建。', en: 'There is none yet: the first start makes it.' });
  return look(path, config);
}
