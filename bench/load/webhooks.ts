import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

const OK = '{"errcode":0,"errmsg":"ok"}';

/** The `sessionWebhook`s of the messages that this load generator sends. */
export class Webhooks {
  readonly #server: Server;
  readonly #awaited = new Map<string, (body: Buffer) => void>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': OK.length }).end(OK);
        const session = request.url?.split('session=')[1] ?? '';
        const onReply = this.#awaited.get(session);
        this.#awaited.delete(session);
        onReply?.(Buffer.concat(chunks));
      });
    });
  }

  static async open(port: number): Promise<Webhooks> {
    const server = createServer({ keepAliveTimeout: 65_000 }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new Webhooks(server);
  }

  /** Calls `onReply` once, with what is posted to this session. */
  expect(session: string, onReply: (body: Buffer) => void): void {
    this.#awaited.set(session, onReply);
  }

  /** Connections end when what was answered on them has gone out: cut off, the last poster would take it for a failure. */
  close(): void {
    this.#server.close();
  }
}
