import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startServiceProcess, type RunningService } from '../support/service.ts';

const Chat = z.object({
  revision: z.number(),
  entries: z.array(z.object({ author: z.string().nullable(), text: z.string(), finished: z.boolean() })),
  balances: z.record(z.string(), z.number()),
});
const card = SANDBOX_CARDS.find(({ manner }) => manner === 'reset-after')?.card ?? '';

let dataDir: string;
let running: RunningService | null;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'restart-'));
  running = null;
});
afterEach(async () => {
  await running?.end('SIGKILL');
  await rm(dataDir, { recursive: true });
});

async function start(): Promise<RunningService> {
  running = await startServiceProcess({ PORT: '0', DATA_DIR: dataDir, CONFIRM_REPEAT_WITHIN_S: '0' });
  await running.line((line) => line.includes('in a browser'));
  return running;
}

async function chat({ url }: RunningService, after = 0) {
  return Chat.parse(await (await fetch(`${url}/sandbox/chat?after=${after}`)).json());
}

async function ask(service: RunningService, text: string, expected: RegExp): Promise<string> {
  const { revision } = await chat(service);
  await fetch(`${service.url}/sandbox/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person: 'zhangsan', text }),
  });
  for (;;) {
    const { entries } = await chat(service, revision);
    const answer = entries.find((entry) => entry.author === null && entry.finished && expected.test(entry.text));
    if (answer !== undefined) return answer.text;
    await pause(100);
  }
}

test('the simulated vendor’s books outlive the death of its program, so that an unknown is compared with true times', async () => {
  const first = await start();
  const unknown = await ask(first, `核销 ${card} 2`, /核销/);
  expect(unknown).toContain('结果未知');
  const [receipt = ''] = /R-\w+/.exec(unknown) ?? [];
  await first.end('SIGKILL');

  const second = await start();
  expect((await chat(second)).balances[card]).toBe(18);
  const checked = await ask(second, `核对 ${receipt}`, /核对|核销|余/);
  expect(checked).toContain('18');
  expect(checked).not.toContain('核销失败');
  expect(await ask(second, `查询 ${card}`, /剩余/)).toContain('剩余18次');
  expect(JSON.parse(await readFile(join(dataDir, 'sandbox', 'vendor-books.json'), 'utf8'))).toMatchObject({
    balances: { [card]: 18 },
  });
});

test.each([
  ['lost', (path: string) => rm(path)],
  ['broken', (path: string) => writeFile(path, '{"balances":')],
])('where those books are %s, cards and ledger begin anew, and the former ledger is kept', async (_what, harm) => {
  const first = await start();
  const unknown = await ask(first, `核销 ${card} 2`, /核销/);
  const [receipt = ''] = /R-\w+/.exec(unknown) ?? [];
  await first.end('SIGKILL');
  await harm(join(dataDir, 'sandbox', 'vendor-books.json'));

  const second = await start();
  expect(second.lines.join('\n')).toContain('cards and ledger begin anew');
  expect((await chat(second)).balances[card]).toBe(20);
  expect(await ask(second, `核对 ${receipt}`, /./)).not.toMatch(/核销失败|核销成功/);
  const [kept = ''] = (await readdir(join(dataDir, 'sandbox'))).filter((name) => name.startsWith('before-'));
  expect(await readdir(join(dataDir, 'sandbox', kept))).toContain('ledger.db');
  await second.end('SIGKILL');
  const third = await start();
  expect(third.lines.join('\n')).not.toContain('begin anew');
});
