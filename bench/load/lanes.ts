import type { Job } from './job.ts';
import type { Prepared } from './messages.ts';

/** Carries one message at a time to what is measured. */
export interface Lane {
  /** Calls `onReply` once, with the reply that the person sees, and so as the platform gets it. */
  send(message: Prepared, onReply: (body: Buffer) => void): void;
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  close(): void;
}

/** What may go wrong on a lane. */
export interface Faults {
  /** Something was answered wrongly; the run goes on, and is void. */
  wrong(what: string): void;
  /** Replies will not come any more. */
  lost(why: string): void;
}

/** As many lanes as the job has connections. Rejects when what is measured cannot be reached. */
export type OpenLanes = (job: Job, faults: Faults) => Promise<Lanes>;
