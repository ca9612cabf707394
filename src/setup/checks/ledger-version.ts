import type { Finding } from './check.ts';
import { fail, ok, skipped } from './findings.ts';

/** What the migrations that a ledger has had say of it; null: it has no tables yet; undefined: it could not be asked. */
export async function ofMigrations(had: readonly string[] | null | undefined): Promise<Finding> {
  if (had === undefined) return skipped({ zh: '数据库连不上。', en: 'The database cannot be reached.' });
  if (had === null)
    return ok({ zh: '还没有表，第一次启动时会建。', en: 'There are no tables yet: the first start makes them.' });
  // What SQL needs is loaded only here.
  const { MIGRATION_NAMES } = await import('../../ledger/migrations.ts');
  const newer = had.filter((name) => !MIGRATION_NAMES.includes(name));
  if (newer.length > 0)
    return fail(
      {
        zh: `账本被更新版本的程序用过（${newer.join(', ')}），这个版本不能用它。`,
        en: `A newer version of the program has used it (${newer.join(', ')}), and this one refuses it.`,
      },
      {
        zh: '装回新版本；或停掉服务，用升级前的备份恢复（docs/operating.md「Upgrade」）。',
        en: 'Install the newer version again; or stop the service and restore the backup from before (docs/operating.md, “Upgrade”).',
      },
    );
  const missing = MIGRATION_NAMES.length - had.length;
  if (missing > 0)
    return ok(
      {
        zh: `账本是旧版本的，下次启动时会升级（${missing} 步）。`,
        en: `It is of an older version; the next start brings it up to date (${missing} steps).`,
      },
      {
        zh: '先做备份：npm run backup（PostgreSQL 用 pg_dump）。',
        en: 'Back it up before: npm run backup (pg_dump for PostgreSQL).',
      },
    );
  return ok({ zh: '和这个程序一致。', en: 'It is that of this program.' });
}
