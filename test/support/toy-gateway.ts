import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Ears, OpenLine } from '../../src/transports/socket/open.ts';

/** What goes over a connection of the toy platform, as JSON. `delivery` and `answer` are numbers that belong together. */
export interface ToyFrame {
  readonly hello?: string;
  readonly welcome?: true;
  readonly refused?: 'secret' | 'busy';
  readonly beat?: true;
  readonly delivery?: number;
  readonly content?: unknown;
  readonly answer?: number;
  readonly payload?: unknown;
  readonly heard?: number;
  readonly ending?: true;
  readonly kicked?: true;
}

/** What the gateway does with clients. */
export type Manner =
  /** As it should. */
  | 'takes'
  /** It cannot be reached. */
  | 'away'
  /** It takes a client and drops it at once. */
  | 'drops'
  /** It lets clients connect and says nothing. */
  | 'mute'
  /** It takes a client and says at once that the connection ends. */
  | 'announces'
  /** It refuses the handshake. */
  | 401;

/** One connection, as the gateway sees it. */
export class ToyPeer {
  readonly gateway: ToyGateway;
  /** Neither heard nor answered any more, though it is not closed: the network in between has gone. */
  isCut = false;
  /** How the client ended it; null while it is open. */
  ended: 'closed' | 'terminated' | 'dropped' | null = null;
  readonly #send: (text: string | Buffer) => void;
  readonly #drop: () => void;

  constructor(gateway: ToyGateway, send: (text: string | Buffer) => void, drop: () => void) {
    this.gateway = gateway;
    this.#send = send;
    this.#drop = drop;
  }

  say(frame: ToyFrame): void {
    this.sayRaw(JSON.stringify(frame));
  }

  sayRaw(data: string | Buffer): void {
    if (!this.isCut && this.ended === null) this.#send(data);
  }

  drop(): void {
    this.ended ??= 'dropped';
    this.#drop();
  }

  hear(text: string): void {
    if (this.isCut || this.gateway.manner === 'mute') return;
    const frame = JSON.parse(text) as ToyFrame;
    if (frame.beat === true) this.say({ beat: true });
    if (frame.hello !== undefined) this.#welcome(frame.hello);
    if (frame.answer !== undefined && this.gateway.takeAnswer(frame.answer, frame.payload ?? null)) {
      this.say({ heard: frame.answer });
    }
  }

  #welcome(secret: string): void {
    const { gateway } = this;
    if (secret !== gateway.secret) {
      this.say({ refused: 'secret' });
      return;
    }
    if (gateway.onlyOne) {
      for (const other of gateway.open()) {
        if (other === this) continue;
        other.say({ kicked: true });
        other.drop();
      }
    }
    gateway.taken += 1;
    this.say({ welcome: true });
    if (gateway.manner === 'drops') this.drop();
    if (gateway.manner === 'announces') this.say({ ending: true });
  }
}

/** The gateway of a made-up platform. It can be reached in memory, and over the network once it listens. */
export class ToyGateway {
  manner: Manner = 'takes';
  secret = 'secret';
  /** Whether a bot has one connection at most: a new one ends the one before. */
  onlyOne = false;
  /** Whether it confirms answers. */
  confirms = true;
  /** It takes time to close a connection that a client closes; what is under way still comes in. */
  closesLate = false;
  attempts = 0;
  /** How often a client was taken. */
  taken = 0;
  readonly peers: ToyPeer[] = [];
  #deliveries = 0;
  readonly #answers = new Map<number, (payload: unknown) => void>();
  #server: WebSocketServer | null = null;

  open(): ToyPeer[] {
    return this.peers.filter(({ ended }) => ended === null);
  }

  /** The connection that was opened last. */
  get latest(): ToyPeer {
    const peer = this.open().at(-1);
    if (peer === undefined) throw new Error('no connection');
    return peer;
  }

  /** Delivers something; `answered` resolves with the payload that answers it, null where it is only confirmed. */
  deliver(content: unknown, to = this.latest): { readonly answered: Promise<unknown> } {
    const delivery = ++this.#deliveries;
    const answered = new Promise<unknown>((resolve) => this.#answers.set(delivery, resolve));
    to.say({ delivery, content });
    return { answered };
  }

  takeAnswer(delivery: number, payload: unknown): boolean {
    this.#answers.get(delivery)?.(payload);
    return this.confirms;
  }

  /** Lines without a network, on which nothing takes time. */
  readonly openLine: OpenLine = (_url, ears: Ears) => {
    this.attempts += 1;
    let isClosed = false;
    let isClosing = false;
    const close = (reason: 'closed' | 'unreachable') =>
      queueMicrotask(() => {
        if (!isClosed) ears.closed({ reason, detail: `toy: ${reason}`, remedy: null });
        isClosed = true;
      });
    const peer = new ToyPeer(
      this,
      (data) =>
        queueMicrotask(() => {
          if (isClosed) return;
          ears.heard();
          ears.frame(Buffer.from(data), typeof data !== 'string');
        }),
      () => close('closed'),
    );
    const end = (how: 'closed' | 'terminated') => {
      if (isClosed) return;
      // The other end of a half-open connection never says that it closes too.
      if ((peer.isCut || this.closesLate) && how === 'closed') {
        isClosing = true;
        return;
      }
      peer.ended ??= how;
      close('closed');
    };
    if (this.manner === 'away' || this.manner === 401) close('unreachable');
    else {
      this.peers.push(peer);
      queueMicrotask(() => ears.opened());
    }
    return {
      async send(data) {
        if (isClosed || isClosing || peer.ended !== null) return false;
        queueMicrotask(() => peer.hear(String(data)));
        return true;
      },
      ping() {
        if (!peer.isCut) queueMicrotask(() => ears.heard());
      },
      close: () => end('closed'),
      terminate: () => end('terminated'),
    };
  };

  /** Listens on this machine. Resolves with its address. */
  async listen(): Promise<string> {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      verifyClient: (_info, done: (taken: boolean, code?: number) => void) => {
        this.attempts += 1;
        if (this.manner === 401) done(false, 401);
        else done(this.manner !== 'away', 503);
      },
    });
    this.#server = server;
    server.on('connection', (ws) => {
      const peer = new ToyPeer(
        this,
        (data) => ws.send(data),
        () => ws.terminate(),
      );
      this.peers.push(peer);
      ws.on('error', () => undefined);
      ws.on('message', (data) => peer.hear(Buffer.isBuffer(data) ? data.toString() : ''));
      ws.on('close', (code) => (peer.ended ??= code === 1000 ? 'closed' : 'terminated'));
    });
    await new Promise((resolve) => server.once('listening', resolve));
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/?ticket=a-secret-ticket`;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
}
