import type { CodesRead } from '../redemption/shown.ts';

export type Kind = 'jpeg' | 'png' | 'webp';

/** What the reader asks of its thread, one picture at a time. */
export interface Job {
  readonly kind: Kind;
  /** The thread's own from then on. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the thread says: first that it is ready, then once for each picture. */
export type Report =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'read';
      readonly result: CodesRead;
      /** Whether the thread must read no more: its memory has grown, and WebAssembly never gives any back; or a decoder broke off. */
      readonly worn: boolean;
    };
