import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How long an address is good for, in milliseconds. */
const LASTS_MS = 600_000;
const SECRET = randomUUID();

export type Storage = Awaited<ReturnType<typeof startStorage>>;

/**
 * Starts an object storage on a loopback port of its own, where chat platforms keep files: addresses are signed, for some
 * minutes, and for a request without a type of content. `now` in milliseconds since 1970.
 */
export async function startStorage(now: () => number = Date.now) {
  const files = new Map<string, Uint8Array>();
  let asked = 0;

  function sign(key: string, expires: string): string {
    return createHmac('sha1', SECRET).update(`GET\n\n\n${expires}\n/files/${key}`).digest('base64');
  }

  function answer({ method, url, headers }: IncomingMessage, response: ServerResponse): void {
    asked += 1;
    const refuse = (status: number, code: string, message: string) =>
      response
        .writeHead(status, { 'content-type': 'application/xml' })
        .end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
    const { pathname, searchParams } = new URL(url ?? '/', 'http://storage');
    const key = pathname.slice('/files/'.length);
    const expires = searchParams.get('Expires') ?? '';
    const isSigned = searchParams.get('Signature') === sign(key, expires) && headers['content-type'] === undefined;
    if (method !== 'GET') return void refuse(405, 'MethodNotAllowed', 'The method is not allowed.');
    if (Number(expires) * 1000 <= now()) return void refuse(403, 'AccessDenied', 'Request has expired.');
    if (!isSigned) return void refuse(403, 'SignatureDoesNotMatch', 'The signature does not match.');
    const bytes = files.get(key);
    if (bytes === undefined) return void refuse(404, 'NoSuchKey', 'The specified key does not exist.');
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length }).end(bytes);
  }

  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    /** For MEDIA_HOSTS. */
    host,
    /** How often something was asked for. */
    asked: () => asked,
    /** Keeps a file; returns its key. */
    keep(bytes: Uint8Array): string {
      const key = `${randomUUID()}.file`;
      files.set(key, bytes);
      return key;
    },
    drop(key: string): void {
      files.delete(key);
    },
    /** The address under which a file can be fetched for some minutes. */
    addressOf(key: string, lastsMs = LASTS_MS): string {
      const expires = String(Math.ceil((now() + lastsMs) / 1000));
      const query = new URLSearchParams({ Expires: expires, OSSAccessKeyId: 'key', Signature: sign(key, expires) });
      return `http://${host}/files/${key}?${query.toString()}`;
    },
    async close(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
