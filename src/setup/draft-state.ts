import type { SettingName } from '../config/settings.ts';
import type { Text } from '../pages/text.ts';
import { waysIn } from './draft-bots.ts';
import type { DraftListening } from './draft-listening.ts';
import { peopleProblems, robotProblems } from './draft-mapping.ts';
import { endOf, isSecret, type DraftSettings } from './draft-settings.ts';
import type { FieldProblem, People, Report, RobotDraft, SetupView, ShownValue, Step, World } from './ports.ts';
import { otherSetting } from './setting-words.ts';
import { MISSING, wrongIn } from './setup-words.ts';
import { WAYS, type Way } from './ways.ts';

// What can be said of a draft as it stands: how far each step is, what is missing, and what pages may show of it.

export interface DraftState {
  readonly settings: DraftSettings;
  readonly people: People;
  readonly robots: readonly RobotDraft[];
  /** What of the files cannot be used. */
  readonly unusable: readonly Text[];
}

/** What came of it so far. */
export interface Seen {
  readonly world: World;
  readonly listening: DraftListening;
  readonly live: SetupView['live']['state'];
  /** What the checks of the vendor, of the way and of everything came to. */
  readonly vendor: Report | null;
  readonly way: Report | null;
  readonly summary: Report | null;
}

const ALL_WAYS: readonly Way[] = WAYS;
/** The settings that the pages of the ways show. */
const OF_WAYS: ReadonlySet<SettingName> = new Set(
  ALL_WAYS.flatMap(({ asks, mayAsk, makes, address }) => [...asks, ...mayAsk, ...makes, ...(address ? [address] : [])]),
);

/** What is not there yet, by steps. */
export function missingIn({ settings, people, robots, unusable }: DraftState): FieldProblem[] {
  const { config, problems } = settings.read();
  const has = hasVendor(settings);
  const hasWay = waysIn((name) => settings.value(name)).length > 0;
  return [
    ...unusable.map((message) => ({ field: '', message })),
    ...(has ? [] : [MISSING.vendor]),
    ...(hasWay ? [] : [MISSING.platform]),
    ...(has && hasWay ? problems.map(({ name, message }) => otherSetting(name, message)) : []),
    ...(people.stores.length > 0 ? [] : [MISSING.stores]),
    ...(people.staff.length > 0 || (config?.admins.length ?? 0) > 0 ? [] : [MISSING.staff]),
    ...wrongIn('people', peopleProblems(people)),
    ...wrongIn('robots', robotProblems(robots, people.stores, settings.usable().robotHosts)),
  ];
}

export function stepsOf(
  { settings, people, robots }: DraftState,
  { world, listening, live, vendor, way, summary }: Seen,
): Readonly<Record<Step, 'empty' | 'trouble' | 'done'>> {
  const hasWay = waysIn((name) => settings.value(name)).length > 0;
  const bots = listening.view()?.bots ?? [];
  const isDown = bots.some(({ state }) => state === 'down');
  const areUp = bots.length > 0 && bots.every(({ state }) => state === 'up');
  const isInForce = world === 'live' && (areUp || !listening.isSetUp) && hasWay;
  const hosts = settings.usable().robotHosts;
  return {
    vendor: stateOf(hasVendor(settings), hasFail(vendor)),
    platform: stateOf(hasWay, hasFail(way)),
    connect: stateOf(listening.heard().length > 0 || isInForce || isDown, isDown),
    // A person who was made a manager by one tap has no store before there is one.
    people: stateOf(people.stores.length > 0, peopleProblems(people).length > 0),
    robots: stateOf(robots.length > 0, robotProblems(robots, people.stores, hosts).length > 0),
    summary: stateOf(
      live === 'live' || live === 'failed' || hasFail(summary),
      live === 'failed' || (live !== 'live' && hasFail(summary)),
    ),
  };
}

/** `made`: what was made here to be pasted elsewhere, which is shown in full. */
export function shownValues(
  settings: DraftSettings,
  made: ReadonlyMap<SettingName, string> | undefined,
): SetupView['values'] {
  const shown: Partial<Record<SettingName, ShownValue>> = {};
  for (const name of OF_WAYS) {
    const own = made?.get(name);
    const value = own ?? settings.value(name);
    if (value === null) continue;
    shown[name] =
      own === undefined && isSecret(name) ? { text: null, ends: endOf(value) } : { text: value, ends: null };
  }
  return shown;
}

const hasVendor = (settings: DraftSettings) =>
  settings.value('LIANTUOFU_APP_ID') !== null && settings.value('LIANTUOFU_KEY') !== null;
const stateOf = (isThere: boolean, isTrouble: boolean) => (isThere ? (isTrouble ? 'trouble' : 'done') : 'empty');
const hasFail = (report: Report | null) => (report?.counts.fail ?? 0) > 0;
