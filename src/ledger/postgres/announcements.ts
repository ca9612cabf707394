import type pg from 'pg';
import type { Log } from '../../log.ts';
import { sqlState } from '../../postgres/errors.ts';
import { repeat } from '../../time/repeat.ts';
import type { Time } from '../../time/time.ts';

const CHANNEL = 'redemptions_settled';
/** A payload may have 8,000 bytes. */
const IDS_PER_PAYLOAD = 400;
const RECONNECT_MS = 1_000;

/** Services that share a ledger tell each other which rows were settled. */
export interface Announcements {
  announce(ids: readonly number[]): void;
  close(): void;
}

export interface AnnouncementsParts {
  readonly createClient: () => pg.Client;
  /** Told the ids that an instance announces; without ids, that some may have been missed. */
  readonly onHeard: (ids?: readonly number[]) => void;
  readonly log: Log;
  readonly time: Time;
}

/**
 * Tells the other instances which rows were settled, and hears it from them, on a connection of its own. A help, not a
 * promise: what is lost here is found by polling. Announced after the commit and not in it, because PostgreSQL commits
 * transactions that announce something one at a time.
 */
export function startAnnouncements({ createClient, onHeard, log, time }: AnnouncementsParts): Announcements {
  let client: pg.Client | null = null;
  let unsent: number[] = [];
  let sending = false;

  /** Resolves when the connection has ended; rejects when the database has no LISTEN. */
  async function converse(): Promise<void> {
    const current = createClient();
    const ended = new Promise<void>((resolve) => current.on('end', resolve));
    // Every error is followed by the end of the connection.
    current.on('error', () => undefined);
    current.on('notification', ({ payload = '' }) => onHeard(payload.split(',').map(Number)));
    try {
      await current.connect();
      await current.query(`listen ${CHANNEL}`);
      client = current;
      onHeard();
      send();
      await ended;
    } finally {
      client = null;
      current.end().catch(() => undefined);
    }
  }

  async function converseIfItCan(): Promise<void> {
    try {
      await converse();
    } catch (error) {
      // Class 0A is "not supported", 42 "not understood".
      if (!/^(?:0A|42)/u.test(sqlState(error) ?? '')) return;
      log.warn({ err: error }, 'the database has no LISTEN: results of other instances are found by polling');
      void conversations.stop();
    }
  }

  /** One at a time; what comes meanwhile goes together with the next. */
  function send(): void {
    if (client === null || sending || unsent.length === 0) return;
    const current = client;
    const payload = unsent.splice(0, IDS_PER_PAYLOAD).join(',');
    sending = true;
    // The disk need not be waited for. Said for this transaction only: behind a pooler the session is not ours.
    void current
      .query(`begin; set local synchronous_commit = off; notify ${CHANNEL}, '${payload}'; commit`)
      .catch(() => current.end())
      .finally(() => {
        sending = false;
        send();
      });
  }

  const conversations = repeat(time, RECONNECT_MS, converseIfItCan);

  return {
    announce(ids) {
      if (client === null) return;
      unsent.push(...ids);
      send();
    },
    close() {
      void conversations.stop();
      unsent = [];
      client?.end().catch(() => undefined);
    },
  };
}
