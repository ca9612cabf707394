import * as sentences from '../command/sentences.ts';
import type { MessageRecord } from '../redemption/message.ts';
import type { Time } from '../time/time.ts';
import type { LateWayOf } from './late-way.ts';

/** How often it is said anew, where that is a message each time. */
const EVERY_MS = 3_000;

/**
 * How many lines of others, as of now, are called before the last one of a message that this process is to call; null where
 * none of them waits for that.
 */
export type LinesBefore = (message: Pick<MessageRecord, 'id' | 'user'>) => number | null;

/** How far messages are whose lines wait to be called. */
export interface Progress {
  readonly linesBefore: LinesBefore;
  /** Its person has been told that it waits: where the platform shows changes of that, they are told as long as it does. */
  follow(message: MessageRecord): void;
}

export interface ProgressParts {
  readonly linesBefore: LinesBefore;
  readonly lateWay: LateWayOf;
  readonly decorate: (text: string) => string;
  readonly time: Pick<Time, 'after'>;
}

export function createProgress({ linesBefore, lateWay, decorate, time }: ProgressParts): Progress & { stop(): void } {
  /** By its id, with the number that was told last. */
  const followed = new Map<number, { readonly message: MessageRecord; readonly told: number }>();
  let cancel: (() => void) | null = null;

  function tellChanges(): void {
    cancel = null;
    for (const [id, { message, told }] of followed) {
      const before = linesBefore(message);
      // Nothing is said once its last line is being called: a result may be on its way, which must stay what is said last.
      if (before === null) followed.delete(id);
      else if (before !== told) {
        followed.set(id, { message, told: before });
        lateWay(message)?.progress?.(message.returnAddress, decorate(sentences.working(before)));
      }
    }
    if (followed.size > 0) begin();
  }

  function begin(): void {
    cancel ??= time.after(EVERY_MS, tellChanges);
  }

  return {
    linesBefore,
    follow(message) {
      const before = linesBefore(message);
      if (before === null || lateWay(message)?.progress === undefined) return;
      followed.set(message.id, { message, told: before });
      begin();
    },
    stop() {
      cancel?.();
      followed.clear();
    },
  };
}
