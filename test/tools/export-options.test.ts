import { expect, test } from 'vitest';
import { createCalendar } from '../../src/redemption/calendar.ts';
import { readExportOptions } from '../../src/tools/export-options.ts';

const NOVEMBER = ['--from', '2026-11-01', '--to', '2026-11-30'];
const read = (args: readonly string[]) => readExportOptions(args, createCalendar('Asia/Shanghai'));

test('two days are enough: both are included, as CSV, cards by their last four, to standard output', () => {
  expect(read(NOVEMBER)).toEqual({
    filter: { span: { from: Date.parse('2026-10-31T16:00:00Z'), to: Date.parse('2026-11-30T16:00:00Z') } },
    format: 'csv',
    headings: 'zh',
    fullCards: false,
    output: null,
  });
});

test('everything else can be said', () => {
  const more = '--store EW_N1 --user=wecom:zhangsan --outcome unknown --format jsonl --full-cards --output x.jsonl';
  expect(read([...NOVEMBER, ...more.split(' ')])).toMatchObject({
    filter: { storeCode: 'EW_N1', user: 'wecom:zhangsan', states: ['unknown'] },
    format: 'jsonl',
    fullCards: true,
    output: 'x.jsonl',
  });
});

test.each([
  { args: [], says: '--from is missing' },
  { args: ['--from', '2026-11-01'], says: '--to is missing' },
  { args: ['--from', '2026-11-31', '--to', '2026-12-31'], says: '--from must be a day, such as 2026-11-01' },
  { args: ['--from', '11/01/2026', '--to', '2026-12-31'], says: '--from must be a day' },
  { args: ['--from', '2026-11-30', '--to', '2026-11-01'], says: '--to is before --from' },
  { args: [...NOVEMBER, '--format', 'xlsx'], says: '--format must be one of csv, jsonl' },
  { args: [...NOVEMBER, '--outcome', 'failed'], says: '--outcome must be one of succeeded, refused' },
  { args: [...NOVEMBER, '--stores', 'x'], says: "Unknown option '--stores'" },
  { args: [...NOVEMBER, 'november.csv'], says: 'november.csv' },
])('$args says what is wrong and how it is written', ({ args, says }) => {
  const options = read(args);
  const problem = 'problem' in options ? options.problem : '';
  expect(problem).toContain(says);
  expect(problem).toContain('npm run redemptions -- --from 2026-11-01 --to 2026-11-30');
});
