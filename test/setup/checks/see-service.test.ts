import { expect, test } from 'vitest';
import type { PlatformHttp } from '../../../src/platforms/http.ts';
import { localUrl, seeService } from '../../../src/setup/checks/see-service.ts';
import { contextWith } from './context-with.ts';

const AT = { host: '127.0.0.1', port: 3000, metricsToken: null };

async function seen(json: unknown) {
  const exchange: PlatformHttp['exchange'] = async () => ({ kind: 'heard', status: 200, headers: {}, json });
  return seeService(AT, { ...contextWith().http, exchange });
}

test('a service tells of itself what it wants to, and what is no service is none', async () => {
  const url = 'http://127.0.0.1:3000';
  expect(await seen({ ready: true, problems: [] })).toEqual({ url, ready: true, problems: [], bots: [] });
  const problem = { what: 'ledger', since: '2026-11-27T00:00:00.000Z', detail: 'full' };
  expect(await seen({ ready: false, problems: [problem] })).toMatchObject({ ready: false, problems: [problem] });
  // As those from outside are told.
  expect(await seen({ ready: true })).toMatchObject({ ready: true });
  // The setup where nothing else runs, and other programs.
  for (const other of [{ ready: false }, { status: 'alive' }, 'hello', null]) expect(await seen(other)).toBeNull();
  expect(await seeService(AT, contextWith().http)).toBeNull();
});

test('a service is asked where this machine reaches it', () => {
  expect(localUrl('0.0.0.0', 80)).toBe('http://127.0.0.1:80');
  expect(localUrl('::', 3000)).toBe('http://[::1]:3000');
  expect(localUrl('10.0.0.5', 3000)).toBe('http://10.0.0.5:3000');
  expect(localUrl('127.0.0.1', 0)).toBeNull();
});
