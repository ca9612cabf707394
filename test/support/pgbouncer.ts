import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, query } from './postgres.ts';

/** Whether this machine has a pgbouncer to start. */
export const HAS_PGBOUNCER = spawnSync('pgbouncer', ['--version']).error === undefined;

const READY_TRIES = 200;

/** A pooler in transaction mode before the databases of the server at this URL. */
export async function startPgbouncer(serverUrl: string) {
  const server = new URL(serverUrl);
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  // It refuses to run as root, and reads its settings as whom it becomes.
  await chmod(folder, 0o755);
  const settings = join(folder, 'pgbouncer.ini');
  const to = `host=${server.hostname} port=${server.port} user=${server.username} password=${server.password}`;
  await writeFile(
    settings,
    [
      '[databases]',
      `* = ${to}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = any',
      'pool_mode = transaction',
      'default_pool_size = 20',
      '',
    ].join('\n'),
  );
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const pooler = spawn('pgbouncer', ['-q', ...asUser, settings], { stdio: 'ignore' });
  const ended = once(pooler, 'exit');
  const kill = () => pooler.kill('SIGKILL');
  process.once('exit', kill);
  const url = new URL(serverUrl);
  url.port = String(port);
  for (let tries = 1; ; tries += 1) {
    const answer = await query(url.href, 'select 1').catch((error: unknown) => error);
    if (!(answer instanceof Error)) break;
    if (tries === READY_TRIES || pooler.exitCode !== null)
      throw new Error('pgbouncer did not start', { cause: answer });
    await sleep(25);
  }
  return {
    url: url.href,
    async close(): Promise<void> {
      process.off('exit', kill);
      // Not gently: it would wait for its clients.
      kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
