import type { Incoming } from '../../../src/chat/channel.ts';
import type { Reception } from '../../../src/chat/reception.ts';
import { createLog } from '../../../src/log.ts';
import { sampleLog } from '../../../src/log/sampled.ts';
import type { Leases } from '../../../src/redemption/leases.ts';
import type { SocketBot } from '../../../src/transports/socket/socket.ts';
import { startSocket, type RunningSocket } from '../../../src/transports/socket/start.ts';
import { ToyGateway } from '../../support/toy-gateway.ts';
import { toySocket, type ToyOptions } from '../../support/toy-socket.ts';
import { VirtualTime } from '../../support/virtual-time.ts';

export const REPLY = { text: '核销成功', question: null, redeemed: true, onRecord: true };

export interface Change extends Partial<Omit<ToyOptions<string>, 'understand'>> {
  readonly hear?: Reception['hear'];
  readonly leases?: Leases;
  readonly holder?: string;
  readonly gateway?: ToyGateway;
  readonly time?: VirtualTime;
}

/** A line of the log. */
export interface Said {
  readonly level: string;
  readonly reason?: string;
  readonly remedy?: string;
  readonly count?: number;
  readonly msg: string;
}

export interface Stage {
  readonly running: RunningSocket;
  readonly gateway: ToyGateway;
  readonly time: VirtualTime;
  /** Every line of the log. */
  readonly said: Said[];
  /** Every change that was counted. */
  readonly changes: string[];
  /** What the gauge shows. */
  readonly gauge: () => boolean;
  /** How many frames were counted as dropped. */
  readonly dropped: () => number;
  /** What became of each delivery. */
  readonly results: string[];
}

/** A bot of the toy platform that hears texts, kept connected with time and network made up. */
export function startStage(change: Change = {}): Stage {
  const { gateway = new ToyGateway(), time = new VirtualTime(), leases = null, holder = 'me' } = change;
  const hear = change.hear ?? ((_incoming, carrier) => carrier.final(REPLY).then(() => undefined));
  const said: Said[] = [];
  const changes: string[] = [];
  const results: string[] = [];
  let gauge = false;
  let dropped = 0;
  const log = createLog({
    level: 'debug',
    destination: { write: (line: string) => void said.push(JSON.parse(line) as Said) },
  });
  const running = startSocket(toyBot({ url: 'wss://toy.example/?ticket=a-secret-ticket', ...change }), {
    reception: { hear },
    leases,
    holder,
    openLine: gateway.openLine,
    random: () => 0.5,
    onDelivery: () => (result) => void results.push(result),
    onUp: (_, isUp) => void (gauge = isUp),
    onChange: (_, reason) => void changes.push(reason),
    onStrange: () => void (dropped += 1),
    time,
    log,
    sampled: sampleLog(log, time),
  });
  return { running, gateway, time, said, changes, gauge: () => gauge, dropped: () => dropped, results };
}

/** Every delivery is a text that is answered as a poll would be. */
export function toyBot(options: Omit<ToyOptions<string>, 'understand'>): SocketBot<string, null, string> {
  const reply = { as: null, room: 1_000, direct: null };
  return {
    channel: 'toy',
    read: (messageId): Incoming<null> =>
      messageId === 'nothing for us'
        ? { kind: 'ignored', why: 'a test' }
        : { kind: 'poll', channel: 'toy', account: '', messageId, reply },
    render: { final: (_, { text }) => text, waiting: () => null },
    socket: toySocket({
      ...options,
      understand: (content) => (typeof content === 'string' ? { content } : 'not a text'),
    }),
  };
}
