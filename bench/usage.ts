import { readFileSync } from 'node:fs';

/** The kernel counts CPU time in hundredths of a second. */
const MS_PER_TICK = 10;

export interface Usage {
  /** User and system time since the process began, all threads, in milliseconds. */
  readonly cpuMs: number;
  readonly rssMb: number;
}

/** What these processes have used, added up; zeros where the system has no /proc. */
export function usageOf(pids: readonly number[]): Usage {
  let cpuMs = 0;
  let rssMb = 0;
  for (const pid of pids) {
    // The name in parentheses may contain blanks, so the fields are counted from behind it.
    const fields = read(pid, 'stat')
      .replace(/^.*\) /su, '')
      .split(' ');
    cpuMs += (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * MS_PER_TICK;
    rssMb += Number(/^VmRSS:\s+(\d+) kB$/mu.exec(read(pid, 'status'))?.[1] ?? 0) / 1024;
  }
  return { cpuMs, rssMb };
}

function read(pid: number, file: 'stat' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
