import type { Call, VerbName } from '../verbs.ts';

/** After these a redemption may be another than before. What time alone ends (questions) is left to whoever looks again. */
const CHANGING: ReadonlySet<VerbName> = new Set<VerbName>([
  'claim',
  'settle',
  'noteCard',
  'askShown',
  'cancelQuestion',
  'cancelQuestions',
  'settleByLook',
  'settleByHand',
  'settleByList',
  'noteRemaining',
]);

/** Those who want to hear that something has changed, and not what. */
export function createWatchers() {
  const watchers = new Set<() => void>();

  function tell(): void {
    for (const watcher of watchers) watcher();
  }

  return {
    tell,
    watch(watcher: () => void): () => void {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    /** The same way to call verbs, which tells them. Nothing waits for it, and it costs nothing while nobody wants to hear. */
    around(call: Call): Call {
      return (verb, ...args) => {
        const result = call(verb, ...args);
        if (watchers.size > 0 && CHANGING.has(verb)) result.then(tell, () => undefined);
        return result;
      };
    },
  };
}

export type Watchers = ReturnType<typeof createWatchers>;
