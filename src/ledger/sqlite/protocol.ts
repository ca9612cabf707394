import type { NoticeKind } from '../../redemption/notices.ts';
import { LedgerError, type LedgerErrorCode } from '../errors.ts';
import type { ReadName } from '../reads.ts';
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

type Outcome = { readonly result: unknown } | { readonly failure: Failure };

export type RequestResult = { readonly id: number } & Outcome;

export interface WorkerOptions {
  readonly path: string;
  /** What groups want to hear when it is opened. */
  readonly wanted: readonly NoticeKind[];
  /** The URL of a module with a `Beginning`, for a ledger that is empty; absent: it stays so. */
  readonly beginning?: string | undefined;
}

export function isWorkerOptions(data: unknown): data is WorkerOptions {
  return typeof data === 'object' && data !== null && 'path' in data && 'wanted' in data;
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

export interface ReadThreadOptions {
  readonly path: string;
}

/** What the main thread asks of the thread that reads, one after the other. */
export interface ReadRequest {
  readonly name: ReadName;
  readonly args: readonly unknown[];
}

export type ReadResult = Outcome;

export function toFailure(error: unknown): Failure {
  if (error instanceof LedgerError) return { code: error.code, message: error.message };
  return { code: 'storage', message: error instanceof Error ? error.message : String(error) };
}
