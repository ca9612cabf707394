import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { enterConsole } from '../src/sandbox/enter-console.ts';
import type { ServiceSubject } from './stage.ts';

/** What came of asking for a page, or for what belongs to one. */
export interface Visited {
  /** From the request to the last byte. */
  readonly ms: number;
  /** The body as it came over the wire, compressed as a browser asks for it. */
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

/** A browser in which the person at the machine is logged in to the console of a service. */
export interface ConsoleVisit {
  /** Rejects when it is answered with anything but a page. */
  open(path: string): Promise<Visited>;
  close(): void;
}

/** Logs in as `npm run console` does. Throws when nobody is let in. */
export async function visitConsole({ url, dataDir }: Pick<ServiceSubject, 'url' | 'dataDir'>): Promise<ConsoleVisit> {
  const cookies = await enterConsole({ dataDir, serviceUrl: url, user: undefined, agent: 'bench' });
  if (cookies === null) throw new Error('the console lets nobody in');
  const cookie = cookies.map((each) => each.slice(0, each.indexOf(';'))).join('; ');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { cookie, 'accept-encoding': 'br', accept: 'text/html', 'sec-fetch-site': 'same-origin' };
  return {
    open(path) {
      const done = Promise.withResolvers<Visited>();
      const began = performance.now();
      const asked = request(`${url}${path}`, { agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', done.reject);
        answer.once('end', () => {
          if (answer.statusCode === 200)
            done.resolve({ ms: performance.now() - began, body: Buffer.concat(chunks), headers: answer.headers });
          else done.reject(new Error(`${path} was answered with ${answer.statusCode}`));
        });
      });
      asked.once('error', done.reject);
      asked.end();
      return done.promise;
    },
    close: () => agent.destroy(),
  };
}
