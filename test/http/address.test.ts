import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAddress, type Address, type HttpServer } from '../../src/http/address.ts';
import { createLog } from '../../src/log.ts';
import { sampleLog } from '../../src/log/sampled.ts';
import { realTime } from '../../src/time/real.ts';

let address: Address;
let serving: HttpServer;
let log: ReturnType<typeof sampleLog>;
let agent: Agent;

beforeEach(async () => {
  address = createAddress();
  log = sampleLog(createLog({ level: 'silent' }), realTime);
  agent = new Agent({ keepAlive: true });
  await serve('first');
});
afterEach(async () => {
  address.keepOpen(false);
  await serving.close(0);
  agent.destroy();
  log.stop();
});

/** What answers from now on says its name; /slow takes it a moment. */
async function serve(name: string): Promise<void> {
  serving = await address.serve({
    ...{ host: '127.0.0.1', port: 0, log },
    async answer(ctx) {
      if (ctx.path === '/slow') await sleep(200);
      ctx.body = name;
    },
  });
}

const open = (path = '/'): ClientRequest => request(`${serving.url}${path}`, { agent }).end();
async function answerTo(asked: ClientRequest) {
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response), socket: response.socket };
}

/** Ends what answers, while the address stays open. */
async function leave(): Promise<void> {
  address.keepOpen(true);
  await serving.close(1_000);
}

test('what runs ends first, what is asked meanwhile waits for the next one, and connections stay', async () => {
  const before = await answerTo(open());
  const slow = answerTo(open('/slow'));
  await sleep(50);
  const left = leave();
  const waiting = answerTo(open());
  await left;
  expect(await slow).toMatchObject({ status: 200, body: 'first' });
  await serve('second');
  expect(await waiting).toMatchObject({ status: 200, body: 'second' });
  expect((await answerTo(open())).body).toBe('second');
  expect(before.body).toBe('first');
});

test('a thousand wait, one more is told to come again, and who has hung up takes no place', async () => {
  await leave();
  const bodies = new Map<ClientRequest, string>();
  const ask = async (asked: ClientRequest) => {
    const { status, body } = await answerTo(asked);
    bodies.set(asked, status === 200 ? body : String(status));
  };
  const asked = Array.from({ length: 1_001 }, () => open());
  const asking = asked.map((each) => ask(each).catch(() => bodies.set(each, 'gone')));
  await expect.poll(() => [...bodies.values()], { timeout: 5_000 }).toEqual(['503']);
  asked.find((each) => !bodies.has(each))?.destroy();
  await expect.poll(() => [...bodies.values()]).toEqual(['503', 'gone']);
  // Until the server has seen that.
  await sleep(100);
  const late = answerTo(open());
  await sleep(100);
  await serve('second');
  await Promise.all(asking);
  expect(await late).toMatchObject({ status: 200, body: 'second' });
  expect([...bodies.values()].filter((body) => body === 'second')).toHaveLength(999);
});
