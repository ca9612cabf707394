import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';

let dataDir: string;
let app: Awaited<ReturnType<typeof startApp>>;
let port: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'guard-'));
  app = await startApp(readConfig({ PORT: '0', DATA_DIR: dataDir }), createLog({ level: 'silent' }));
  ({ port } = new URL(app.url));
});
afterAll(async () => {
  await app.stop();
  await rm(dataDir, { recursive: true });
});

/** What a request of these very lines is answered with: its status. */
async function statusOf(...lines: readonly string[]): Promise<number> {
  const socket = connect(Number(port), '127.0.0.1');
  socket.end(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  await once(socket, 'close');
  return Number(/^HTTP\/1\.1 (\d+)/u.exec(answer)?.[1]);
}

const get = (...headers: readonly string[]) => statusOf('GET /sandbox/scene HTTP/1.1', ...headers);

describe('the sandbox answers', () => {
  test.each(['127.0.0.1', '127.0.0.1:3000', 'localhost:3000', 'LocalHost', '[::1]:3000', '[::1]', '127.8.9.1:1'])(
    'the host %s',
    async (host) => {
      expect(await get(`Host: ${host}`)).toBe(200);
      expect(await get(`Host: ${host}`, `Origin: http://${host}`)).toBe(200);
      expect(await get(`Host: ${host}`, `Origin: https://${host}`)).toBe(200);
    },
  );
});

describe('the sandbox refuses', () => {
  test.each([
    ...['127.0.0.1,evil', '127.0.0.1, evil', 'evil,127.0.0.1', 'localhost:3000,evil', 'localhost,localhost'],
    ...['127.0.0.1.evil.com', '127.0.0.1@evil', 'evil@127.0.0.1', 'localhost@evil:3000', '127.0.0.1:3000@evil'],
    ...['127.0.0.1 evil', '127.0.0.1\tevil', '127.0.0.1/evil', '127.0.0.1#evil', '127.0.0.1?evil', '127.0.0.1\\evil'],
    ...[
      '127.0.0.1:',
      '127.0.0.1:x',
      '127.0.0.1:3000:3000',
      '127.0.0.1:3000.evil',
      '127.0.0.1:999999',
      '127.0.0.1;evil',
    ],
    ...['localhost.evil.com', 'localhost.', 'evil.localhost', 'xlocalhost', '[::1].evil', '[::1', '::1', '[::1]evil'],
    ...['[::ffff:1.2.3.4]', '[::2]', '0.0.0.0', '127.1', '2130706433', '0x7f000001', '127.0.0.256', '1.127.0.0.1'],
    ...['http://127.0.0.1', '127.0.0.1%00evil', '"127.0.0.1"', '', '*', 'evil', '192.168.1.2', 'lоcalhost'],
  ])('the host %j', async (host) => {
    // Node itself refuses some with 400.
    expect([400, 403]).toContain(await get(`Host: ${host}`));
  });

  test('a request without a host, or with several', async () => {
    expect([400, 403]).toContain(await get());
    expect(await statusOf('GET /sandbox/scene HTTP/1.0')).toBe(403);
    expect([400, 403]).toContain(await get('Host: 127.0.0.1', 'Host: evil'));
    expect([400, 403]).toContain(await get('Host: evil', 'Host: 127.0.0.1'));
    expect([400, 403]).toContain(await get('Host: 127.0.0.1', 'host: 127.0.0.1'));
    expect(await get('Host: evil', 'X-Forwarded-Host: 127.0.0.1')).toBe(403);
  });

  test.each(['http://evil/sandbox/scene', 'http://127.0.0.1/sandbox/scene', 'http://user@evil/', 'https://evil/'])(
    'the target %s',
    async (target) => {
      expect(await statusOf(`GET ${target} HTTP/1.1`, 'Host: 127.0.0.1')).not.toBe(200);
    },
  );

  test.each([
    ...['http://evil', 'null', '', 'http://127.0.0.1', 'http://127.0.0.1:3001', 'http://localhost:3000'],
    ...['http://127.0.0.1:3000.evil', 'http://127.0.0.1:3000@evil', 'http://evil@127.0.0.1:3000', '127.0.0.1:3000'],
    ...['http://127.0.0.1:3000,http://evil', 'http://127.0.0.1:3000 http://evil', 'file://', 'ftp://127.0.0.1:3000'],
    ...['http://127.0.0.1:3000/', 'HTTP://evil#127.0.0.1:3000', 'chrome-extension://127.0.0.1:3000'],
  ])('a page of the origin %j', async (origin) => {
    expect(await get('Host: 127.0.0.1:3000', `Origin: ${origin}`)).toBe(403);
  });

  test('several origins', async () => {
    const own = 'Origin: http://127.0.0.1:3000';
    expect(await get('Host: 127.0.0.1:3000', own, 'Origin: http://evil')).toBe(403);
    expect(await get('Host: 127.0.0.1:3000', own, own)).toBe(403);
  });
});
