import type { Kysely } from 'kysely';
import { withAnswersNow } from '../../src/chat/answers-now.ts';
import { createCommandDesk } from '../../src/chat/command-desk.ts';
import { replyTo } from '../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { createLimits } from '../../src/chat/limits.ts';
import { createDirectReplies } from '../../src/chat/direct-replies.ts';
import { startLateReplies } from '../../src/chat/late-replies.ts';
import { createProgress } from '../../src/chat/progress.ts';
import { createReadShown, type ReadShownParts } from '../../src/chat/read-shown.ts';
import { createReception, type Reception } from '../../src/chat/reception.ts';
import { createCardDesk } from '../../src/desk/cards.ts';
import { createDesk } from '../../src/desk/desk.ts';
import type { Bots } from '../../src/platforms/bots.ts';
import { createPermissions } from '../../src/desk/permissions.ts';
import type { OpenedLedger } from '../../src/ledger/ledger.ts';
import { DatabaseClock } from '../../src/ledger/postgres/clock.ts';
import { startSharedLedger } from '../../src/ledger/postgres/shared-ledger.ts';
import type { Tables } from '../../src/ledger/schema.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';
import { ASK_OPEN_MS } from '../../src/redemption/questions.ts';
import { LOOK_AFTER_MS } from '../../src/redemption/looks.ts';
import type { MessageRecord } from '../../src/redemption/message.ts';
import type { LiantuofuVendor } from '../../src/liantuofu/client.ts';
import type { Directory, Vendor } from '../../src/redemption/ports.ts';
import { createAskShown } from '../../src/redemption/ask-shown.ts';
import { createRedeemDesk } from '../../src/redemption/redeem.ts';
import type { FetchPicture } from '../../src/redemption/shown.ts';
import { startUnknowns } from '../../src/redemption/unknowns.ts';
import type { Time } from '../../src/time/time.ts';
import type { LookingFor } from './attention.ts';
import type { Composing } from './late-ways.ts';
import { logOf } from './log.ts';
import type { Process } from './machine.ts';
import type { Plan } from './plan.ts';

const HEARTBEAT_MS = 5_000;
const CLEAR_MS = 1_000;
const DEAD_AFTER_MS = 20_000;
const POLL_MS = 500;
const POLICY = { countOver: 5, repeatWithinMs: 120_000, openForMs: ASK_OPEN_MS };

export interface ServiceParts {
  readonly plan: Plan;
  readonly process: Process;
  readonly db: Kysely<Tables>;
  readonly vendor: LiantuofuVendor;
  /** The same vendor, for looks after an unknown. */
  readonly vendorLater: Vendor;
  readonly staff: Directory;
  readonly bots: Bots;
  readonly composing: Composing;
}

const calendar = createCalendar('Asia/Shanghai');

