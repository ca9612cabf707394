import { connect, type Socket } from 'node:net';

export type OnReply = (status: number, body: Buffer) => void;

/** One keep-alive connection with one request at a time: as little work per message as HTTP/1.1 allows. */
export class Connection {
  readonly #socket: Socket;
  #received: Buffer | null = null;
  #onReply: OnReply | null = null;
  #onLost: (why: string) => void;

  private constructor(socket: Socket, onLost: (why: string) => void) {
    this.#socket = socket;
    this.#onLost = onLost;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#lose(error.message));
    socket.on('close', () => this.#lose('closed'));
  }

  /** Rejects when nothing listens there. `onLost` is called once when the connection breaks later. */
  static open(url: string, onLost: (why: string) => void): Promise<Connection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.setNoDelay(true);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket, onLost));
      });
    });
  }

  /** Sends a whole request, headers included. */
  send(request: Buffer, onReply: OnReply): void {
    this.#onReply = onReply;
    this.#socket.write(request);
  }

  close(): void {
    this.#onLost = () => undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const received = this.#received === null ? chunk : Buffer.concat([this.#received, chunk]);
    this.#received = received;
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = received.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: (\d+)/iu.exec(head)?.[1];
    if (length === undefined) {
      this.#lose('a reply without Content-Length');
      return;
    }
    const end = headEnd + 4 + Number(length);
    if (received.length < end) return;
    this.#received = null;
    const onReply = this.#onReply;
    this.#onReply = null;
    onReply?.(Number(head.slice(9, 12)), received.subarray(headEnd + 4, end));
  }

  #lose(why: string): void {
    this.#onLost(why);
    this.close();
  }
}
