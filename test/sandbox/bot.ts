import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

export const KEYS = { token: 'AibotTestToken01', aesKey: 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU' };

const Envelope = z.object({ encrypt: z.string() });
const Inner = z.looseObject({
  msgid: z.string(),
  msgtype: z.string(),
  response_url: z.string().optional(),
  stream: z.object({ id: z.string() }).optional(),
});

export interface Callback {
  readonly inner: z.infer<typeof Inner>;
  readonly nonce: string;
}

/** What the bot under test does with a callback; null = it never answers. */
export type Respond = (callback: Callback) => { readonly status?: number; readonly body: string } | null;

export interface Bot {
  readonly callbackUrl: string;
  /** In the order of arrival, decrypted with Tencent's own package. */
  readonly callbacks: readonly Callback[];
  close(): Promise<void>;
}

/** A bot's callback URL, as a service would have it. `echo` answers the URL check. */
export async function startBot(respond: Respond, echo = (text: string) => text): Promise<Bot> {
  const callbacks: Callback[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = new URL(request.url ?? '/', 'http://bot').searchParams;
    const given = (name: string) => query.get(name) ?? '';
    const open = (encrypted: string) => {
      const signature = getSignature(KEYS.token, given('timestamp'), given('nonce'), encrypted);
      if (signature !== given('msg_signature')) throw new Error('callback is not signed well');
      const { message, id } = decrypt(KEYS.aesKey, encrypted);
      if (id !== '') throw new Error('callback has a receive id');
      return message;
    };
    if (request.method === 'GET') {
      response.end(echo(open(given('echostr'))));
      return;
    }
    const body = Buffer.concat(await request.toArray()).toString();
    const inner = Inner.parse(JSON.parse(open(Envelope.parse(JSON.parse(body)).encrypt)));
    const callback = { inner, nonce: given('nonce') };
    callbacks.push(callback);
    const answer = respond(callback);
    if (answer !== null) response.writeHead(answer.status ?? 200).end(answer.body);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(403).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    callbackUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/wecom/bot`,
    callbacks,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The fields of an answer, sealed with Tencent's own package. */
export function seal(inner: unknown, nonce: string, receiveId = ''): Record<string, unknown> {
  const timestamp = 1_760_000_010;
  const encrypted = encrypt(KEYS.aesKey, JSON.stringify(inner), receiveId);
  const msgsignature = getSignature(KEYS.token, String(timestamp), nonce, encrypted);
  return { encrypt: encrypted, msgsignature, timestamp, nonce };
}

export function stream(id: string, finish: boolean, content: string) {
  return { msgtype: 'stream', stream: { id, finish, content } };
}

/** An answer as it should be. */
export function sealed(inner: unknown, { nonce }: Callback): { body: string } {
  return { body: JSON.stringify(seal(inner, nonce)) };
}
