import { randomBytes, randomUUID } from 'node:crypto';
import { createDirectReplies } from '../chat/direct-replies.ts';
import type { LiveConfig } from '../config.ts';
import { sampleLog } from '../log/sampled.ts';
import type { Log } from '../log.ts';
import type { Bot } from '../platforms/bot.ts';
import { apiHosts, createBots } from '../platforms/bots.ts';
import { createDownload } from '../platforms/download.ts';
import { createPlatformHttp } from '../platforms/http.ts';
import { realTime } from '../time/real.ts';
import type { Time } from '../time/time.ts';
import type { RunningSocket, SocketParts } from '../transports/socket/start.ts';
import { createListeningCallbacks } from './listening/callbacks.ts';
import { createListeningReception } from './listening/reception.ts';
import { NOT_UNDERSTOOD, whyDown } from './listening/why.ts';
import type { Listening, ListeningBot } from './ports.ts';
import type { ListeningReceptionParts } from './listening/reception.ts';

/** How long what is in hand may take to be answered when it stops: each of two times. */
const STOP_WITHIN_MS = 3_000;

/** The settings to listen with; a whole configuration has them all. */
export interface ListeningOptions
  extends
    Pick<LiveConfig, 'channels' | 'wecomApiUrl' | 'mediaHosts' | 'proxy' | 'botNames'>,
    Pick<ListeningReceptionParts, 'keep'> {
  readonly log: Log;
  /** Absent: the real one. */
  readonly time?: Time;
}

/**
 * Opens the bots of these settings, which need not be in force, and hears what people write to them: nothing is carried out, and
 * nothing is kept but what must never be. Resolves at once, while connections are still being opened. Throws TypeError on a key
 * that cannot be one.
 */
export async function startListening(options: ListeningOptions): Promise<Listening> {
  const { channels, wecomApiUrl, mediaHosts, proxy, botNames, keep, log, time = realTime } = options;
  const now = () => time.now();
  const http = createPlatformHttp(proxy);
  const sampled = sampleLog(log, time);
  const settings = { ...channels, wecomApiUrl };
  const download = createDownload({ mediaHosts, apiHosts: apiHosts(settings), proxy, log });
  const bots = createBots(settings, { http, download, now, time, randomBytes, log });
  const direct = createDirectReplies({ lateWay: bots.lateWay, time, log });
  const reception = createListeningReception({ direct, botNames, keep, now, log });
  const callbacks = createListeningCallbacks({ bots: bots.all, reception, now, log: sampled });

  const reached = bots.all.flatMap((bot) => (bot.socket === undefined ? [] : [{ ...bot, socket: bot.socket }]));
  const connections = reached.length === 0 ? [] : await connect();

  async function connect() {
    const [{ startSocket }, { createOpenLine }] = await Promise.all([
      import('../transports/socket/start.ts'),
      import('../transports/socket/open.ts'),
    ]);
    const parts: Omit<SocketParts, 'reception' | 'onStrange'> = {
      ...{ time, log, sampled },
      openLine: createOpenLine(proxy),
      // It is in nobody's way: what is not in force has no lease.
      leases: null,
      holder: randomUUID(),
      random: Math.random,
      onDelivery: () => () => undefined,
      onUp: () => undefined,
      onChange: () => undefined,
    };
    return reached.map((bot) => {
      /** What was dropped since the last thing that was for this bot: there is nobody who could be answered. */
      let dropped = false;
      const onStrange = () => void (dropped = true);
      const hear: typeof reception.hear = (incoming, carrier) => {
        dropped = false;
        return reception.hear(incoming, carrier);
      };
      const running = startSocket(bot, { ...parts, reception: { hear }, onStrange });
      return { running, view: () => viewOf(bot, running, dropped) };
    });
  }

  /** Resolves when `work` is done, at the latest after some time. */
  async function bounded(work: Promise<unknown>): Promise<void> {
    const enough = new AbortController();
    await Promise.race([work, time.sleep(STOP_WITHIN_MS, enough.signal)]);
    enough.abort();
  }

  async function end(): Promise<void> {
    for (const { running } of connections) running.refuse();
    await bounded(Promise.all([callbacks.stop(), reception.idle()]));
    direct.stop();
    await Promise.all(connections.map(({ running }) => running.stop(STOP_WITHIN_MS)));
    await bounded(reception.idle());
    reception.close();
    sampled.stop();
    await bounded(http.close());
  }

  let ending: Promise<void> | null = null;
  return {
    view: () => ({
      bots: [...connections.map((one) => one.view()), ...callbacks.view()],
      heard: reception.people(),
    }),
    callbacks: callbacks.middleware,
    stop: () => (ending ??= end()),
  };
}

function viewOf(
  { channel, platform, socket }: Bot & { readonly socket: NonNullable<Bot['socket']> },
  running: RunningSocket,
  dropped: boolean,
): ListeningBot {
  const isUp = running.isUp();
  const ending = isUp ? null : running.ending();
  const why = isUp && dropped ? NOT_UNDERSTOOD[platform] : ending === null ? null : whyDown(platform, ending);
  const state = why !== null ? 'down' : isUp ? 'up' : 'waiting';
  return { channel, name: socket.name, by: 'connection', path: null, state, why, checkedAt: null };
}
