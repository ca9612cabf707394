import { Chance } from './chance.ts';

/** What can go wrong, each with its probability at every occasion. */
export const FAULTS = [
  'slow storage',
  'commit answer lost',
  'commit lost',
  'rolled back',
  'cut off',
  'kill',
  'sleep',
  'freeze',
  'clock step',
  'vendor slow',
  'vendor away',
  'request late',
  'request lost',
  'answer lost',
  'answer garbled',
  'look fails',
  'balance lags',
  'card changes elsewhere',
  'delivered twice',
  'hung up',
  'response lost',
  'polls end',
  'late way refuses',
  'late answer lost',
  'late way holds',
  'connection drops',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What people do, each with its probability at every occasion. */
export const HABITS = [
  'show',
  'by code',
  'in groups',
  'tap',
  'several lines',
  'many times',
  'same card again',
  'confirm',
  'confirm twice',
  'cancel',
  'answer too late',
  'check',
  'settle by hand',
  'settle wrongly',
  'type again',
] as const;
export type Habit = (typeof HABITS)[number];

export const CHANNELS = ['app', 'held', 'bot', 'socket', 'dingtalk'] as const;
export type ChannelKind = (typeof CHANNELS)[number];

export const FIRST_WRITERS = ['wecom-app', 'wecom-socket', 'dingtalk'] as const;
export type FirstWriter = (typeof FIRST_WRITERS)[number];

export interface PlannedPerson {
  readonly user: string;
  readonly channel: ChannelKind;
  readonly store: 0 | 1;
  readonly manager: boolean;
  /** Whether they write in a conversation that is booked to the other store. */
  readonly elsewhere: boolean;
  /** How many messages with redemptions they begin. */
  readonly visits: number;
}

/** Everything about a history that is not decided on the way. */
export interface Plan {
  readonly seed: number;
  readonly machines: number;
  readonly people: readonly PlannedPerson[];
  readonly cards: number;
  /** What the vendor says is the number of a card that was asked about by code. */
  readonly cardNo: 'own' | 'typed' | 'masked' | 'none';
  readonly looks: 'before' | 'after' | 'off';
  /** The bots that can write to people first, */
  readonly first: readonly FirstWriter[];
  /** in services that start at this instant or later, in milliseconds since the history began. */
  readonly firstFrom: number;
  readonly faults: Readonly<Record<Fault, number>>;
  readonly habits: Readonly<Record<Habit, number>>;
  /** What came about by chance and is not to, this time. */
  readonly prevented: readonly string[];
}

const FAULT_ON = 0.3;
const HABIT_ON = 0.7;
/** Of the worst there are only a few, at one of many moments. */
const RARE = new Set<Fault>(['kill', 'sleep', 'freeze', 'cut off', 'clock step']);

type Profile = Partial<Pick<Plan, 'machines' | 'cards' | 'cardNo' | 'looks' | 'first' | 'firstFrom'>> & {
  readonly faults: Partial<Record<Fault, number>>;
  readonly habits: Partial<Record<Habit, number>>;
};

/**
 * Where one thing has to come upon another within a second, chance alone would take too long. Each of these makes one
 * kind of meeting likely, beside all else that happens.
 */
const PROFILES: readonly [Profile, ...Profile[]] = [
  // A question that one service has asked is answered at another, while the first does not hear from storage.
  {
    machines: 2,
    cards: 1,
    cardNo: 'own',
    looks: 'before',
    faults: { 'commit answer lost': 0.3, 'delivered twice': 0.6, 'vendor slow': 0.3 },
    habits: { 'by code': 0.6, 'many times': 0.3, confirm: 0.6, cancel: 0 },
  },
  {
    machines: 2,
    cards: 1,
    cardNo: 'own',
    looks: 'before',
    faults: { 'cut off': 0.1, 'delivered twice': 0.6, 'vendor slow': 0.6 },
    habits: { 'by code': 0.6, confirm: 0.6, cancel: 0 },
  },
  // Another user changes the same card, or so it seems.
  {
    cards: 1,
    looks: 'before',
    faults: { 'request lost': 0.3, 'look fails': 0.3, 'balance lags': 0.3 },
    habits: { 'by code': 0.5, 'same card again': 0.8, 'settle by hand': 0 },
  },
  // Others go on without a service that is only asleep.
  {
    machines: 2,
    looks: 'before',
    faults: { sleep: 0.1, freeze: 0.03 },
    habits: { 'settle by hand': 0.5, 'settle wrongly': 0.3 },
  },
  // Replies come too late for their carriers, and the ways to people come and go.
  {
    machines: 2,
    first: FIRST_WRITERS,
    firstFrom: 120_000,
    faults: {
      'vendor slow': 0.6,
      'hung up': 0.6,
      'connection drops': 0.3,
      'late answer lost': 0.3,
      'late way holds': 0,
    },
    habits: {},
  },
];
const PROFILED = 0.4;

/** Each history has some faults and habits and not the others, so that rare combinations become likely. */
export function makePlan(seed: number): Plan {
  const chance = new Chance(seed);
  const faults = Object.fromEntries(FAULTS.map((fault) => [fault, faultOf(chance, fault)])) as Plan['faults'];
  const habits = Object.fromEntries(HABITS.map((habit) => [habit, habitOf(chance, habit)])) as Plan['habits'];
  const plan: Plan = {
    seed,
    machines: chance.pick('machines', [1, 1, 2, 2, 2, 3]),
    people: peopleOf(chance),
    cards: chance.pick('cards', [1, 1, 2]),
    cardNo: chance.pick('card number', ['own', 'own', 'typed', 'masked', 'none']),
    looks: chance.pick('looks', ['before', 'before', 'before', 'before', 'after', 'off']),
    first: FIRST_WRITERS.filter((one) => chance.happens(`first ${one}`, 0.4)),
    firstFrom: chance.pick('first from', [0, chance.spread('first from', 20_000, 400_000)]),
    faults,
    habits,
    prevented: [],
  };
  if (!chance.happens('profile', PROFILED)) return plan;
  const profile = chance.pick('profile', PROFILES);
  // Little else, or it would come in between.
  const few = Object.fromEntries(
    FAULTS.map((fault) => [fault, chance.happens(`also ${fault}`, 0.25) ? faults[fault] : 0]),
  );
  return {
    ...plan,
    ...profile,
    faults: { ...faults, ...few, ...profile.faults },
    habits: { ...habits, ...profile.habits },
  };
}

function faultOf(chance: Chance, fault: Fault): number {
  if (!chance.happens(fault, FAULT_ON)) return 0;
  return RARE.has(fault) ? chance.spread(fault, 20, 80) / 1_000 : chance.pick(fault, [0.03, 0.1, 0.3, 0.6]);
}

function habitOf(chance: Chance, habit: Habit): number {
  return chance.happens(habit, HABIT_ON) ? chance.spread(habit, 200, 900) / 1_000 : 0;
}

function peopleOf(chance: Chance): readonly PlannedPerson[] {
  const channel = chance.pick('channel', CHANNELS);
  return Array.from({ length: chance.pick('people', [1, 1, 1, 1, 2, 2, 3]) }, (_, index) => {
    const other: ChannelKind = channel === 'dingtalk' ? 'app' : 'dingtalk';
    const own = index > 0 && chance.happens('other channel', 0.2) ? other : channel;
    return {
      user: `${own === 'dingtalk' ? 'dingtalk' : 'wecom'}:p${index + 1}`,
      channel: own,
      store: chance.pick<0 | 1>('store', [0, 0, 1]),
      manager: index === 0 || chance.happens('manager', 0.3),
      elsewhere: chance.happens('elsewhere', 0.1),
      visits: chance.pick('visits', [1, 1, 1, 1, 2]),
    };
  });
}
