import type { Generated } from 'kysely';
import type { TrailFacts } from '../../redemption/trail.ts';

/** What happened to redemptions and messages besides what their rows say, which say only how things stand. */
export interface TrailTables {
  trail: {
    id: Generated<number>;
    redemption: number | null;
    /** To which it happened, or by which it happened to the redemption. */
    message: number | null;
    at: number;
    kind: TrailFacts['kind'];
    /** JSON: the rest of the facts; null where there is none. */
    facts: string | null;
  };
}
