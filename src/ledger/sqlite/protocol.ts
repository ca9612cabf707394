import type { NoticeKind } from '../../redemption/notices.ts';
import type { LedgerErrorCode } from '../errors.ts';
import type { VerbName } from '../verbs.ts';

/** What the main thread asks of the storage thread. */
export interface Request {
  readonly id: number;
  readonly verb: VerbName;
  readonly args: readonly unknown[];
}

export interface Failure {
  readonly code: LedgerErrorCode;
  readonly message: string;
}

export type RequestResult =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly failure: Failure };

export interface WorkerOptions {
  readonly path: string;
  /** What groups want to hear when it is opened. */
  readonly wanted: readonly NoticeKind[];
}

export type ToWorker =
  | { readonly kind: 'requests'; readonly requests: readonly Request[]; readonly wanted: readonly NoticeKind[] }
  | { readonly kind: 'close' };
/** What was in the file when it was opened. */
export interface Found {
  /** Rows that a dead service had left pending. */
  readonly interrupted: number;
  /** Users who have a held reply. */
  readonly heldUsers: readonly string[];
}

export type FromWorker =
  | ({ readonly kind: 'opened' } & Found)
  | { readonly kind: 'not-opened'; readonly failure: Failure }
  | { readonly kind: 'results'; readonly results: readonly RequestResult[] };
