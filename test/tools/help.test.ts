import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startChild } from '../support/child.ts';

const PROGRAMS = [
  ['src/main.ts', 'npm start'],
  ['src/tools/backup.ts', 'npm run backup'],
  ['src/tools/console.ts', 'npm run console'],
  ['src/tools/doctor.ts', 'npm run doctor'],
  ['src/tools/mapping.ts', 'npm run mapping'],
  ['src/tools/menu.ts', 'npm run menu'],
  ['src/tools/reconcile.ts', 'npm run reconcile'],
  ['src/tools/redemptions.ts', 'npm run redemptions'],
  ['src/tools/setup.ts', 'npm run setup'],
  ['src/sandbox/vendor-main.ts', 'node src/sandbox/vendor-main.ts'],
  ['bench/main.ts', 'npm run bench'],
  ['bench/ledger.ts', 'npm run bench:ledger'],
  ['test/chaos/main.ts', 'npm run chaos'],
  ['test/simulation/main.ts', 'npm run simulate'],
  ['test/simulation/mutants.ts', 'npm run simulate:mutants'],
  ['test/notices/load-main.ts', 'npm run notify:load'],
] as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'help-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(program: string, args: readonly string[]) {
  // With settings that nothing could start with.
  const child = startChild(program, { DATA_DIR: folder, PORT: 'x' }, args);
  const code = await child.exited;
  return { code, said: child.lines.join('\n'), errors: child.errors() };
}

describe.each(PROGRAMS)('%s', (program, command) => {
  test('says with --help or -h how it is used, and does nothing else', async () => {
    for (const args of [['--help'], ['-h'], ['--nonsense', '-h']]) {
      const { code, said, errors } = await run(program, args);
      expect(code, errors).toBe(0);
      expect(said).toContain(command);
      expect(errors).toBe('');
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(program === 'src/main.ts' || program === 'src/tools/redemptions.ts')(
    'says of an option that it has not how it is used',
    async () => {
      const { code, errors } = await run(program, ['--nonsense']);
      expect(code).toBe(2);
      expect(errors).toContain("Unknown option '--nonsense'");
      expect(errors).toContain(command);
      expect(errors).not.toMatch(/^\s+at /mu);
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});
