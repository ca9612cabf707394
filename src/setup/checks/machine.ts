import { access, constants, open, readdir, readFile, realpath, rm, stat, statfs } from 'node:fs/promises';
import { availableParallelism, homedir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { randomUUID } from 'node:crypto';
import { PRIVATE_FILE } from '../../private-files.ts';

/** What the checks ask the machine that they run on; nothing of it stays changed. */
export interface Machine {
  readonly platform: string;
  /** Such as `24.21.0`. */
  readonly node: string;
  readonly processors: number;
  /** In bytes: what there is, or may be used in a container. */
  readonly memory: number;
  /** In bytes: what may still be used. */
  readonly freeMemory: number;
  /** The folder itself, or the nearest one above it that there is, links followed. */
  nearestFolder(path: string): Promise<string>;
  isThere(path: string): Promise<boolean>;
  isFile(path: string): Promise<boolean>;
  mayWrite(folder: string): Promise<boolean>;
  space(folder: string): Promise<Space>;
  /** `/proc/self/mountinfo`; null where there is none. */
  mounts(): Promise<string | null>;
  /** Writes a small file, syncs it and removes it: how long the sync took, in milliseconds. */
  syncMs(folder: string): Promise<number>;
  isContainer(): Promise<boolean>;
  /** The units that systemd knows, by path; null where systemd does not run this machine. */
  units(): Promise<readonly Unit[] | null>;
}

export interface Space {
  readonly freeBytes: number;
  readonly bytes: number;
}

export interface Unit {
  readonly path: string;
  readonly text: string;
}

export const THIS_MACHINE: Machine = {
  platform: process.platform,
  node: process.versions.node,
  processors: availableParallelism(),
  get memory() {
    const allowed = process.constrainedMemory();
    return allowed > 0 ? Math.min(totalmem(), allowed) : totalmem();
  },
  get freeMemory() {
    return process.availableMemory();
  },
  async nearestFolder(path) {
    for (let folder = path; ; folder = dirname(folder)) {
      const real = await realpath(folder).catch(() => null);
      if (real !== null) return real;
      if (dirname(folder) === folder) return folder;
    }
  },
  isThere: (path) => may(path, constants.F_OK),
  isFile: (path) =>
    stat(path).then(
      (stats) => stats.isFile(),
      () => false,
    ),
  mayWrite: (folder) => may(folder, constants.W_OK | constants.X_OK),
  async space(folder) {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, bytes: blocks * bsize };
  },
  mounts: () => readFile('/proc/self/mountinfo', 'utf8').catch(() => null),
  async syncMs(folder) {
    const path = join(folder, `.probe-${randomUUID()}`);
    try {
      await using file = await open(path, 'wx', PRIVATE_FILE);
      await file.writeFile('probe\n');
      const startedAt = performance.now();
      await file.sync();
      return performance.now() - startedAt;
    } finally {
      await rm(path, { force: true });
    }
  },
  async isContainer() {
    const marks = ['/.dockerenv', '/run/.containerenv'];
    const found = await Promise.all(marks.map((mark) => may(mark, constants.F_OK)));
    return found.includes(true);
  },
  async units() {
    if (!(await may('/run/systemd/system', constants.F_OK))) return null;
    const folders = [
      '/etc/systemd/system',
      '/usr/local/lib/systemd/system',
      '/usr/lib/systemd/system',
      '/lib/systemd/system',
    ];
    const own = join(homedir(), '.config', 'systemd', 'user');
    return (await Promise.all([...folders, own].map(unitsIn))).flat();
  },
};

function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

async function unitsIn(folder: string): Promise<Unit[]> {
  const names = await readdir(folder).catch(() => []);
  const units = names
    .filter((name) => name.endsWith('.service'))
    .map(async (name) => {
      const path = join(folder, name);
      return { path, text: await readFile(path, 'utf8').catch(() => '') };
    });
  return Promise.all(units);
}
