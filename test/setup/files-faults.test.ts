import type { FileHandle } from 'node:fs/promises';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SettingName } from '../../src/config/settings.ts';
import { createFiles } from '../../src/setup/files.ts';
import { CannotWrite } from '../../src/setup/ports.ts';

/** Every step that changes the disk, and at which one it goes wrong; negative: at none. */
const disk = vi.hoisted(() => {
  const state = { at: -1, kind: 'full' as 'full' | 'killed', step: 0, onKilled: () => {}, open: [] as FileHandle[] };
  const isDue = () => {
    const step = state.step++;
    if (state.at < 0) return false;
    return state.kind === 'full' ? step === state.at : step >= state.at;
  };
  const full = () => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  return {
    state,
    async:
      <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        if (!isDue()) return work(...args);
        if (state.kind === 'full') throw full();
        state.onKilled();
        return new Promise<Result>(() => {});
      },
    sync:
      <Args extends unknown[], Result>(work: (...args: Args) => Result) =>
      (...args: Args): Result => {
        if (!isDue()) return work(...args);
        state.onKilled();
        throw full();
      },
  };
});

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const open = async (...args: Parameters<typeof fs.open>): Promise<FileHandle> => {
    const file = await fs.open(...args);
    disk.state.open.push(file);
    file.writeFile = disk.async(file.writeFile.bind(file)) as FileHandle['writeFile'];
    file.write = disk.async(file.write.bind(file) as () => Promise<never>);
    file.sync = disk.async(file.sync.bind(file));
    return file;
  };
  return {
    ...fs,
    open: disk.async(open),
    ...{ rename: disk.async(fs.rename), rm: disk.async(fs.rm), mkdir: disk.async(fs.mkdir) },
  };
});
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, renameSync: disk.sync(fs.renameSync) };
});

const NOW = Date.UTC(2026, 10, 27, 13, 0, 0);
const OLD = '{"stores":[],"staff":[]}';
const MAPPING = { stores: [{ code: 'EW_N1' }], staff: [], conversations: [] };
const KEY = new Map<SettingName, string | null>([['LIANTUOFU_KEY', 'new']]);
/** More than a write takes. */
const STEPS = Array.from({ length: 30 }, (_, step) => step);

let cwd = '';
beforeEach(() => {
  disk.state.at = -1;
  cwd = mkdtempSync(join(tmpdir(), 'setup-faults-'));
  writeFileSync(join(cwd, '.env'), '# mine\nLIANTUOFU_KEY=old\n');
  mkdirSync(join(cwd, 'data'));
  writeFileSync(join(cwd, 'data', 'mapping.json'), OLD);
});
afterEach(async () => {
  disk.state.at = -1;
  // A process that is killed closes its files.
  for (const file of disk.state.open.splice(0)) await file.close().catch(() => {});
  rmSync(cwd, { recursive: true, force: true });
});

const dotenv = () => readFileSync(join(cwd, '.env'), 'utf8');
const mapping = () => readFileSync(join(cwd, 'data', 'mapping.json'), 'utf8');
const isNew = () => ({ dotenv: dotenv().includes('=new'), mapping: mapping() !== OLD });
const names = () =>
  globSync('**/{.*,*}', { cwd })
    .filter((name) => name !== 'data')
    .toSorted();

/** A draft whose write goes wrong at this step. */
async function begun(kind: 'full' | 'killed', at: number) {
  const files = createFiles({ cwd, env: {}, now: () => NOW });
  await files.begin();
  Object.assign(disk.state, { kind, at, step: 0 });
  return files;
}

test.each(STEPS)('where the disk is full at step %i, all is written or nothing is', async (step) => {
  const before = names();
  const files = await begun('full', step);
  const failed = await files.write(KEY, MAPPING).then(
    () => null,
    (error: unknown) => error,
  );
  disk.state.at = -1;
  if (failed === null) {
    expect(isNew()).toEqual({ dotenv: true, mapping: true });
    return;
  }
  expect(failed).toBeInstanceOf(CannotWrite);
  expect((failed as CannotWrite).text.zh).toContain('磁盘满了');
  expect(isNew()).toEqual({ dotenv: false, mapping: false });
  expect(names()).toEqual(before);
});

test.each(STEPS)('killed at step %i, each file is the old or the new one, and the next setup goes on', async (step) => {
  const files = await begun('killed', step);
  const killed = new Promise<void>((resolve) => (disk.state.onKilled = resolve));
  await Promise.race([files.write(KEY, MAPPING), killed]);
  disk.state.at = -1;
  const left = isNew();
  expect([dotenv(), mapping()].every((text) => text.endsWith('\n') || text === OLD)).toBe(true);
  // Never the new settings with the former people.
  expect(left.dotenv && !left.mapping).toBe(false);
  const next = createFiles({ cwd, env: {}, now: () => NOW + 60_000 });
  expect((await next.begin()).problems).toEqual([]);
  await next.write(KEY, MAPPING);
  expect(isNew()).toEqual({ dotenv: true, mapping: true });
  expect(names().filter((name) => name.includes('tmp'))).toEqual([]);
});

test('a write takes fewer steps than are tried', async () => {
  const files = await begun('full', 1_000);
  await files.write(KEY, MAPPING);
  expect(disk.state.step).toBeGreaterThan(5);
  expect(disk.state.step).toBeLessThan(STEPS.length);
});
