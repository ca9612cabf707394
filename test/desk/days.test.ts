import { describe, expect, test } from 'vitest';
import { readPeriod } from '../../src/command/day.ts';
import { daysOf, spanOf } from '../../src/desk/days.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';

const period = (word: string) => {
  const read = readPeriod(word);
  if (read === null) throw new Error(`${word} is no period`);
  return read;
};

describe('the days that a word means', () => {
  test.each([
    { on: '2026-11-23', said: '今天', first: '2026-11-23', last: '2026-11-23' },
    { on: '2026-11-01', said: '昨天', first: '2026-10-31', last: '2026-10-31' },
    { on: '2027-01-01', said: '昨天', first: '2026-12-31', last: '2026-12-31' },
    { on: '2028-03-01', said: '昨天', first: '2028-02-29', last: '2028-02-29' },
    { on: '2026-11-23', said: '本周', first: '2026-11-23', last: '2026-11-29' },
    { on: '2026-11-29', said: '本周', first: '2026-11-23', last: '2026-11-29' },
    { on: '2027-01-01', said: '本周', first: '2026-12-28', last: '2027-01-03' },
    { on: '2026-11-01', said: '前天', first: '2026-10-30', last: '2026-10-30' },
    { on: '2026-11-23', said: '上周', first: '2026-11-16', last: '2026-11-22' },
    { on: '2026-11-29', said: '上周', first: '2026-11-16', last: '2026-11-22' },
    { on: '2027-01-03', said: '上周', first: '2026-12-21', last: '2026-12-27' },
    { on: '2027-01-31', said: '上月', first: '2026-12-01', last: '2026-12-31' },
    { on: '2026-03-31', said: '上个月', first: '2026-02-01', last: '2026-02-28' },
    { on: '2026-11-23', said: '本月', first: '2026-11-01', last: '2026-11-30' },
    { on: '2028-02-10', said: '本月', first: '2028-02-01', last: '2028-02-29' },
    { on: '2026-11-23', said: '2025-12', first: '2025-12-01', last: '2025-12-31' },
    { on: '2026-11-23', said: '11月', first: '2026-11-01', last: '2026-11-30' },
    { on: '2026-11-23', said: '12月', first: '2025-12-01', last: '2025-12-31' },
    { on: '2026-11-23', said: '2026-11-20', first: '2026-11-20', last: '2026-11-20' },
    { on: '2026-11-23', said: '11-23', first: '2026-11-23', last: '2026-11-23' },
    { on: '2026-11-23', said: '11-24', first: '2025-11-24', last: '2025-11-24' },
    { on: '2026-11-23', said: '2月29日', first: '2024-02-29', last: '2024-02-29' },
  ])('on $on, $said is $first to $last', ({ on, said, first, last }) => {
    expect(daysOf(period(said), on)).toEqual({ first, last });
  });
});

describe('a day', () => {
  const HOUR = 3_600_000;

  test.each([
    { zone: 'Asia/Shanghai', day: '2026-11-23', from: '2026-11-22T16:00:00Z', hours: 24, what: 'is always 24 hours' },
    {
      zone: 'Asia/Kathmandu',
      day: '2026-11-23',
      from: '2026-11-22T18:15:00Z',
      hours: 24,
      what: 'may begin off the hour',
    },
    {
      zone: 'America/New_York',
      day: '2026-03-08',
      from: '2026-03-08T05:00:00Z',
      hours: 23,
      what: 'is short in spring',
    },
    { zone: 'America/New_York', day: '2026-11-01', from: '2026-11-01T04:00:00Z', hours: 25, what: 'is long in autumn' },
    {
      zone: 'Australia/Lord_Howe',
      day: '2026-04-05',
      from: '2026-04-04T13:00:00Z',
      hours: 24.5,
      what: 'half an hour too',
    },
    {
      zone: 'America/Santiago',
      day: '2026-09-06',
      from: '2026-09-06T04:00:00Z',
      hours: 23,
      what: 'may begin at 01:00',
    },
    { zone: 'Africa/Cairo', day: '2026-04-24', from: '2026-04-23T22:00:00Z', hours: 23, what: 'may begin at 01:00' },
    { zone: 'America/Havana', day: '2026-11-01', from: '2026-11-01T04:00:00Z', hours: 25, what: 'may begin twice' },
    {
      zone: 'Pacific/Kiritimati',
      day: '2026-01-01',
      from: '2025-12-31T10:00:00Z',
      hours: 24,
      what: 'is early in the east',
    },
    { zone: 'Pacific/Apia', day: '2011-12-30', from: '2011-12-30T10:00:00Z', hours: 0, what: 'may be left out' },
  ])('of $zone $what: $day', ({ zone, day, from, hours }) => {
    const span = spanOf({ first: day, last: day }, createCalendar(zone));
    expect({ from: new Date(span.from).toISOString(), hours: (span.to - span.from) / HOUR }).toEqual({
      from: new Date(from).toISOString(),
      hours,
    });
  });

  test.each(['Asia/Shanghai', 'America/New_York', 'America/Santiago', 'Africa/Cairo', 'Australia/Lord_Howe'])(
    'begins in %s where the one before ends, all year long',
    (zone) => {
      const calendar = createCalendar(zone);
      let end = spanOf({ first: '2025-12-31', last: '2025-12-31' }, calendar).to;
      for (let day = '2026-01-01'; day < '2027-01-01'; day = calendar.dayAfter(day)) {
        const { from, to } = spanOf({ first: day, last: day }, calendar);
        expect([from, calendar.dayOf(from), calendar.dayOf(to - 1)]).toEqual([end, day, day]);
        end = to;
      }
    },
  );
});
