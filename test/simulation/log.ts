import type { Log } from '../../src/log.ts';
import type { Process } from './machine.ts';

/** What a service logs, as part of the trace. */
export function logOf(process: Process): Log {
  const { trace } = process.machine.surroundings;
  const note = (level: string) => (about: unknown, text?: string) =>
    trace.note(`${level}: ${text ?? ''}`, process.name, () => JSON.stringify(about));
  return { debug: () => undefined, info: note('info'), warn: note('warn'), error: note('error') } as unknown as Log;
}
