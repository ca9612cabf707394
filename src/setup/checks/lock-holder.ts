import { stat } from 'node:fs/promises';

/**
 * Which process has a lock on a file, by what `/proc/locks` says (proc_locks(5)); null: none. To try the lock would take it
 * from a service that starts at that moment.
 */
export async function lockHolder(path: string, locks: string): Promise<string | null> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) return null;
  for (const line of locks.split('\n')) {
    // 1: POSIX  ADVISORY  WRITE 1234 fd:01:5678 0 EOF
    const [, , , , process = '', place = ''] = line.trim().split(/\s+/u);
    if (place.split(':')[2] === String(stats.ino)) return process;
  }
  return null;
}
