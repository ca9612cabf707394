/** What a simulated platform is waited for in: looked at again whenever something in it has changed. */
export interface Changes {
  readonly changed: () => void;
  /** Resolves with what `find` finds, now or after a change; false and undefined are nothing. */
  readonly until: <Found>(find: () => Found | undefined | false) => Promise<Found>;
}

export function createChanges(): Changes {
  const looks = new Set<() => void>();
  return {
    changed() {
      for (const look of looks) look();
    },
    until: (find) =>
      new Promise((resolve) => {
        const look = () => {
          const found = find();
          if (found === undefined || found === false) return;
          looks.delete(look);
          resolve(found);
        };
        looks.add(look);
        look();
      }),
  };
}
