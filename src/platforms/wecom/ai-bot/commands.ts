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

/** Acknowledgements of one `reqId` that did not come in time, and may still come. */
interface Overdue {
  /** What was sent last, be it several times: any of its acknowledgements says what became of it. */
  says: string;
  ofThis: number;
  /** Of what was sent before that. They say nothing of this, so as many are passed over: they come in the order of the frames. */
  before: number;
}

export function createCommands({ send, time, randomBytes }: CommandsParts): Commands {
  const waiting = new Map<string, (result: CommandResult) => void>();
  const overdue = new Map<string, Overdue>();
  const last = new Map<string, Promise<CommandResult>>();
  let isClosed = false;

  function missed(reqId: string, says: string): void {
    const known = overdue.get(reqId);
    if (known === undefined) overdue.set(reqId, { says, ofThis: 1, before: 0 });
    else known.ofThis += 1;
  }

  /** From now on this is what was sent last; what it says is asked only where something is overdue. */
  function turnTo(reqId: string, says: () => string): void {
    const known = overdue.get(reqId);
    if (known === undefined || known.says === says()) return;
    overdue.set(reqId, { says: says(), ofThis: 0, before: known.before + known.ofThis });
  }

  function exchange(command: Command, body: object | undefined, reqId: string): Promise<CommandResult> {
    if (isClosed) return Promise.resolve({ kind: 'silence', left: false, cause: CLOSED });
    return new Promise((resolve) => {
      // A version of a stream is the same with a card and without one.
      const says = () => JSON.stringify(body !== undefined && 'stream' in body ? body.stream : { command, body });
      const end = (result: CommandResult) => {
        cancel();
        waiting.delete(reqId);
        resolve(result);
      };
      const cancel = time.after(ACKNOWLEDGED_WITHIN_MS, () => {
        missed(reqId, says());
        end({ kind: 'silence', left: true, cause: 'not acknowledged in time' });
      });
      turnTo(reqId, says);
      waiting.set(reqId, end);
      void send(JSON.stringify({ cmd: command, headers: { req_id: reqId }, body })).then((left) => {
        if (!left && waiting.get(reqId) === end) end({ kind: 'silence', left: false, cause: 'not sent' });
      });
    });
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
      const owed = overdue.get(reqId);
      const resolve = waiting.get(reqId);
      if (owed !== undefined && owed.before > 0) owed.before -= 1;
      else if (resolve !== undefined) resolve({ kind: 'response', errcode, errmsg });
      else if (owed !== undefined && owed.ofThis > 0) owed.ofThis -= 1;
      else return false;
      if (owed?.before === 0 && owed.ofThis === 0) overdue.delete(reqId);
      return true;
    },

    close() {
      isClosed = true;
      for (const resolve of waiting.values()) resolve({ kind: 'silence', left: true, cause: CLOSED });
    },
  };
}
