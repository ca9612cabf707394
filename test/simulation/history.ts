import type { Reception } from '../../src/chat/reception.ts';
import type { Directory } from '../../src/redemption/ports.ts';
import { Attention } from './attention.ts';
import { Books } from './books.ts';
import { Chance } from './chance.ts';
import { Connection } from './connection.ts';
import { connect, type Storage } from './database.ts';
import type { Evidence } from './evidence.ts';
import { Faults } from './faults.ts';
import { botsOf, Composing } from './late-ways.ts';
import { leave, Machine, Process, type Surroundings } from './machine.ts';
import { Person } from './people.ts';
import type { Fault, Plan } from './plan.ts';
import { Platform } from './platform.ts';
import { hasHeldReply, readMessages, readRows } from './rows.ts';
import { Scheduler } from './scheduler.ts';
import { startService } from './service.ts';
import { substitute } from './substitutes.ts';
import { Trace } from './trace.ts';
import { connectVendor, SimulatedVendor } from './vendor.ts';

/** Until then there are faults. */
const STORY_MS = 8 * 60_000;
/** The longest that a machine sleeps, and then the last look, the last question, and the longest pause of a late reply. */
const HEALING_MS = 25 * 60_000;
const HELP_EVERY_MS = 45_000;
const MAX_HELP = 8;

export interface History {
  readonly evidence: Evidence;
  readonly trace: Trace;
  /** What came about by chance, by name. */
  readonly happened: readonly string[];
  readonly events: number;
}

/** Plays one history from its first message to its rest, and collects what there is to be known about it. */
export async function play(plan: Plan, storage: Storage, { verbose = false } = {}): Promise<History> {
  substitute();
  storage.clear();
  const scheduler = new Scheduler();
  const chance = new Chance(plan.seed, plan.prevented);
  const trace = new Trace(() => scheduler.now, verbose);
  const faults = new Faults(plan, chance, scheduler, trace);
  const attention = new Attention(scheduler, storage.raw);
  const surroundings: Surroundings = { scheduler, chance, faults, trace, attention };
  const books = new Books(plan, chance, faults, scheduler);
  const machines = Array.from({ length: plan.machines }, (_, index) => {
    const clocks = { ahead: chance.int('clocks', -2_000, 2_000), drift: (chance.draw('clocks') - 0.5) / 500 };
    return new Machine('ABC'.charAt(index), surroundings, clocks);
  });
  const receptions = new Map<Process, Reception>();
  const people = new Map<string, Person>();
  const isReady = (process: Process) => receptions.has(process);
  const connection = new Connection({ ...surroundings, machines, isReady });
  const platform = new Platform({
    ...surroundings,
    machines,
    connection,
    receptionOf: (process) => receptions.get(process),
    onSeen: (told) => people.get(told.user)?.see(told),
  });
  for (const person of plan.people) {
    people.set(person.user, new Person({ ...surroundings, plan, person, books, platform }));
  }
  const vendor = new SimulatedVendor(books, surroundings);
  const staff = directoryOf(plan);

  let runs = 0;
  const start = (machine: Machine): void => {
    const process = new Process(machine, `${machine.name}${++runs}`);
    machine.process = process;
    process.onDeath(() =>
      scheduler.after(chance.spread(`restart ${machine.name}`, 500, 200_000), () => start(machine)),
    );
    process.enter(() => {
      const composing = new Composing();
      const parts = {
        plan,
        process,
        db: connect(storage, process),
        vendor: connectVendor(vendor, process),
        vendorLater: connectVendor(vendor, process, true),
        staff,
        bots: botsOf({ plan, process, platform, connection, composing }),
        composing,
      };
      startService(parts).then(
        (reception) => receptions.set(process, reception),
        // A service that cannot start ends.
        () => process.kill(),
      );
    });
    leave();
  };
  for (const machine of machines) scheduler.after(chance.int('starts', 0, 1_000), () => start(machine));
  const isUpgraded = plan.first.length > 0 && plan.firstFrom > 0;
  if (isUpgraded) {
    scheduler.after(plan.firstFrom, () => {
      trace.note('upgrade');
      // One after the other.
      for (const machine of machines)
        scheduler.after(chance.spread(`upgrade ${machine.name}`, 1, 30_000), () => machine.process?.kill());
    });
  }
  for (const person of people.values()) person.begin();

  await scheduler.run(STORY_MS);
  faults.over = true;
  trace.note('no more faults');
  await scheduler.run(STORY_MS + HEALING_MS);
  const leftWaiting = plan.people.filter(
    ({ user }) => plan.faults['late way holds'] === 0 && canBeWrittenTo(plan, user) && hasHeldReply(storage, user),
  );
  for (let asked = 0; asked < MAX_HELP; asked++) {
    const waiting = [...people].filter(([user]) => hasHeldReply(storage, user));
    if (waiting.length === 0) break;
    for (const [, person] of waiting) person.askForHelp();
    await scheduler.run(scheduler.now + HELP_EVERY_MS);
  }
  leave();
  const evidence: Evidence = {
    requests: books.requests,
    changes: books.changes,
    sights: books.sights,
    told: platform.told,
    accepted: platform.accepted,
    handedToSeveral: platform.handedToSeveral,
    rows: readRows(storage),
    messages: readMessages(storage),
    leftWaiting: leftWaiting.map(({ user }) => user),
    isCalm: !isUpgraded && DISTURBING.every((fault) => plan.faults[fault] === 0),
    living: new Set(machines.flatMap(({ process }) => (process?.alive === true ? [process.name] : []))),
    cardOf: (typed) => books.cardOf(typed),
  };
  for (const { process } of machines) if (process !== null) process.alive = false;
  return { evidence, trace, happened: chance.happened, events: scheduler.events };
}

const DISTURBING: readonly Fault[] = [
  ...(['slow storage', 'commit answer lost', 'commit lost', 'rolled back', 'cut off'] as const),
  ...(['kill', 'sleep', 'freeze', 'clock step'] as const),
];

/** Whether a bot can write to this person first, in the end. */
function canBeWrittenTo({ people, first }: Plan, user: string): boolean {
  if (user.startsWith('dingtalk:')) return first.includes('dingtalk');
  const isMute = people.some(({ channel }) => channel === 'held');
  return first.includes('wecom-socket') || (first.includes('wecom-app') && !isMute);
}

function directoryOf(plan: Plan): Directory {
  const stores = [
    { code: 'EW_N1', name: '人民路店' },
    { code: 'EW_N2', name: '解放路店' },
  ] as const;
  const members = new Map(
    plan.people.map(({ user, store, manager }, index) => [
      user,
      {
        name: `员工${'甲乙丙丁'.charAt(index)}`,
        employeeId: index,
        store: stores[store],
        role: manager ? ('manager' as const) : ('staff' as const),
      },
    ]),
  );
  return {
    findStaff: (user) => members.get(user),
    findConversationStore: (conversation) => (conversation === 'wecom:wrSECOND' ? stores[1] : undefined),
  };
}
