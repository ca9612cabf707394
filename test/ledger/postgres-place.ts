import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgresLedger, type PostgresLedgerOptions } from '../../src/ledger/postgres/ledger.ts';
import { createLog } from '../../src/log.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import { startPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';
import { query } from '../support/postgres.ts';

export const log = createLog({ level: 'silent' });

/** A database that services come and go on; each reaches it through a network of its own that can break. */
export class PostgresPlace {
  readonly url: string;
  readonly deadAfterMs: number;
  readonly #opened: { readonly ledger: Ledger; readonly proxy: PostgresProxy }[] = [];

  constructor(url: string, deadAfterMs: number) {
    this.url = url;
    this.deadAfterMs = deadAfterMs;
  }

  async open(options: Partial<PostgresLedgerOptions> = {}, judge: PostgresProxy['judge'] = () => 'pass') {
    const proxy = await startPostgresProxy(this.url);
    proxy.judge = judge;
    const times = { heartbeatMs: 100, deadAfterMs: this.deadAfterMs, graceMs: 0, pollMs: 50 };
    const opened = await openPostgresLedger(proxy.url, { log, ...times, ...options });
    const instance = { ...opened, proxy };
    this.#opened.push(instance);
    return instance;
  }

  /** Cuts off the only service for good, and lets so much time pass that the next one takes it for dead. */
  async kill(ledger: Ledger): Promise<void> {
    this.#opened.find((each) => each.ledger === ledger)?.proxy.setAlive(false);
    const others = 'from pg_stat_activity where datname = current_database() and pid != pg_backend_pid()';
    // What it had sent off may still be done.
    await eventually(async () => (await query(this.url, `select 1 ${others}`)).length === 0 || undefined);
    await query(this.url, `update instances set seen_at = seen_at - ${this.deadAfterMs + 1}`);
  }

  async clear(): Promise<void> {
    await Promise.all(
      this.#opened.map(async ({ ledger, proxy }) => {
        await ledger.close();
        await proxy.close();
      }),
    );
  }
}

/** Asks until the answer is there, for as long as the test may take. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(20);
  }
}
