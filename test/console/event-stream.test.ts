import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openEventStream, type EventStream } from '../../src/console/event-stream.ts';

test('who does not take what is sent is cut off, before it fills the memory', async () => {
  let stream: EventStream | null = null;
  let closed = 0;
  const server = createServer((_, response) => (stream = openEventStream(response, () => (closed += 1))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  socket.on('error', () => undefined);
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect.poll(() => stream !== null).toBe(true);
  // The system takes some megabytes for the reader first.
  for (let n = 0; n < 1_000 && closed === 0; n++) {
    (stream as EventStream | null)?.send(null, 'x'.repeat(60_000), n);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(closed).toBe(1);
  // What comes later goes nowhere, and does no harm.
  (stream as EventStream | null)?.send(null, 'more', 1);
  (stream as EventStream | null)?.end();
});
