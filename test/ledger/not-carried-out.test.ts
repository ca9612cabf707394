import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepNotCarriedOut, readNotCarriedOut, removeNotCarriedOut } from '../../src/ledger/not-carried-out.ts';

let parent: string;
let dataDir: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'not-carried-out-'));
  dataDir = join(parent, 'data');
});
afterEach(() => rm(parent, { recursive: true }));

const message = (messageId: string, isTold = false) => ({
  ...{ channel: 'plain', account: 'bot1', messageId, user: 'wecom:zhangsan', conversation: null },
  ...{ text: '核销 914095353294404024\n第二行', shows: null, typedAt: 5, returnAddress: { to: [messageId] }, isTold },
});

test('what is kept is read as it was, each message once and as it was kept last', async () => {
  expect(await readNotCarriedOut(dataDir)).toEqual([]);
  await keepNotCarriedOut(dataDir, [message('1'), message('2')]);
  await keepNotCarriedOut(dataDir, [message('1', true)]);
  expect(await readNotCarriedOut(dataDir)).toEqual([message('1', true), message('2')]);
});

test('a line that a power cut has torn takes no other with it', async () => {
  await keepNotCarriedOut(dataDir, [message('1')]);
  await appendFile(join(dataDir, 'not-carried-out.jsonl'), '\n{"channel":"plain","acc');
  await keepNotCarriedOut(dataDir, [message('2')]);
  expect(await readNotCarriedOut(dataDir)).toEqual([message('1'), message('2')]);
});

test('it is for the own account only, and goes when all of it is on record', async () => {
  await keepNotCarriedOut(dataDir, [message('1')]);
  const [name = ''] = await readdir(dataDir);
  expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
  await removeNotCarriedOut(dataDir);
  await removeNotCarriedOut(dataDir);
  expect(await readdir(dataDir)).toEqual([]);
});
