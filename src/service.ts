import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import type Router from '@koa/router';
import { withAnswersNow } from './chat/answers-now.ts';
import { createCommandDesk } from './chat/command-desk.ts';
import { createLimits } from './chat/limits.ts';
import { recordNotCarriedOut } from './chat/not-carried-out.ts';
import { createProgress } from './chat/progress.ts';
import { createReception } from './chat/reception.ts';
import type { LiveConfig } from './config.ts';
import { createCondition, mappingTrouble, watchClock } from './operation/condition.ts';
import { withKnownNames } from './desk/known-names.ts';
import { createPermissions } from './desk/permissions.ts';
import { createWaitingRequest } from './desk/waiting-request.ts';
import { createMayLookInside } from './operation/insiders.ts';
import { readNotCarriedOut, removeNotCarriedOut } from './ledger/not-carried-out.ts';
import { openLedger } from './ledger/open.ts';
import type { Address } from './http/address.ts';
import type { Log } from './log.ts';
import { sampleLog } from './log/sampled.ts';
import { createMetrics } from './operation/metrics.ts';
import { createObserver } from './operation/observe.ts';
import { createWanted } from './notices/routes.ts';
import { PRIVATE_FOLDER } from './private-files.ts';
import { startAddingUp } from './redemption/adding-up.ts';
import { createCalendar } from './redemption/calendar.ts';
import { LOOK_AFTER_MS } from './redemption/looks.ts';
import { startUnknowns } from './redemption/unknowns.ts';
import { openMapping } from './mapping/open-mapping.ts';
import { createRobotBook } from './mapping/robot-book.ts';
import { createShopBook } from './mapping/shop-book.ts';
import { realTime } from './time/real.ts';
import { wireBots } from './wire/bots.ts';
import { wireConnections } from './wire/connections.ts';
import { wireConsole } from './wire/console.ts';
import { consoleAddress } from './wire/console-address.ts';
import { wireDesk } from './wire/desk.ts';
import { wireGroups } from './wire/groups.ts';
import { createHealth } from './wire/health.ts';
import { wireHttp } from './wire/http.ts';
import { wireLogins } from './wire/logins.ts';
import { wirePictures } from './wire/pictures.ts';
import { wireRedeeming } from './wire/redeeming.ts';
import { watchMessages } from './wire/seen-bots.ts';
import { wireTelling } from './wire/telling.ts';
import { wireVendor } from './wire/vendor.ts';

/** Messages whose redemptions may run at once; beyond, people are told to try again. */
const MAX_IN_PROGRESS = 1_000;

export interface Service {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Takes no new callbacks, lets running redemptions finish and tells people, then closes everything. */
  stop(): Promise<void>;
}

export interface ServiceExtras {
  readonly log: Log;
  /** Put around every text that is shown. */
  readonly decorate?: (text: string) => string;
  readonly addRoutes?: (router: Router) => void;
  /** Where the robot of an address really is. */
  readonly locateRobot?: (address: string) => string;
  /** What an empty ledger file begins with: a module with a `Beginning`. */
  readonly beginning?: URL;
  /** When cards of unknown redemptions are looked at, in milliseconds after they became unknown. */
  readonly lookAfterMs?: readonly number[];
  /** Whether people are at this machine. */
  readonly atThisMachine?: boolean;
  /** Where it answers; absent: it listens at an address of its own. */
  readonly address?: Address | undefined;
}

