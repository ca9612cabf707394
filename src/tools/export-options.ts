import { parseArgs } from 'node:util';
import { spanOf } from '../desk/days.ts';
import type { ExportFilter } from '../ledger/export.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { State } from '../redemption/redemption.ts';
import type { Headings } from './export-formats.ts';

export interface ExportOptions {
  readonly filter: ExportFilter;
  readonly format: 'csv' | 'jsonl';
  /** Of csv. */
  readonly headings: Headings;
  readonly fullCards: boolean;
  /** A file; null = standard output. */
  readonly output: string | null;
}

const OUTCOMES = ['succeeded', 'refused', 'unsent', 'unknown', 'pending', 'asked'] as const satisfies readonly State[];

export const EXPORT_USAGE = `npm run redemptions -- --from 2026-11-01 --to 2026-11-30 [options]
  --from, --to   days of TIMEZONE, both included
  --format       csv (for spreadsheets) or jsonl (for programs); csv unless said
  --headings     zh (Chinese) or en (English) headings of csv; zh unless said
  --output       a file that is not there yet; standard output unless said
  --store        code of a store
  --user         platform and id, such as wecom:zhangsan
  --outcome      ${OUTCOMES.join(', ')}
  --full-cards   whole card numbers instead of their last four characters`;

/** Reads the command line, without the program's name; or says what is wrong with it. */
export function readExportOptions(
  args: readonly string[],
  calendar: Calendar,
): ExportOptions | { readonly problem: string } {
  try {
    return read(args, calendar);
  } catch (error) {
    return { problem: `${error instanceof Error ? error.message : String(error)}\n\n${EXPORT_USAGE}` };
  }
}

function read(args: readonly string[], calendar: Calendar): ExportOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      from: text,
      to: text,
      store: text,
      user: text,
      outcome: text,
      output: text,
      format: { ...text, default: 'csv' },
      headings: { ...text, default: 'zh' },
      'full-cards': { type: 'boolean', default: false },
    },
  });
  const [first, last] = [day('--from', values.from), day('--to', values.to)];
  if (first > last) throw new Error('--to is before --from.');
  return {
    filter: {
      span: spanOf({ first, last }, calendar),
      ...(values.store === undefined ? {} : { storeCode: values.store }),
      ...(values.user === undefined ? {} : { user: values.user }),
      ...(values.outcome === undefined ? {} : { states: [oneOf(OUTCOMES, '--outcome', values.outcome)] }),
    },
    format: oneOf(['csv', 'jsonl'], '--format', values.format),
    headings: oneOf(['zh', 'en'], '--headings', values.headings),
    fullCards: values['full-cards'],
    output: values.output ?? null,
  };
}

function day(name: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`${name} is missing.`);
  const date = /^\d{4}-\d{2}-\d{2}$/u.test(value) ? new Date(`${value}T00:00:00Z`) : null;
  // A 31st of November is not the 1st of December.
  if (date === null || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== value)
    throw new Error(`${name} must be a day, such as 2026-11-01.`);
  return value;
}

function oneOf<T extends string>(known: readonly T[], name: string, value: string): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw new Error(`${name} must be one of ${known.join(', ')}.`);
  return found;
}
