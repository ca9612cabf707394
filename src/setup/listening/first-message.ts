import type { LiveConfig } from '../../config.ts';
import { startHttp } from '../../http/server.ts';
import { keepNotCarriedOut } from '../../ledger/not-carried-out.ts';
import { sampleLog } from '../../log/sampled.ts';
import type { Log } from '../../log.ts';
import { realTime } from '../../time/real.ts';
import { startListening } from '../listening.ts';
import type { HeardPerson, Listening, ListeningView } from '../ports.ts';

const LOOK_EVERY_MS = 100;
const CLOSE_WITHIN_MS = 2_000;

export interface WaitOptions {
  readonly withinMs: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** Told what there is to see each time that it has changed. */
  readonly onView?: (view: ListeningView) => void;
  readonly log: Log;
}

/**
 * Waits for the first genuine message to the bots of these settings, where no service runs with them: listens itself, also where
 * callbacks come in, and carries nothing out. Resolves with who wrote; null: nobody did in time. Rejects with CannotListen where
 * callbacks cannot come in.
 */
export async function waitForFirstMessage(
  config: LiveConfig,
  { withinMs, signal, onView, log }: WaitOptions,
): Promise<HeardPerson | null> {
  await using parts = new AsyncDisposableStack();
  const listening = await startListening({ ...config, keep: (told) => keepNotCarriedOut(config.dataDir, told), log });
  parts.defer(() => listening.stop());
  const closeHttp = await serve(listening, config, log);
  parts.defer(closeHttp);

  const until = realTime.monotonic() + withinMs;
  let shown = '';
  for (;;) {
    const view = listening.view();
    const now = JSON.stringify(view);
    if (now !== shown) onView?.(view);
    shown = now;
    const [person] = view.heard;
    if (person !== undefined) return person;
    if (signal?.aborted === true || realTime.monotonic() >= until) return null;
    await realTime.sleep(LOOK_EVERY_MS, signal);
  }
}

/** Has the callbacks of its bots come in, where it has such. Resolves with what ends that. */
async function serve(listening: Listening, { host, port }: LiveConfig, log: Log): Promise<() => Promise<void>> {
  const paths = listening.view().bots.flatMap(({ path }) => path ?? []);
  if (paths.length === 0) return async () => undefined;
  const sampled = sampleLog(log, realTime);
  const http = await startHttp({
    ...{ host, port },
    log: sampled,
    addRoutes(router) {
      router.all(paths, listening.callbacks);
    },
  });
  log.info({ url: http.url }, 'listening for callbacks');
  return async () => {
    await http.close(CLOSE_WITHIN_MS);
    sampled.stop();
  };
}
