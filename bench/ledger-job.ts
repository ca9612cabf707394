import { z } from 'zod';

/** What `bench/ledger-fill.ts` is to do, passed to it as JSON. */
export const Fill = z.object({
  /** The folder of the version whose ledger it is. */
  root: z.string(),
  /** The URL of a PostgreSQL, or the path of a SQLite file; nothing is there yet. */
  at: z.string(),
  redemptions: z.number(),
});

/** What has come of it; CPU of all threads for each redemption. */
export const Filled = z.object({ perSecond: z.number(), cpuUs: z.number() });
