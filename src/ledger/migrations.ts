import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { IDS, type DatabaseKind, type Step } from './ids.ts';
import { createTallies } from './figures/migration.ts';
import { createClearances, createInstances, createLeases } from './leases/migration.ts';
import {
  addChanges,
  addFirstAddress,
  addShows,
  addSpent,
  addTopic,
  createAllowances,
  createMessages,
  indexReplies,
  indexReplyInstants,
} from './messages/migration.ts';
import { createNotices } from './notices/migration.ts';
import {
  addConversation,
  createKnownNames,
  createMappingChanges,
  createPeople,
  indexStaffChanges,
} from './people/migration.ts';
import {
  addAskNumber,
  addDetails,
  addSights,
  addUnsettled,
  createRedemptions,
  indexBySettled,
  indexByStore,
  indexByTime,
  indexForSearch,
  indexPending,
  indexSettled,
} from './redemptions/migration.ts';
import type { Tables } from './schema.ts';
import { createSessions } from './sessions/migration.ts';
import { addInstants, createTrail } from './trail/migration.ts';

const steps = (...all: readonly Step[]): Migration => ({
  async up(db: Kysely<unknown>) {
    for (const step of all) await step(db);
  },
});

/** Those that have been shipped stay as they are, with their names. */
function migrationsFor(kind: DatabaseKind): Record<string, Migration> {
  const ids = IDS[kind];
  return {
    '0001-redemptions': steps(createInstances, createMessages(ids), createRedemptions(ids), indexPending, indexReplies),
    '0002-notices': steps(createNotices(ids), indexByStore),
    '0003-records': steps(indexByTime),
    '0004-people': steps(createPeople(ids)),
    '0005-details': steps(addDetails(ids)),
    '0006-promise': steps(addChanges, addSights),
    '0007-refusals': steps(createClearances),
    '0008-clock': steps(indexReplyInstants),
    '0009-unsettled': steps(addUnsettled),
    '0010-allowances': steps(createAllowances, addTopic, addConversation),
    '0011-spent': steps(addSpent),
    '0012-leases': steps(createLeases),
    '0013-first-address': steps(addFirstAddress),
    '0014-shows': steps(addShows),
    '0015-ask-number': steps(addAskNumber),
    '0016-known-names': steps(createKnownNames),
    '0017-sessions': steps(createSessions),
    '0018-settled': steps(indexBySettled),
    '0019-trail': steps(addInstants, createTrail(ids)),
    '0022-settled': steps(indexSettled),
    '0023-mapping-changes': steps(indexStaffChanges(ids), createMappingChanges(ids)),
    '0021-tallies': steps(createTallies),
    '0020-search': steps(indexForSearch),
  };
}

/** The names of all migrations, by which a ledger knows which of them it has had. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(migrationsFor('sqlite'));

/** Brings the database to the newest shape; throws when it cannot, and leaves it as it was. */
export async function migrate(db: Kysely<Tables>, kind: DatabaseKind): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrationsFor(kind) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error('the ledger could not be brought to this version', { cause: error });
}
