import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What becomes of a query that passes through. */
export type Fate =
  | 'pass'
  /** The server gets it, and its answer and everything after it is lost with the connection. */
  | 'lose-answer'
  /** The connection ends before the server gets it. */
  | 'lose-query'
  /** The server is asked for something that it does not know instead. */
  | 'not-understood';

export interface PostgresProxy {
  /** The database's URL with the proxy's address in it. */
  readonly url: string;
  /** Decides over each query, with parameters or without, such as `begin`, `commit` and `listen`. */
  judge: (text: string) => Fate;
  /** Breaks all connections and takes no new ones, as when a machine dies; true puts it right again. */
  setAlive(alive: boolean): void;
  /** While frozen nothing passes, and neither side is told. */
  setFrozen(frozen: boolean): void;
  close(): Promise<void>;
}

/** Stands between a service and its database and makes the trouble that networks make. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  let alive = true;
  let frozen = false;

  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };

  const server = createServer((client) => {
    if (!alive) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const socket of pair) {
      if (frozen) socket.pause();
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
    let losing = false;
    upstream.on('data', (chunk) => {
      if (losing) client.destroy();
      else client.write(chunk);
    });
    client.on('data', (chunk) => {
      const text = queryIn(chunk);
      const fate = text === null ? 'pass' : proxy.judge(text.toString());
      if (fate === 'lose-answer') losing = true;
      if (fate === 'lose-query') {
        client.destroy();
        return;
      }
      if (fate === 'not-understood') text?.fill('?');
      upstream.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = new URL(databaseUrl);
  url.port = String(address.port);

  const proxy: PostgresProxy = {
    url: url.href,
    judge: () => 'pass',
    setAlive(next) {
      alive = next;
      if (!alive) cut();
    },
    setFrozen(next) {
      frozen = next;
      for (const pair of pairs)
        for (const socket of pair)
          if (frozen) socket.pause();
          else socket.resume();
    },
    async close() {
      alive = false;
      cut();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

/** Whether a query changes something and commits it: a verb in one statement, or the end of a transaction. */
export const commits = (text: string): boolean => text === 'commit' || (isVerb(text) && /insert|update/u.test(text));

/** Whether a query is a verb in one statement. */
export const isVerb = (text: string): boolean => text.startsWith('with session');

/**
 * The text of the query that begins here: behind `Q` and a length, up to a zero; or behind `P`, a length and a name. The
 * driver sends one such message at a time.
 */
function queryIn(chunk: Buffer): Buffer | null {
  if (chunk.length <= 5) return null;
  if (chunk[0] === 0x51 && chunk.readInt32BE(1) === chunk.length - 1) return chunk.subarray(5, chunk.length - 1);
  if (chunk[0] !== 0x50) return null;
  const from = chunk.indexOf(0, 5) + 1;
  return chunk.subarray(from, chunk.indexOf(0, from));
}
