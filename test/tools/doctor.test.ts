import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../support/child.ts';
import { freePort } from '../support/postgres.ts';
import { makeShop, startServiceProcess, VENDOR } from '../support/service.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** In the folder that DATA_DIR names. */
async function doctor(env: Record<string, string>, args: readonly string[] = []) {
  const child = startChild('src/tools/doctor.ts', env, args);
  const code = await child.exited;
  return { code, said: child.lines.join('\n'), errors: child.errors() };
}

interface Said {
  counts: Record<string, number>;
  checks: { name: string; group: string; outcome: string; seen: string; todo: string | null }[];
  notChecked: string[];
}

/** The same for programs: its checks by name. */
async function checks(env: Record<string, string>, args: readonly string[] = []) {
  const { code, said, errors } = await doctor(env, ['--json', ...args]);
  const { counts, checks: list, notChecked } = JSON.parse(said) as Said;
  const byName = Object.fromEntries(list.map((check) => [check.name, check]));
  expect(Object.keys(byName)).toHaveLength(list.length);
  return { code, errors, counts, notChecked, byName };
}

/** Where the vendor and the platforms are looked for: nothing is there. */
const AWAY = 'http://127.0.0.1:1';

test('without settings it says how to go live, and leaves nothing behind', async () => {
  const folder = await emptyFolder();
  const { code, said, errors } = await doctor({ DATA_DIR: folder, PORT: String(await freePort()) });
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(said).toMatch(/^Settings\n {2}\[✓\] Whether they can be used \(settings\): /u);
  expect(said).toContain('[!] Live or sandbox (live): ');
  expect(said).toContain('→ Run npm run setup');
  expect(said).toMatch(/\[✓\] \d+ ok {3}\[!\] 1 to look after {3}\[✗\] 0 failed {3}\[-\] \d+ skipped/u);
  expect(said).toMatch(/What cannot be checked from here:\n {2}· whether the consoles/u);
  // No colours where it is no terminal.
  expect(said).not.toContain('\u001b');
  expect(await readdir(folder)).toEqual([]);
});

test('it is read in Chinese where the environment says so', async () => {
  const folder = await emptyFolder();
  const said = async (env: Record<string, string>) => (await doctor({ DATA_DIR: folder, ...env })).said;
  expect(await said({ LC_ALL: 'zh_CN.UTF-8' })).toMatch(/^设置\n/u);
  expect(await said({ LANG: 'zh_CN.UTF-8' })).toContain('从这里查不到的：');
  expect(await said({ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' })).toMatch(/^Settings\n/u);
});

test('it runs with settings that nothing could start with, and names them without their values', async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, '.env'), 'PORT=a-secret-in-the-wrong-line\nLIANTUOFU_KYE=my-secret-key\n', {
    mode: 0o644,
  });
  await chmod(join(folder, '.env'), 0o644);
  const { code, counts, byName } = await checks({ DATA_DIR: folder });
  expect(code).toBe(1);
  expect(counts['fail']).toBe(2);
  expect(byName['settings']).toMatchObject({
    outcome: 'fail',
    seen: expect.stringMatching(/LIANTUOFU_KYE is not a setting[^]*PORT must be/u) as string,
  });
  expect(byName['env-file']).toMatchObject({ outcome: 'fail', todo: expect.stringContaining('chmod 600') as string });
  expect(JSON.stringify(byName)).not.toMatch(/a-secret|my-secret/u);
});

test('beside a running service it asks that about its bots, and waits for the first message', async () => {
  const port = String(await freePort());
  const shop = await makeShop(AWAY, { PORT: port, ADMINS: 'wecom:boss' });
  onTestFinished(shop.clear);
  const service = await startServiceProcess(shop.env);
  onTestFinished(async () => {
    await service.end('SIGKILL');
  });
  const { byName, notChecked } = await checks(shop.env);
  expect(byName['service']).toMatchObject({ outcome: 'ok', seen: `http://127.0.0.1:${port} runs, and all is well.` });
  expect(byName['port']).toMatchObject({ outcome: 'ok' });
  expect(byName['ledger-file']).toMatchObject({ outcome: 'ok' });
  expect(byName['ledger-version']).toMatchObject({ outcome: 'ok' });
  expect(byName['ledger-lock']).toMatchObject({
    outcome: 'ok',
    seen: `The running service has it (process ${service.process.pid}).`,
  });
  expect(byName['dingtalk-connection']).toMatchObject({
    outcome: 'ok',
    seen: expect.stringContaining('/dingtalk') as string,
  });
  expect(byName['wecom-message']).toMatchObject({
    outcome: 'skipped',
    todo: expect.stringContaining('--wait') as string,
  });
  expect(byName['feishu-connection']).toMatchObject({ outcome: 'skipped', seen: 'Feishu is not set up.' });
  expect(byName['managers']).toMatchObject({ outcome: 'ok' });
  // Somebody works in the second one by its group.
  expect(byName['stores']).toMatchObject({ outcome: 'ok' });
  expect(notChecked.length).toBeGreaterThan(3);
  expect(JSON.stringify(byName)).not.toContain(VENDOR.key);
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
});

test('a service of which the first message is waited for says over which bot it came', async () => {
  let lastMessageAt: number | null = null;
  let asked = 0;
  const server = createServer((_, response) => {
    if ((asked += 1) > 2) lastMessageAt = Date.UTC(2026, 10, 27, 8);
    const bots = [{ channel: 'wecom-bot', name: '/wecom/bot', by: 'callbacks', up: null, lastMessageAt }];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ready: true, problems: [], bots }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const shop = await makeShop(AWAY, { PORT: String((server.address() as AddressInfo).port) });
  onTestFinished(shop.clear);
  const { byName, errors } = await checks(shop.env, ['--wait']);
  expect(errors).toContain('Waiting for a message');
  expect(byName['first-message']).toMatchObject({
    outcome: 'ok',
    seen: 'It came at 2026-11-27T08:00:00.000Z, over /wecom/bot.',
  });
});

test('in the sandbox it says that no real message can be waited for', async () => {
  const { byName, code } = await checks({ DATA_DIR: await emptyFolder(), PORT: String(await freePort()) }, ['--wait']);
  expect(byName['first-message']).toMatchObject({
    outcome: 'fail',
    todo: expect.stringContaining('npm run setup') as string,
  });
  expect(code).toBe(1);
});

test('bad arguments are a sentence and exit code 2', async () => {
  const { code, said, errors } = await doctor({ DATA_DIR: await emptyFolder() }, ['everything']);
  expect({ code, said }).toEqual({ code: 2, said: '' });
  expect(errors).toMatch(/Unexpected argument 'everything'[^]*npm run doctor/u);
});
