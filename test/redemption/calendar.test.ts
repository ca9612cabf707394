import { describe, expect, test } from 'vitest';
import { createCalendar } from '../../src/redemption/calendar.ts';

const at = (text: string) => Date.parse(text);

describe('the calendar', () => {
  test.each([
    ['Asia/Shanghai', '2026-11-23T15:59:59.999Z', '2026-11-23', '23:59'],
    ['Asia/Shanghai', '2026-11-23T16:00:00Z', '2026-11-24', '00:00'],
    ['Asia/Kathmandu', '2026-11-23T18:15:00Z', '2026-11-24', '00:00'],
    ['America/New_York', '2026-11-01T05:59:00Z', '2026-11-01', '01:59'],
  ])('in %s takes %s for %s, %s', (timeZone, instant, day, time) => {
    const calendar = createCalendar(timeZone);
    expect([calendar.dayOf(at(instant)), calendar.timeOf(at(instant))]).toEqual([day, time]);
  });

  test.each([
    ['Asia/Shanghai', '2026-11-23', '22:00', '2026-11-23T14:00:00Z'],
    ['America/New_York', '2026-03-08', '22:00', '2026-03-09T02:00:00Z'],
    ['America/New_York', '2026-03-08', '00:00', '2026-03-08T05:00:00Z'],
    ['America/New_York', '2026-11-01', '22:00', '2026-11-02T03:00:00Z'],
    ['Pacific/Kiritimati', '2026-01-01', '00:00', '2025-12-31T10:00:00Z'],
  ])('in %s, %s %s is %s, also on a day on which the clocks change', (timeZone, day, time, instant) => {
    expect(createCalendar(timeZone).instantOf(day, time)).toBe(at(instant));
  });

  test('goes from day to day over the ends of months and years', () => {
    const calendar = createCalendar('Asia/Shanghai');
    expect(calendar.dayAfter('2026-12-31')).toBe('2027-01-01');
    expect(calendar.dayAfter('2028-03-01', -1)).toBe('2028-02-29');
  });
});
