/**
 * Every clock that the service reads and every pause that it makes, so that a test can decide about them. All in
 * milliseconds.
 */
export interface Time {
  /** Since 1970, as this machine believes; may be set back or forth at any moment. */
  now(): number;
  /** Never goes back; may stand still while the machine sleeps. */
  monotonic(): number;
  /** Since the machine was started; runs on while it sleeps. */
  uptime(): number;
  /** Resolves after `ms`, or as soon as `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `work` once after `ms`, unless the function that it returns is called before. */
  after(ms: number, work: () => void): () => void;
}
