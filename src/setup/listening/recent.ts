/** Keeps the values of the last `most` keys. */
export interface Recent<Value> {
  get(key: string): Value | undefined;
  /** It is the latest then. */
  put(key: string, value: Value): void;
  /** The latest last. */
  all(): readonly Value[];
}

export function createRecent<Value>(most: number): Recent<Value> {
  const values = new Map<string, Value>();
  return {
    get: (key) => values.get(key),
    put(key, value) {
      values.delete(key);
      values.set(key, value);
      for (const [oldest] of values) {
        if (values.size <= most) break;
        values.delete(oldest);
      }
    },
    all: () => [...values.values()],
  };
}
