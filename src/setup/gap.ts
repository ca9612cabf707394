import type { Context, Next } from 'koa';
import type { Listening } from './ports.ts';

/** How long callbacks wait for what comes after a listening that has stopped, in milliseconds. */
const WAIT_MS = 3_000;

/** The callbacks of what listens at the moment. */
export interface Gap {
  /** Has its callbacks answered, until it stops. */
  around(listening: Listening): Listening;
  readonly callbacks: (ctx: Context, next: Next) => Promise<void>;
  /** What comes next is there: nothing waits any longer. */
  close(): void;
}

/**
 * Between the end of a listening and the start of the service that follows, callbacks of its bots wait: what runs until then
 * would not know them, and some platforms deliver only once.
 */
export function createGap(): Gap {
  let current: Listening | null = null;
  let waiting: { readonly paths: readonly string[]; readonly over: Promise<unknown>; end(): void } | null = null;

  function close(): void {
    waiting?.end();
    waiting = null;
  }

  function open(paths: readonly string[]): void {
    close();
    const { promise: over, resolve } = Promise.withResolvers<null>();
    waiting = { paths, over, end: () => resolve(null) };
  }

  return {
    close,
    around(listening) {
      const paths = listening.view().bots.flatMap(({ path }) => (path === null ? [] : [path]));
      const mine: Listening = {
        view: () => listening.view(),
        callbacks: listening.callbacks,
        async stop() {
          open(paths);
          const opened = waiting;
          try {
            await listening.stop();
          } finally {
            if (current === mine) current = null;
            // Where nothing follows, what runs answers.
            setTimeout(() => {
              if (waiting === opened) close();
            }, WAIT_MS).unref();
          }
        },
      };
      current = mine;
      close();
      return mine;
    },
    async callbacks(ctx, next) {
      if (waiting?.paths.includes(ctx.path)) await waiting.over;
      await (current === null ? next() : current.callbacks(ctx, next));
    },
  };
}
