import type { DeskResult } from '../../desk/result.ts';
import type { HelpRole } from './help.ts';
import { record, records, statistics } from './records.ts';
import type { Moment } from './when.ts';

/** For whom something is said, and when. */
export interface Reader extends Moment {
  readonly role: HelpRole;
}

/** What a command came to, as the person who typed it reads it. */
export function deskResult(result: DeskResult, reader: Reader): string {
  switch (result.kind) {
    case 'records':
      return records(result, reader);
    case 'record':
      return record(result, reader);
    case 'statistics':
      return statistics(result);
  }
}
