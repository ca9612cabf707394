/** Days and times of day as the shops live them. A day is written `2026-11-23`, a time `22:00`. */
export interface Calendar {
  /** An IANA name such as `Asia/Shanghai`. */
  readonly timeZone: string;
  /** The day on which an instant (milliseconds since 1970) falls. */
  dayOf(instant: number): string;
  /** The time of day at an instant. */
  timeOf(instant: number): string;
  /** The instant of a time on a day; a time that the clocks skip or repeat on that day is off by that much at most. */
  instantOf(day: string, time: string): number;
  /** The first instant of a day; of one that there never was, that of the next. */
  startOf(day: string): number;
  /** The day that comes `days` after; before, where that is negative. */
  dayAfter(day: string, days?: number): string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** `timeZone` is an IANA name such as `Asia/Shanghai`. Throws RangeError when it is not known. */
export function createCalendar(timeZone: string): Calendar {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  // Swedes write dates as ISO does.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, hourCycle: 'h23', second: '2-digit', ...parts });
  const local = (instant: number): string => format.format(instant);
  /** How far the clocks there are ahead of UTC. */
  const offsetAt = (instant: number): number =>
    Date.parse(`${local(instant).replace(' ', 'T')}Z`) - Math.floor(instant / 1000) * 1000;

  const dayOf = (instant: number) => local(instant).slice(0, 10);
  const instantOf = (day: string, time: string) => {
    const asUtc = Date.parse(`${day}T${time}:00Z`);
    return asUtc - offsetAt(asUtc - offsetAt(asUtc));
  };

  return {
    timeZone,
    dayOf,
    timeOf: (instant) => local(instant).slice(11, 16),
    instantOf,
    startOf(day) {
      const midnight = instantOf(day, '00:00');
      if (dayOf(midnight) === day && dayOf(midnight - 1) < day) return midnight;
      // Looked for: clocks are put forward and back at midnight too, so that a day may begin at 01:00, twice, or (where a
      // country crossed the date line) never. No zone is a whole day off UTC.
      const asUtc = Date.parse(`${day}T00:00:00Z`);
      let [before, start] = [asUtc - DAY_MS, asUtc + DAY_MS];
      while (start - before > 1) {
        const middle = Math.floor((before + start) / 2);
        if (dayOf(middle) < day) before = middle;
        else start = middle;
      }
      return start;
    },
    dayAfter: (day, days = 1) => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10),
  };
}
