import { sql, type QueryExecutorProvider } from 'kysely';
import type { Log } from '../log.ts';
import { repeat, type Repeating } from '../time/repeat.ts';
import type { Time } from '../time/time.ts';
import { describeFailure } from './errors.ts';

/** Standbys come and settings change while a service runs. */
const EVERY_MS = 10 * 60_000;

/** What makes a difference to whether a committed transaction outlives a power cut or a failover. */
interface Durability {
  readonly synchronousCommit: string | null;
  readonly standbyNames: string | null;
  readonly fsync: string | null;
  readonly fullPageWrites: string | null;
  readonly standbys: boolean;
  readonly recovering: boolean;
}

export interface DurabilityParts {
  readonly db: QueryExecutorProvider;
  readonly log: Log;
  readonly time: Time;
}

/**
 * Looks whether the database keeps what it has committed, and warns where it may not: now, whenever it is asked to,
 * as after a failover, and now and then. What was found is said once for as long as it stays so. Nothing fails with it.
 */
export function watchDurability({ db, log, time }: DurabilityParts): Repeating {
  let said: readonly string[] = [];
  return repeat(time, EVERY_MS, async () => {
    let complaints: readonly string[];
    try {
      complaints = (await lookAtDurability(db)).map(({ sentence }) => sentence);
    } catch (error) {
      // Away, or only compatible with PostgreSQL: then it has rules of its own.
      log.debug({ why: describeFailure(error) }, 'not checked whether the database keeps what it has committed');
      return;
    }
    for (const complaint of complaints) if (!said.includes(complaint)) log.warn(complaint);
    said = complaints;
  });
}

/** Something for which the database may lose what it has committed. */
export interface Carelessness {
  readonly kind: 'recovering' | 'standbys' | 'synchronous_commit' | 'fsync' | 'full_page_writes';
  /** For the operator, remedy included. */
  readonly sentence: string;
}

/** What is careless about how the database is set now; rejects where it does not say, as one that is only compatible. */
export async function lookAtDurability(db: QueryExecutorProvider): Promise<readonly Carelessness[]> {
  return complain(await inspect(db));
}

async function inspect(db: QueryExecutorProvider): Promise<Durability> {
  // `reset_val` is the default of the database or the role, not what this session has set since.
  const { rows } = await sql<{
    name: string;
    value: string | null;
    standbys: boolean;
    recovering: boolean;
  }>`
    select
      name,
      reset_val as value,
      exists (
        select 1
        from pg_stat_replication
        join pg_stat_activity using (pid)
        -- A logical replica of one database only gets changes of it and cannot take over; nor can a backup.
        where pg_stat_activity.datid is null and pg_stat_activity.application_name not like 'pg_basebackup%'
      ) as standbys,
      pg_is_in_recovery() as recovering
    from pg_settings
    where name in ('synchronous_commit', 'synchronous_standby_names', 'fsync', 'full_page_writes')
  `.execute(db);
  const [first] = rows;
  if (first === undefined) throw new Error('the database does not say how it is set');
  const value = (name: string) => rows.find((row) => row.name === name)?.value ?? null;
  return {
    synchronousCommit: value('synchronous_commit'),
    standbyNames: value('synchronous_standby_names'),
    fsync: value('fsync'),
    fullPageWrites: value('full_page_writes'),
    standbys: first.standbys,
    recovering: first.recovering,
  };
}

function complain(found: Durability): Carelessness[] {
  const { synchronousCommit, standbyNames, fsync, fullPageWrites, standbys, recovering } = found;
  const complaints: Carelessness[] = [];
  const say = (kind: Carelessness['kind'], sentence: string) => complaints.push({ kind, sentence });
  if (recovering) {
    say(
      'recovering',
      'the database is a standby or still recovering, and can only be read: DATABASE_URL has to lead to the primary',
    );
  }
  if (standbys && standbyNames === '') {
    say(
      'standbys',
      'the database has standbys, but no commit waits for one: after a failover the last redemptions are forgotten, ' +
        "and a message that is delivered again is redeemed again; set synchronous_standby_names, such as 'ANY 1 (*)'",
    );
  }
  const careless = standbys ? ['off', 'local', 'remote_write'] : ['off', 'local'];
  if (synchronousCommit !== null && careless.includes(synchronousCommit)) {
    say(
      'synchronous_commit',
      `the default synchronous_commit of the database is ${synchronousCommit}, which can lose what was committed; ` +
        'the ledger asks for more in each of its transactions, others do not: set it to on or remote_apply',
    );
  }
  if (fsync === 'off') {
    say('fsync', 'the database has fsync = off: a power cut can lose redemptions, or everything; set it to on');
  }
  if (fullPageWrites === 'off') {
    say(
      'full_page_writes',
      'the database has full_page_writes = off, which is safe only on storage that never writes half a page; ' +
        'on any other a power cut can damage the ledger: set it to on',
    );
  }
  return complaints;
}
