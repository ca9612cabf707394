/** Bounds how many messages this process works on at once. */
export interface Limits {
  /** Takes a place for one more message; call the result when it is done. Null where no place is free. */
  enter(): (() => void) | null;
}

export function createLimits({ maxInProgress }: { readonly maxInProgress: number }): Limits {
  let inProgress = 0;
  return {
    enter() {
      if (inProgress >= maxInProgress) return null;
      inProgress += 1;
      return () => {
        inProgress -= 1;
      };
    },
  };
}
