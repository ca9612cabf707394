import type { Time } from '../../../time/time.ts';
import type { Silence } from '../../http.ts';
import type { RandomBytes } from '../cipher.ts';
import type { Acknowledgement, Command } from './frames.ts';

/** As WeCom's own client waits. */
const ACKNOWLEDGED_WITHIN_MS = 5_000;

/** The connection went away before the command was acknowledged. */
export const CLOSED = 'the connection was closed';

/** What WeCom said to a command; silence where it was not heard from. */
export type CommandResult = { readonly kind: 'response'; readonly errcode: number; readonly errmsg: string } | Silence;

export interface CommandsParts {
  /** Resolves with whether the frame went to the network whole. */
  readonly send: (text: string) => Promise<boolean>;
  readonly time: Pick<Time, 'now' | 'after'>;
  readonly randomBytes: RandomBytes;
}

/** Commands on one connection, and what acknowledges them. */
export interface Commands {
  /**
   * Sends a command. Those with the same `reqId`, which is that of the callback they answer, go one after the other, each
   * when the one before is acknowledged or given up. Never rejects.
   */
  give(command: Command, body?: object, reqId?: string): Promise<CommandResult>;
  /** False where it acknowledges nothing. */
  acknowledge(frame: Acknowledgement): boolean;
  /** The connection is gone. */
  close(): void;
}

export function createCommands({ send, time, randomBytes }: CommandsParts): Commands {
  const waiting = new Map<string, (result: CommandResult) => void>();
  /** How many acknowledgements did not come in time: they may still come, and are not those of a later command. */
  const overdue = new Map<string, number>();
  const last = new Map<string, Promise<CommandResult>>();
  let isClosed = false;

  async function exchange(command: Command, body: object | undefined, reqId: string): Promise<CommandResult> {
    if (isClosed) return { kind: 'silence', left: false, cause: CLOSED };
    const acknowledged = Promise.withResolvers<CommandResult>();
    waiting.set(reqId, acknowledged.resolve);
    const cancel = time.after(ACKNOWLEDGED_WITHIN_MS, () => {
      overdue.set(reqId, (overdue.get(reqId) ?? 0) + 1);
      acknowledged.resolve({ kind: 'silence', left: true, cause: 'not acknowledged in time' });
    });
    try {
      const left = await send(JSON.stringify({ cmd: command, headers: { req_id: reqId }, body }));
      return left ? await acknowledged.promise : { kind: 'silence', left: false, cause: 'not sent' };
    } finally {
      cancel();
      waiting.delete(reqId);
    }
  }

  return {
    give(command, body, reqId = `${command}_${time.now()}_${randomBytes(4).toString('hex')}`) {
      const before = last.get(reqId);
      const result =
        before === undefined ? exchange(command, body, reqId) : before.then(() => exchange(command, body, reqId));
      last.set(reqId, result);
      void result.then(() => {
        if (last.get(reqId) === result) last.delete(reqId);
      });
      return result;
    },

    acknowledge({ headers: { req_id: reqId }, errcode, errmsg }) {
      const owed = overdue.get(reqId) ?? 0;
      if (owed > 0) {
        if (owed === 1) overdue.delete(reqId);
        else overdue.set(reqId, owed - 1);
        return true;
      }
      const resolve = waiting.get(reqId);
      resolve?.({ kind: 'response', errcode, errmsg });
      return resolve !== undefined;
    },

    close() {
      isClosed = true;
      for (const resolve of waiting.values()) resolve({ kind: 'silence', left: true, cause: CLOSED });
    },
  };
}