/** One service, wired as `src/service.ts` wires it. Resolves when it can be spoken to. */
export async function startService(parts: ServiceParts): Promise<Reception> {
  const { plan, process, vendor, vendorLater, staff, bots, composing } = parts;
  const { trace } = process.machine.surroundings;
  const log = logOf(process);
  const { now, ...opened } = await startLedger(parts);
  const ledger = withAnswersNow(opened.ledger, []);
  const permissions = createPermissions({ staff, admins: [] });
  const roleOf = (user: string) => permissions.roleOf(user);
  const shown = { botNames: [], roleOf, decorate: (text: string) => text };
  const text = async (record: MessageRecord) => replyTo(record, shown);
  const { time } = process;
  const notes = createDeliveryNotes({ ledger, time, log });
  const loop = (lookingFor: LookingFor): Time => ({
    ...time,
    sleep: (ms, signal) => process.idle(ms, lookingFor, signal),
  });
  const onKnown = () => trace.note('unknown became known', process.name);
  const lateReplies = startLateReplies({
    ledger,
    lateWay: bots.lateWay,
    firstAddresses: bots.firstAddresses,
    closedChannels: bots.closedChannels,
    async text(record) {
      const said = await text(record);
      composing.begin(record, said);
      return said;
    },
    decorate: shown.decorate,
    now,
    time: loop('replies'),
    notes,
    onFinished(record, { kind }) {
      composing.end(record);
      trace.note(`late reply: ${kind}`, process.name, () => record.messageId);
    },
    log,
  });
  const desk = createRedeemDesk({
    ledger,
    vendor,
    time,
    onSettled: ({ receipt, state, reason }) =>
      trace.note(`settled: ${state}`, process.name, () => `${receipt} ${reason ?? ''}`),
    onOverruled: ({ receipt, state }) => trace.note('overruled', process.name, () => `${receipt} ${state}`),
    onUnsaved: ({ receipt }) => trace.note('outcome not stored', process.name, () => receipt),
    stop: new AbortController().signal,
    cardDetail: plan.looks,
    policy: POLICY,
    linesPerMinute: 1_000,
    now,
  });
  startUnknowns({
    ledger,
    vendor: vendorLater,
    now,
    time: loop('unknowns'),
    onSettled: onKnown,
    // Managers who did not type it are not part of a history.
    tellUnsettled: () => [],
    onTrouble: () => trace.note('unknowns: storage failed', process.name),
  });
  const commandDesk = createDesk({
    permissions,
    cards: createCardDesk({
      vendor: vendorLater,
      ledger,
      staff,
      lastLookAfterMs: LOOK_AFTER_MS.at(-1) ?? 0,
      now,
      onSettled: onKnown,
    }),
    people: { me: unused, list: unused, requests: unused, bind: unused, unbind: unused },
    requests: { ask: unused, decide: unused },
    waitingRequest: async () => null,
    records: unused,
    statistics: unused,
    robotTests: unused,
    undo: unused,
    consoleLink: { offer: unused, signOut: unused },
  });
  const commands = createCommandDesk({ desk: commandDesk, roleOf, links: { keep: unused }, calendar, now, log });
  return createReception({
    staff,
    desk,
    commands,
    shown: {
      read: createReadShown({ ...pictures(process), time, onRead: () => undefined }).read,
      ask: createAskShown({ ledger, vendor, mode: plan.looks, policy: POLICY, now }),
    },
    progress: createProgress({
      linesBefore: ({ id, user }) => vendor.linesBefore({ user, message: id }),
      lateWay: bots.lateWay,
      decorate: shown.decorate,
      time,
    }),
    ledger,
    limits: createLimits({ maxInProgress: 1_000 }),
    ...shown,
    text,
    sendLate: (message) => lateReplies.queue(message),
    direct: createDirectReplies({ lateWay: bots.lateWay, time, log }),
    notes,
    time,
    log,
  });
}

/** Pictures that show what they are called, and take their time or cannot be fetched. */
function pictures(process: Process): Pick<ReadShownParts, 'fetchPictureOf' | 'readPicture'> {
  const { chance } = process.machine.surroundings;
  const fetchPicture: FetchPicture = async (at, signal) => {
    await process.time.sleep(chance.spread('picture', 50, 8_000), signal);
    if (chance.happens('picture is gone', 0.05)) return { kind: 'not-fetched', why: 'gone' };
    return { kind: 'fetched', bytes: new TextEncoder().encode(String(at)) };
  };
  return {
    fetchPictureOf: () => fetchPicture,
    readPicture: async (bytes) => ({ kind: 'codes', texts: [new TextDecoder().decode(bytes)] }),
  };
}

/** As `ledger/postgres/ledger.ts` does it, over the simulated storage. */
function startLedger({ process, db }: ServiceParts): Promise<OpenedLedger> {
  const { chance } = process.machine.surroundings;
  // Its loops are known by their pauses.
  const time: Time = {
    ...process.time,
    sleep(ms, signal) {
      if (ms === CLEAR_MS) return process.idle(ms, 'the dead', signal);
      if (ms === POLL_MS) return process.idle(ms, 'results', signal);
      return ms === HEARTBEAT_MS ? process.idle(ms, 'the dead', signal) : process.sleep(ms, signal);
    },
  };
  return startSharedLedger({
    db,
    beatDb: db,
    clock: new DatabaseClock(time),
    instance: process.name,
    time,
    log: logOf(process),
    wanted: () => [],
    announcements: null,
    heartbeatMs: HEARTBEAT_MS,
    clearMs: CLEAR_MS,
    deadAfterMs: DEAD_AFTER_MS,
    pollMs: POLL_MS,
    rowLocks: false,
    random: () => chance.draw('pauses'),
  });
}

function unused(): never {
  throw new Error('no person in a history asks for this');
}
