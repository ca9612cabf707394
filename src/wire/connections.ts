import { randomUUID } from 'node:crypto';
import type { Troubled } from '../operation/condition.ts';
import type { Observer } from '../operation/observe.ts';
import type { Bot } from '../platforms/bot.ts';
import type { Proxy } from '../proxy.ts';
import type { Leases } from '../redemption/leases.ts';
import type { RunningSocket, SocketParts } from '../transports/socket/start.ts';

export interface ConnectionsWiring extends Pick<SocketParts, 'reception' | 'time' | 'log' | 'sampled'> {
  readonly bots: readonly Bot[];
  readonly observer: Observer;
  readonly leases: Leases;
  /** Whether other instances may use the same ledger; of a SQLite file there is one service, by its lock. */
  readonly isShared: boolean;
  readonly proxy: Proxy | null;
}

/** The bots that are reached by a connection of their own. */
export interface Connections extends Troubled {
  /** Begins to connect them. */
  open(): Promise<void>;
  /** Whether the connection of a channel is up here. */
  isUp(channel: string): boolean;
  /** As of `RunningSocket`. */
  refuse(): void;
  stop(withinMs: number): Promise<void>;
}

export function wireConnections({ bots, observer, leases, isShared, proxy, ...rest }: ConnectionsWiring): Connections {
  const running = new Map<string, RunningSocket>();
  return {
    async open() {
      const reached = bots.flatMap(({ socket, ...bot }) => (socket === undefined ? [] : [{ ...bot, socket }]));
      if (reached.length === 0) return;
      // Loaded only where it is used.
      const [{ startSocket }, { createOpenLine }] = await Promise.all([
        import('../transports/socket/start.ts'),
        import('../transports/socket/open.ts'),
      ]);
      const parts: SocketParts = {
        ...rest,
        openLine: createOpenLine(proxy),
        leases: isShared ? leases : null,
        holder: randomUUID(),
        random: Math.random,
        onDelivery: observer.callback,
        onUp: observer.connectionUp,
        onChange: observer.connectionChanged,
        onStrange: observer.frameDropped,
      };
      for (const bot of reached) running.set(bot.channel, startSocket(bot, parts));
    },
    isUp: (channel) => running.get(channel)?.isUp() ?? false,
    problems: () => [...running.values()].flatMap((socket) => socket.problems()),
    refuse() {
      for (const socket of running.values()) socket.refuse();
    },
    async stop(withinMs) {
      await Promise.all([...running.values()].map((socket) => socket.stop(withinMs)));
    },
  };
}
