import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

const OK = '{"errcode":0,"errmsg":"ok"}';
const HEADERS = { 'content-type': 'application/json', 'content-length': OK.length };

/** The `sessionWebhook`s of DingTalk messages that are sent from here. */
export class Webhooks {
  readonly #awaited = new Map<string, (body: Buffer) => void>();
  #server: Server | null = null;

  /** On a port of their own. */
  static async listen(port: number): Promise<Webhooks> {
    const webhooks = new Webhooks();
    const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => webhooks.take(request, response));
    webhooks.#server = server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return webhooks;
  }

  /** The address of a session's webhook. */
  static url(origin: string, session: string): string {
    return `${origin}/robot/sendBySession?session=${session}`;
  }

  /** Answers a post to a webhook. */
  take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(200, HEADERS).end(OK);
      const session = request.url?.split('session=')[1] ?? '';
      const onReply = this.#awaited.get(session);
      this.#awaited.delete(session);
      onReply?.(Buffer.concat(chunks));
    });
  }

  /**
   * Calls `onReply` once, with what is posted to this session, as soon as the returned function was called as well, which
   * says that the message itself was confirmed.
   */
  expect(session: string, onReply: (body: Buffer) => void): () => void {
    const confirmed = Promise.withResolvers<undefined>();
    this.#awaited.set(session, (body) => void confirmed.promise.then(() => onReply(body)));
    return () => confirmed.resolve(undefined);
  }

  /** Connections end when what was answered on them has gone out. */
  close(): void {
    this.#server?.close();
  }
}