/** Wires and starts everything. Rejects, with everything closed again, when any part of it cannot start. */
export async function startService(settings: LiveConfig, extras: ServiceExtras): Promise<Service> {
  const parts = new AsyncDisposableStack();
  try {
    return await start(settings, extras, parts);
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

async function start(settings: LiveConfig, extras: ServiceExtras, parts: AsyncDisposableStack): Promise<Service> {
  const { dataDir, databaseUrl, robotHosts, botNames, admins, publicUrl } = settings;
  const { log, decorate = (text: string) => text, atThisMachine = false } = extras;
  const metrics = createMetrics();
  const observer = createObserver(log, metrics);

  await mkdir(dataDir, { recursive: true, mode: PRIVATE_FOLDER });
  const mapping = await openMapping({ databaseUrl, dataDir, robotHosts, log });
  parts.defer(() => mapping.close());
  const robots = createRobotBook(mapping);
  const wanted = createWanted(robots);
  const opened = await openLedger({ databaseUrl, dataDir, log, wanted, beginning: extras.beginning });
  const { notices, people, leases, sessions, figures, interrupted, now } = opened;
  const ledger = withAnswersNow(opened.ledger, botNames);
  parts.defer(() => ledger.close());
  if (interrupted > 0) log.warn({ interrupted }, 'redemptions were cut off when the service last ended: unknown now');
  await recordNotCarriedOut(await readNotCarriedOut(dataDir), { ledger, botNames });
  await removeNotCarriedOut(dataDir);
  const vendor = wireVendor({
    ...{ settings: settings.liantuofu, maxInProgress: MAX_IN_PROGRESS, observer, metrics, log },
    onTrouble: (trouble, forMs) => telling.trouble(trouble, forMs),
  });
  parts.defer(() => vendor.close());

  const calendar = createCalendar(settings.timeZone);
  const permissions = createPermissions({ staff: mapping.directory, admins: settings.admins });
  const time = realTime;
  let listening: string | null = null;
  const address = () => consoleAddress({ publicUrl, listening, atThisMachine, interfaces: networkInterfaces });
  const { bots, links } = wireBots({ settings, address, observer, time, log }, parts);
  const clock = watchClock(time, log);
  parts.defer(() => clock.stop());
  const roleOf = (user: string) => permissions.roleOf(user);
  const telling = wireTelling(
    {
      ...{ book: mapping, people, ledger, admins, bots, botNames, calendar, roleOf },
      ...{ decorate, observer, now, time, log },
      troubleNow: (found) => vendor.trouble(found),
    },
    parts,
  );
  const { direct, notes, lateReplies, toldLinks, asTold, text, say } = telling;
  const notifications = wireGroups(
    {
      ...{ notices, ledger, calendar, time, decorate, now, log },
      directory: { ...robots, findStaff: (user) => mapping.directory.findStaff(user) },
      summaryAt: settings.dailySummaryAt,
      onResult: observer.notified,
      onWaiting: (lines) => metrics.notificationsWaiting.set(lines),
      locateRobot: extras.locateRobot,
      proxy: settings.proxy,
      links,
    },
    parts,
  );

  const { addressOf } = bots;
  const { desk, policy, stopSaving } = wireRedeeming({
    ...{ ledger, vendor, time, now, settings, observer, tellOverruled: telling.overruled },
  });
  const lookAfterMs = extras.lookAfterMs ?? LOOK_AFTER_MS;
  const unknowns = startUnknowns({
    ...{ ledger, vendor, lookAfterMs, now, time },
    onSettled: observer.unknownSettled,
    tellUnsettled: telling.unsettled,
    onTrouble: observer.looksFailed,
  });
  parts.defer(() => unknowns.stop());
  const addingUp = startAddingUp({
    ...{ figures, timeZone: calendar.timeZone, time },
    onTrouble: (error) => log.warn({ err: error }, 'what is over could not be added up; it is tried again'),
  });
  parts.defer(() => addingUp.stop());
  const deskParts = { book: mapping, people, ledger, admins, addressOf, say, calendar, now, newId: randomUUID, log };
  const logins = wireLogins({ sessions, dataDir, addressOf, say, now, machineNow: () => time.now() });
  const commandDesk = wireDesk({
    ...{ ...deskParts, permissions, staff: mapping.directory },
    cards: { vendor, lastLookAfterMs: lookAfterMs.at(-1) ?? 0, onSettled: observer.unknownSettled },
    onChanged: (news) => notices.recordBinding(news),
    testRobots: (places, who) => notifications.testRobots(places, who),
    console: { logins, address },
  });
  const commands = createCommandDesk({ desk: commandDesk, roleOf, links: toldLinks, calendar, now, log });
  const pictures = wirePictures(
    { ledger, vendor, mode: settings.liantuofu.cardDetail, policy, now, bots, observer, time, log },
    parts,
  );
  const progress = createProgress({
    linesBefore: ({ id, user }) => vendor.linesBefore({ user, message: id }),
    ...{ lateWay: bots.lateWay, decorate, time },
  });
  parts.defer(() => progress.stop());
  const reception = createReception({
    staff: withKnownNames(mapping.directory, people, log),
    ...{ desk, commands, progress, ledger },
    shown: pictures.shown,
    limits: createLimits({ maxInProgress: MAX_IN_PROGRESS }),
    ...{ botNames, roleOf, asTold, text, decorate, waitingRequest: createWaitingRequest(people) },
    sendLate: (message) => lateReplies.queue(message),
    ...{ direct, notes, time, log },
  });

  // What strangers send must not fill the disk.
  const sampled = sampleLog(log, time);
  parts.defer(() => sampled.stop());
  const heard = watchMessages(reception, () => time.now());
  const connections = wireConnections({
    ...{ bots: bots.all, reception: heard.reception, observer, leases, time, log, sampled },
    ...{ isShared: databaseUrl !== null, proxy: settings.proxy },
  });
  const condition = createCondition(ledger, [opened, clock, mappingTrouble(mapping), vendor, connections]);
  const seenBots = () => heard.tell(bots.all, (channel) => connections.isUp(channel));
  const webConsole = wireConsole({
    ...{ ...deskParts, desk: commandDesk, permissions, logins, notices, figures, directory: mapping.directory, vendor },
    shops: createShopBook(mapping),
    testRobot: (id, who) => notifications.testRobot(id, who),
    onSettled: observer.unknownSettled,
    ...{ timeZone: settings.timeZone, time, watch: opened.watch },
    publicUrl,
    health: createHealth({
      ...{ settings, condition, seenBots, ledger, notices, vendor, log },
      url: () => listening ?? '',
      now: () => time.now(),
    }),
  });
  const http = await wireHttp({
    ...{ settings, bots: bots.all, reception: heard.reception, observer, metrics, log, sampled },
    ...{ condition, seenBots },
    mayLookInside: createMayLookInside(settings.metricsToken),
    addRoutes: [webConsole.addRoutes, ...(extras.addRoutes === undefined ? [] : [extras.addRoutes])],
    address: extras.address,
  });
  listening = http.url;
  await connections.open();

  return {
    url: http.url,
    async stop() {
      // Open responses and deliveries wait for their redemptions, so all end together.
      const withinMs = settings.liantuofu.timeoutMs + 2_000;
      webConsole.stop();
      pictures.stop();
      connections.refuse();
      const closed = http.close(withinMs);
      await unknowns.stop();
      await vendor.close();
      stopSaving();
      await Promise.all([desk.idle(), closed]);
      direct.stop();
      reception.stop();
      // What came in meanwhile, or whose sender hung up, may have begun more: it is carried out, then written, then told.
      const idle = () => reception.idle().then(() => desk.idle());
      await idle();
      // What became due meanwhile may have to go out over a connection, which is heard until it is closed.
      await lateReplies.stop();
      await connections.stop(withinMs);
      await idle();
      await parts.disposeAsync();
      log.info('stopped');
    },
  };
}
