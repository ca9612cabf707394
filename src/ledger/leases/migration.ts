import type { Step } from '../ids.ts';

export const createInstances: Step = async (db) => {
  await db.schema
    .createTable('instances')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .execute();
};

export const createClearances: Step = async (db) => {
  await db.schema
    .createTable('clearances')
    .addColumn('instance', 'text', (c) => c.primaryKey())
    .addColumn('clear_at', 'bigint', (c) => c.notNull())
    .execute();
};

export const createLeases: Step = async (db) => {
  await db.schema
    .createTable('leases')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('ends_at', 'bigint', (c) => c.notNull())
    .execute();
};
