import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startServiceProcess } from '../support/service.ts';

test('a service that is watched live ends when it is told to', { timeout: 120_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'console-end-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const service = await startServiceProcess({ PORT: '0', DATA_DIR: dataDir });
  const entered = await fetch(`${service.url}/sandbox/console`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"person":"lijingli"}',
  });
  const cookie = entered.headers.getSetCookie().map((one) => one.split(';')[0]);
  const feed = await fetch(`${service.url}/console/feed?since=${Date.now()}`, {
    headers: { cookie: cookie.join('; ') },
  });
  expect(feed.status).toBe(200);
  const heard = feed.text();
  expect(await service.end('SIGTERM')).toBe(0);
  // To its end, not cut off.
  expect(await heard).toMatch(/^retry: /u);
});
