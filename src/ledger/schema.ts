import type { FigureTables } from './figures/tables.ts';
import type { LeaseTables } from './leases/tables.ts';
import type { MessageTables } from './messages/tables.ts';
import type { NoticeTables } from './notices/tables.ts';
import type { PeopleTables } from './people/tables.ts';
import type { RedemptionTables } from './redemptions/tables.ts';
import type { SessionTables } from './sessions/tables.ts';
import type { TrailTables } from './trail/tables.ts';

/** Instants are milliseconds since 1970; JSON is kept as text, so that every SQL database can hold it. */
export interface Tables
  extends
    MessageTables,
    RedemptionTables,
    TrailTables,
    NoticeTables,
    PeopleTables,
    LeaseTables,
    SessionTables,
    FigureTables {}
