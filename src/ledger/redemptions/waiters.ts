import type { Redemption } from '../../redemption/redemption.ts';

interface Waiter {
  readonly tell: (row: Redemption) => void;
  readonly fail: (error: unknown) => void;
}

/** The callers that wait for rows to be settled. */
export function createWaiters() {
  const waiting = new Map<number, Set<Waiter>>();

  return {
    /** `told` resolves when `tell` is called for this row; it rejects by `giveUp`, or when everything fails. */
    wait(id: number): { readonly told: Promise<Redemption>; readonly giveUp: (error: unknown) => void } {
      const { promise: told, resolve: tell, reject: fail } = Promise.withResolvers<Redemption>();
      const waiter = { tell, fail };
      waiting.set(id, (waiting.get(id) ?? new Set<Waiter>()).add(waiter));
      const giveUp = (error: unknown) => {
        const others = waiting.get(id);
        others?.delete(waiter);
        if (others?.size === 0) waiting.delete(id);
        fail(error);
      };
      return { told, giveUp };
    },
    tell(row: Redemption): void {
      const waiters = waiting.get(row.id) ?? [];
      waiting.delete(row.id);
      for (const waiter of waiters) waiter.tell(row);
    },
    /** Rows that are waited for. */
    ids: (): number[] => [...waiting.keys()],
    fail(error: unknown): void {
      const all = [...waiting.values()].flatMap((waiters) => [...waiters]);
      waiting.clear();
      for (const waiter of all) waiter.fail(error);
    },
  };
}

export type Waiters = ReturnType<typeof createWaiters>;
