import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CannotListen } from '../../src/http/cannot-listen.ts';
import { startChild } from '../support/child.ts';
import { makeShop } from '../support/service.ts';

let shop: Awaited<ReturnType<typeof makeShop>>;
beforeAll(async () => {
  shop = await makeShop('http://127.0.0.1:1');
});
afterAll(() => shop.clear());

async function refusal(env: Record<string, string>) {
  const child = startChild('src/main.ts', { ...shop.env, ...env });
  const code = await child.exited;
  return { code, errors: child.errors(), logged: child.lines.join('\n') };
}

describe('a start that cannot listen ends as one with wrong settings, and says which and what to do:', () => {
  test('a port that is in use, live and in the sandbox', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const PORT = String((other.address() as AddressInfo).port);
    const sandbox = Object.fromEntries(Object.keys(shop.env).map((name) => [name, '']));
    for (const env of [{ PORT }, { ...sandbox, DATA_DIR: shop.dataDir, PORT }]) {
      const { code, errors, logged } = await refusal(env);
      expect(code).toBe(2);
      expect(errors).toContain('Not started: 1 problem in the settings.');
      expect(errors).toMatch(
        new RegExp(`^  PORT  ${PORT} is in use on 127\\.0\\.0\\.1 \\(EADDRINUSE\\)\\. Stop`, 'mu'),
      );
      expect(errors + logged).not.toMatch(/^\s+at |"level":"fatal"/mu);
    }
    other.close();
  });

  test.each([
    ['an address of another machine', '192.0.2.1'],
    ['an address of documentation', '2001:db8::1'],
    ['a name without an address', 'no-such-host.invalid'],
  ])('%s', async (_what, HOST) => {
    const { code, errors, logged } = await refusal({ HOST });
    expect(code).toBe(2);
    expect(errors).toContain('Not started: 1 problem in the settings.');
    expect(errors).toMatch(new RegExp(`^  HOST  ${HOST} is .* \\(E\\w+\\)\\. Set 127\\.0\\.0\\.1`, 'mu'));
    expect(errors + logged).not.toMatch(/^\s+at |"level":"fatal"/mu);
  });
});

test.each([
  ['EACCES', 'PORT', '80 is not for this account to listen on (EACCES). Set one from 1024 on'],
  ['EADDRINUSE', 'PORT', '80 is in use on 0.0.0.0'],
  ['EADDRNOTAVAIL', 'HOST', '0.0.0.0 is no address of this machine'],
  ['EAFNOSUPPORT', 'HOST', '0.0.0.0 is no address of this machine'],
  ['ENOTFOUND', 'HOST', '0.0.0.0 is a name without an address'],
  ['EAI_AGAIN', 'HOST', '0.0.0.0 is a name without an address'],
  ['EMFILE', 'HOST', '0.0.0.0, port 80, cannot be listened on (EMFILE)'],
])('%s is told as %s', (code, setting, remedy) => {
  const error = new CannotListen('0.0.0.0', 80, Object.assign(new Error('bind'), { code }));
  expect(error.setting).toBe(setting);
  expect(error.remedy).toContain(remedy);
});
