import { randomUUID } from 'node:crypto';
import type { PlatformHttp } from '../platforms/http.ts';
import type { Log } from '../log.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { MessageResult, RobotTest, TakenLines } from '../redemption/notices.ts';
import type { Ledger, NoticeLedger } from '../redemption/ledger.ts';
import type { Store } from '../redemption/redemption.ts';
import type { RobotEntry } from '../mapping/robots.ts';
import { ROBOT_PLATFORMS, type RobotPlatform } from '../platforms/hosts.ts';
import type { ConsoleLinks } from '../platforms/links.ts';
import { createSender, ROBOTS, type Sent } from '../platforms/robots.ts';
import { repeat } from '../time/repeat.ts';
import { startSteadyStopwatch, type Stopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';
import { compose, type Composed, type Manner } from './compose.ts';
import { latestSummary } from './daily.ts';
import { PACE, type Pace } from './pace.ts';
import type { Robot } from './robot.ts';
import { createRoutes, type Routes } from './routes.ts';
import { summarise } from './summary.ts';
import { createRobotTests } from './test-robots.ts';

/** Robots that are spoken to at once. */
const AT_ONCE = 32;
const NOTICES_AT_ONCE = 200;
/** More is not read at once. */
const LINES_PER_MESSAGE = 100;

/** Messages by what became of them; lines, where they were given up. */
export type NotificationResult = Sent['kind'] | 'given-up';

/** What the mapping says, as it stands at the moment. */
export interface NotificationDirectory {
  /** The same list as before while the mapping is the same. */
  robots(): readonly RobotEntry[];
  stores(): readonly Store[];
  findStaff(user: string): { readonly name: string } | undefined;
}

export interface NotificationParts {
  readonly notices: NoticeLedger;
  /** For the summaries. */
  readonly ledger: Pick<Ledger, 'findStoreRecords'>;
  readonly directory: NotificationDirectory;
  readonly http: Pick<PlatformHttp, 'exchange'>;
  readonly calendar: Calendar;
  readonly time: Time;
  /** When the day is summed up, such as `22:00`; null: never. */
  readonly summaryAt: string | null;
  /** Put around every title. */
  readonly decorate: (title: string) => string;
  /** Milliseconds since 1970, of the clock that the ledger goes by. */
  readonly now: () => number;
  readonly onResult: (platform: RobotPlatform, result: NotificationResult, count: number) => void;
  /** Told now and then how many lines wait. */
  readonly onWaiting: (lines: number) => void;
  readonly log: Log;
  /** Where a robot really is. Default: where its address says. */
  readonly locate?: (url: string) => string;
  readonly links?: ConsoleLinks | undefined;
  readonly pace?: Pace;
}

export interface Notifications {
  /**
   * Sends a test line, on behalf of `who`, to the robots of stores and, for null, to those that hear of all stores; at
   * once, past the ledger. Never rejects.
   */
  testRobots(places: readonly (string | null)[], who: string): Promise<readonly RobotTest[]>;
  /** The same to one robot alone; null where the mapping has none of that id. */
  testRobot(id: string, who: string): Promise<RobotTest | null>;
  /** Takes up nothing new and waits for what is being sent; the rest is in the ledger. */
  stop(): Promise<void>;
}

/**
 * Tells the groups what the ledger keeps for them. No person waits for this: what goes wrong here is tried again, and
 * touches no redemption.
 */
export function startNotifications(parts: NotificationParts): Notifications {
  const { notices, ledger, directory, calendar, summaryAt, decorate, now, onResult, onWaiting, log } = parts;
  const { http, time, locate = (url: string) => url, links, pace = PACE } = parts;
  const send = createSender({ http, now, locate, links });
  const manner: Manner = {
    decorate,
    nameOf: (user, known) => directory.findStaff(user)?.name ?? known ?? user,
    whenOf(instant) {
      const [day, today] = [calendar.dayOf(instant), calendar.dayOf(now())];
      return day === today ? calendar.timeOf(instant) : `${day.slice(5)} ${calendar.timeOf(instant)}`;
    },
  };
  let entries: readonly RobotEntry[] | null = null;
  let routes: Routes = createRoutes([]);
  /** The day that was planned last, in the routes that are in force. */
  let planned = new Map<RobotPlatform, string>();
  const sending = new Set<Promise<void>>();
  let sinceCount: Stopwatch = () => Number.POSITIVE_INFINITY;

  async function look(): Promise<void> {
    await followMapping();
    await planSummaries();
    await addressOpen();
    for (const robot of await notices.takeDueRobots(AT_ONCE - sending.size, pace.leaseMs)) begin(robot);
    if (sinceCount() < pace.countEveryMs) return;
    sinceCount = startSteadyStopwatch(time);
    onWaiting(await notices.countWaiting());
  }

  async function followMapping(): Promise<void> {
    const latest = directory.robots();
    if (latest === entries) return;
    const next = createRoutes(latest);
    await notices.enrol(next.robots.map(({ id }) => id));
    routes = next;
    planned = new Map();
    entries = latest;
  }

  async function planSummaries(): Promise<void> {
    if (summaryAt === null) return;
    for (const platform of ROBOT_PLATFORMS) {
      const robots = routes.summarisers(platform);
      if (robots.length === 0) continue;
      const { day, at } = latestSummary(calendar, summaryAt, now() - ROBOTS[platform].summaryDelayMs);
      if (planned.get(platform) === day) continue;
      await notices.planSummaries(day, at, robots);
      planned.set(platform, day);
    }
  }

  async function addressOpen(): Promise<void> {
    for (;;) {
      const open = await notices.openNotices(NOTICES_AT_ONCE);
      if (open.length > 0) {
        await notices.address(open.map((notice) => ({ notice, robots: routes.robotsFor(notice) })));
      }
      if (open.length < NOTICES_AT_ONCE) return;
    }
  }

  function begin(id: string): void {
    const done = serve(id)
      .catch((error: unknown) =>
        log.warn({ err: error, robot: id }, 'a notification could not be dealt with; it is due again later'),
      )
      .finally(() => sending.delete(done));
    sending.add(done);
  }

  /** One message of one robot. */
  async function serve(id: string): Promise<void> {
    const robot = routes.find(id);
    if (robot === undefined) {
      await notices.dismiss(id);
      return;
    }
    const lost = await notices.giveUpLines(id, pace.lifetimeMs);
    if (lost > 0) {
      onResult(robot.platform, 'given-up', lost);
      log.error({ robot: id, lines: lost }, 'notifications could not be told within a day and were given up');
    }
    const taken = await notices.takeLines(id, LINES_PER_MESSAGE);
    if (taken === null) return;
    const bare = taken.message?.bare ?? false;
    const { text, told } = await write(robot, taken, bare);
    const message = taken.message ?? (await notices.beginMessage(id, randomUUID(), told));
    const heard = await send(robot, text, bare ? `${message.uuid}-bare` : message.uuid);
    // A robot that refuses even a text without words from outside does not work: its texts are not the cause.
    const sent: Sent = bare && heard.kind === 'content' ? { ...heard, kind: 'dead' } : heard;
    onResult(robot.platform, sent.kind, 1);
    note(robot, sent, taken, told.length);
    await notices.finishMessage(id, message.id, resultOf(robot, sent, taken, told));
  }

  async function write(robot: Robot, { lines, waiting }: TakenLines, bare: boolean): Promise<Composed> {
    const platform = ROBOTS[robot.platform];
    const [first] = lines;
    if (first !== undefined && first.day !== null) {
      const scope = routes.summaryOf(robot.id) ?? [];
      const all = scope === 'all';
      const stores = directory.stores().filter(({ code }) => all || scope.includes(code));
      const question = { day: first.day, stores, all, platform, bare };
      const text = await summarise({ ledger, calendar, time: summaryAt ?? '00:00', manner }, question);
      return { text, told: [first.notice] };
    }
    // A summary is a message of its own.
    const upToSummary = lines.findIndex(({ day }) => day !== null);
    return compose(upToSummary === -1 ? lines : lines.slice(0, upToSummary), {
      platform,
      manner,
      bare,
      waiting,
      mentions: (storeCodes) => routes.mentions(robot.id, storeCodes),
    });
  }

  function resultOf({ platform }: Robot, sent: Sent, taken: TakenLines, told: readonly number[]): MessageResult {
    const restMs = pace.restMs(platform);
    const laterMs = Math.max(restMs, pace.retryMs(taken.failures + 1));
    switch (sent.kind) {
      case 'sent':
        return { kind: 'sent', told, restMs };
      case 'busy':
      case 'unheard':
        return { kind: 'retry', restMs: laterMs };
      case 'throttled':
        return { kind: 'retry', restMs: pace.throttledMs(platform) ?? laterMs };
      case 'content':
        return { kind: 'bare', restMs };
      case 'dead':
        return { kind: 'parked', restMs: pace.parkedMs };
    }
  }

  function note({ id }: Robot, { kind, answer }: Sent, { waiting, failures }: TakenLines, lines: number): void {
    const about = { robot: id, lines, waiting, result: kind };
    if (kind === 'sent') log.info(about, 'notification');
    else if (kind === 'dead') log.error({ ...about, answer }, 'a group robot does not work: mend it in the mapping');
    else log.warn({ ...about, answer, failures: failures + 1 }, 'notification not taken; trying again');
  }

  const looks = repeat(time, pace.lookEveryMs, () =>
    look().catch((error: unknown) => log.warn({ err: error }, 'could not look for notifications; trying again')),
  );

  const tests = createRobotTests({
    send,
    manner,
    now,
    everyMs: pace.testEveryMs,
    wake: (id) => notices.wake(id),
    log,
  });
  return {
    testRobots: (places, who) => tests.run(createRoutes(directory.robots()).at(places), who),
    async testRobot(id, who) {
      const robot = createRoutes(directory.robots()).find(id);
      return robot === undefined ? null : ((await tests.run([robot], who))[0] ?? null);
    },
    async stop() {
      await looks.stop();
      await Promise.all(sending);
    },
  };
}
