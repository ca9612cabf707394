import type { Reception } from '../../src/chat/reception.ts';
import { createLog } from '../../src/log.ts';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';
import { createOpenLine } from '../../src/transports/socket/open.ts';
import type { SocketBot } from '../../src/transports/socket/socket.ts';
import { startSocket, type RunningSocket, type SocketParts } from '../../src/transports/socket/start.ts';

/** Pauses are a tenth as long. */
const HASTY: Time = { ...realTime, after: (ms, work) => realTime.after(ms / 10, work) };

export interface ConnectedBot extends RunningSocket {
  /** Resolves as soon as it is up. */
  up(): Promise<void>;
}

/** Keeps a bot connected over real sockets, without a service around it: `hear` gets what comes in. */
export function connectBot<Content, As, Payload>(
  bot: SocketBot<Content, As, Payload>,
  hear: Reception['hear'],
  change: Partial<SocketParts> = {},
): ConnectedBot {
  const log = createLog({ level: 'silent' });
  const running = startSocket(bot, {
    reception: { hear },
    leases: null,
    holder: 'a test',
    openLine: createOpenLine(null),
    random: Math.random,
    onDelivery: () => () => undefined,
    onUp: () => undefined,
    onChange: () => undefined,
    onStrange: () => undefined,
    time: HASTY,
    log,
    sampled: log,
    ...change,
  });
  return {
    ...running,
    async up() {
      while (!running.isUp()) await realTime.sleep(5);
    },
  };
}
