import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('..', import.meta.url));

/** Another version of the project, ready to be started. */
export interface Version {
  /** As it was asked for, such as `main~3`. */
  readonly ref: string;
  readonly root: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Puts the committed state `ref` into a temporary folder. It gets the packages installed here where it wants the same, else its
 * own. Throws when there is no such commit, or its packages cannot be installed.
 */
export async function checkOut(ref: string): Promise<Version> {
  const root = await mkdtemp(join(tmpdir(), 'bench-version-'));
  const clear = () => rm(root, { recursive: true, force: true });
  try {
    const commit = git('rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`).toString().trim();
    execFileSync('tar', ['-x', '-C', root], { input: git('archive', commit) });
    if (await sameFile(HERE, root, 'package-lock.json'))
      await symlink(join(HERE, 'node_modules'), join(root, 'node_modules'));
    // Both run on the Node that runs this, so the one that a package would bring is not needed.
    else execFileSync('npm', ['ci', '--ignore-scripts', '--silent'], { cwd: root, stdio: 'inherit' });
    return { ref, root, [Symbol.asyncDispose]: clear };
  } catch (error) {
    await clear();
    throw error;
  }
}

function git(...args: string[]): Buffer {
  return execFileSync('git', args, { cwd: HERE, maxBuffer: 512 * 2 ** 20, stdio: 'pipe' });
}

async function sameFile(one: string, other: string, name: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all([one, other].map((folder) => readFile(join(folder, name), 'utf8')));
  return ours === theirs;
}
