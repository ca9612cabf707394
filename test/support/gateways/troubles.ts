/**
 * What a command meets instead of the normal course: it is refused; the connection is cut before it is carried out, or after;
 * it is carried out and not acknowledged.
 */
export type Trouble =
  { readonly kind: 'refuse'; readonly errcode: number } | { readonly kind: 'before' | 'after' | 'no-ack' };

/** Troubles that commands are to meet, by the name of the command, each once. */
export function createTroubles() {
  const troubles = new Map<string, Trouble[]>();
  return {
    add(command: string, trouble: Trouble, times = 1): void {
      troubles.set(command, [...(troubles.get(command) ?? []), ...Array<Trouble>(times).fill(trouble)]);
    },
    /** What the next command of this name meets. */
    next: (command: string): Trouble | undefined => troubles.get(command)?.shift(),
    clear(): void {
      troubles.clear();
    },
  };
}
