import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from '../support/databases.ts';
import { query } from '../support/postgres.ts';
import { newLine, newMessage } from './fixtures.ts';
import { eventually } from './postgres-place.ts';

const MESSAGES = 100;
const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Claims every message, says which it has won, and settles a won one only when it is told so. */
async function startService(url: string, messages: readonly unknown[]) {
  const script = join(folder, 'service.ts');
  await writeFile(
    script,
    `import { createInterface } from 'node:readline';
    import { openPostgresLedger } from ${source('ledger/postgres/ledger.ts')};
    import { createLog } from ${source('log.ts')};
    const log = createLog({ level: 'silent' });
    const { ledger } = await openPostgresLedger(${JSON.stringify(url)}, { log, heartbeatMs: 200, deadAfterMs: 1500 });
    const messages = ${JSON.stringify(messages)};
    const rows = [];
    console.log('ready');
    createInterface(process.stdin).on('line', async (line) => {
      if (line === 'settle') {
        for (const row of rows) await ledger.settle(row, { state: 'succeeded', vendorMsg: null });
        console.log('settled');
        return;
      }
      for (const message of messages) {
        const claim = await ledger.claim(message, [${JSON.stringify(newLine())}]);
        if (!claim.won) continue;
        rows.push(claim.message.redemptions[0]);
        console.log('won', message.messageId);
      }
      console.log('claimed');
    });`,
  );
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  return {
    won: () => lines.filter((line) => line.startsWith('won')).map((line) => line.slice(4)),
    said: (word: string) => eventually(async () => lines.includes(word) || undefined),
    say: (word: string) => child.stdin.write(`${word}\n`),
    async kill() {
      if (child.kill('SIGKILL')) await once(child, 'exit');
    },
  };
}

test('of two services one is killed amid its claims; the other keeps its own and takes over the rest as unknown', async () => {
  const url = await createDatabase();
  const messages = Array.from({ length: MESSAGES }, () => newMessage());
  const [killed, survivor] = await Promise.all([startService(url, messages), startService(url, messages.toReversed())]);
  try {
    await Promise.all([killed.said('ready'), survivor.said('ready')]);
    killed.say('claim');
    await eventually(async () => killed.won().length >= 10 || undefined);
    await killed.kill();
    survivor.say('claim');
    await survivor.said('claimed');
    survivor.say('settle');
    await survivor.said('settled');

    const pending = "select count(*)::int as rows from redemptions where state = 'pending'";
    await eventually(async () => (await query(url, pending))[0]?.['rows'] === 0 || undefined);
    const rows = await query(
      url,
      'select message_id, state, reason, reply_state from messages m join redemptions r on r.message = m.id',
    );
    expect(rows).toHaveLength(MESSAGES);
    const unknown = rows.filter(({ state }) => state === 'unknown').map((row) => row['message_id']);
    const succeeded = rows.filter(({ state }) => state === 'succeeded').map((row) => row['message_id']);
    expect(succeeded.toSorted()).toEqual(survivor.won().toSorted());
    expect(unknown).toEqual(expect.arrayContaining(killed.won()));
    expect(unknown.length + succeeded.length).toBe(MESSAGES);
    expect(rows.filter(({ reply_state }) => reply_state === 'queued').map((row) => row['message_id'])).toEqual(unknown);
  } finally {
    await Promise.all([killed.kill(), survivor.kill()]);
  }
});
