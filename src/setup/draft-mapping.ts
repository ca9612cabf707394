import { isDeepStrictEqual } from 'node:util';
import { assertMapping, InvalidMapping, type Mapping, type StaffEntry } from '../mapping/mapping.ts';
import { toRobotEntry, type RobotDocument } from '../mapping/robots.ts';
import type { RobotAddress } from '../platforms/robot.ts';
import { isSameUser, userKey } from '../redemption/user-id.ts';
import { inChinese, inEnglish } from './mapping-words.ts';
import type { FieldProblem, People, RobotDraft } from './ports.ts';

export const MOST = { stores: 2_000, staff: 10_000, conversations: 10_000, robots: 200, text: 128 } as const;

export const NOBODY: People = { stores: [], staff: [], conversations: [] };

/** Who is who, as the pages show it. */
export function peopleOf(mapping: Mapping | null): People {
  const { stores, staff, conversations = [] } = mapping ?? NOBODY;
  return {
    stores: stores.map(({ code, name = '' }) => ({ code, name })),
    staff: staff.map(({ user, name = '', employeeId, store, role = 'staff' }) => {
      return { user, name, employeeId: employeeId ?? null, store, role };
    }),
    conversations: conversations.map(({ id, store }) => ({ id, store })),
  };
}

export function robotsOf(mapping: Mapping | null): RobotDraft[] {
  const draftOf = ({ robot: platform, url, secret }: RobotDocument, store: string | null): RobotDraft => {
    return { platform, url, secret: secret ?? null, store };
  };
  return [
    ...(mapping?.notify ?? []).map((robot) => draftOf(robot, null)),
    ...(mapping?.stores ?? []).flatMap(({ code, notify = [] }) => notify.map((robot) => draftOf(robot, code))),
  ];
}

/** The same without what people and their clipboards leave at the ends of a text. */
export function tidyPeople({ stores, staff, conversations }: People): People {
  return {
    stores: stores.map(({ code, name }) => ({ code: code.trim(), name: name.trim() })),
    staff: staff.map((each) => {
      return { ...each, user: each.user.trim(), name: each.name.trim(), store: each.store.trim() };
    }),
    conversations: conversations.map(({ id, store }) => ({ id: id.trim(), store: store.trim() })),
  };
}

export function tidyRobots(robots: readonly RobotDraft[]): RobotDraft[] {
  return robots.map(({ platform, url, secret, store }) => {
    return { platform, url: url.trim(), secret: secret?.trim() || null, store: store?.trim() || null };
  });
}

/**
 * The mapping that says this. Fields that the pages do not show stay what they are in `base`: of a store by its code, of a
 * person by the user, of a group by its id, of a robot by its address.
 */
export function mappingOf(base: Mapping | null, people: People, robots: readonly RobotDraft[]): Mapping {
  const formerStores = new Map((base?.stores ?? []).map((store) => [store.code, store]));
  const formerStaff = new Map((base?.staff ?? []).map((entry) => [userKey(entry.user), entry]));
  const formerConversations = new Map((base?.conversations ?? []).map((each) => [each.id, each]));
  const formerRobots = [...(base?.notify ?? []), ...(base?.stores ?? []).flatMap(({ notify = [] }) => notify)];
  const robotsFor = (store: string | null) =>
    robots
      .filter((robot) => robot.store === store)
      .map((robot) => robotDocument(formerRobots.find(({ url }) => url === robot.url) ?? null, robot));
  const notify = robotsFor(null);
  const mapping = {
    ...base,
    stores: people.stores.map(({ code, name }) =>
      given({ ...formerStores.get(code), code }, { name: name || undefined, notify: orNothing(robotsFor(code)) }),
    ),
    staff: people.staff.map((each) => staffEntry(formerStaff.get(userKey(each.user)) ?? null, each)),
    conversations: people.conversations.map(({ id, store }) => ({ ...formerConversations.get(id), id, store })),
  };
  if (base?.conversations === undefined && base !== null && people.conversations.length === 0)
    delete (mapping as { conversations?: unknown }).conversations;
  return given(mapping, { notify: orNothing(notify) }) as Mapping;
}

/** Everything that is wrong with the people, by the fields of their page. */
export function peopleProblems(people: People): FieldProblem[] {
  const tooMany = (['stores', 'staff', 'conversations'] as const).filter((list) => people[list].length > MOST[list]);
  if (tooMany.length > 0) return tooMany.map((list) => tooManyOf(list, MOST[list]));
  const texts = [
    ...people.stores.flatMap(({ code, name }, at) => [
      [`stores[${at}].code`, code],
      [`stores[${at}].name`, name],
    ]),
    ...people.staff.flatMap(({ user, name }, at) => [
      [`staff[${at}].user`, user],
      [`staff[${at}].name`, name],
    ]),
    ...people.conversations.map(({ id }, at) => [`conversations[${at}].id`, id]),
  ];
  const long = texts.flatMap(([field = '', text = '']) => textProblem(field, text));
  return [...long, ...problemsOf(mappingOf(null, people, []), [])];
}

/** Everything that is wrong with the robots, by the fields of their page. */
export function robotProblems(
  robots: readonly RobotDraft[],
  stores: People['stores'],
  robotHosts: readonly string[],
): FieldProblem[] {
  if (robots.length > MOST.robots) return [tooManyOf('robots', MOST.robots)];
  return robots.flatMap((robot, index) => {
    const at = `robots[${index}]`;
    // Each by itself: then the mapping's rules name it as the first one.
    const own = problemsOf(mappingOf(null, NOBODY, [{ ...robot, store: null }]), robotHosts).map((problem) => ({
      ...problem,
      field: problem.field.replace(/^notify\[0\]/u, at).replace(/\.robot$/u, '.platform'),
    }));
    const twin = robots.findIndex(({ url, store }) => url === robot.url && store === robot.store);
    if (robot.store !== null && !stores.some(({ code }) => code === robot.store))
      own.push({
        field: `${at}.store`,
        message: {
          zh: `没有编号为 ${robot.store} 的门店，请重新选择。`,
          en: `There is no store ${robot.store}: choose another one.`,
        },
      });
    if (twin < index && robot.url !== '')
      own.push({
        field: `${at}.url`,
        message: {
          zh: `和第 ${twin + 1} 个机器人是同一个地址、同一家门店，请删掉一个。`,
          en: `This is the same robot for the same store as number ${twin + 1}: remove one of them.`,
        },
      });
    return own;
  });
}

/** The people with this one as a manager; of the only store, or of one that is chosen later. */
export function withManager({ stores, staff, conversations }: People, user: string, name: string): People {
  const [only, ...others] = stores;
  const store = only !== undefined && others.length === 0 ? only.code : '';
  const known = staff.find((each) => isSameUser(each.user, user));
  const manager = { user, name, employeeId: null, store, ...known, role: 'manager' as const };
  const named = name === '' ? manager : { ...manager, name };
  return {
    stores,
    staff: known === undefined ? [...staff, named] : staff.map((each) => (each === known ? named : each)),
    conversations,
  };
}

/** What is wrong with the name of a new manager. */
export const nameProblems = (name: string): FieldProblem[] => textProblem('name', name);

/** What was typed on `before`, on what is there by now: what others added, changed or took out meanwhile is not undone. */
export function rebased(
  people: People,
  robots: readonly RobotDraft[],
  before: Mapping | null,
  now: Mapping | null,
): { readonly people: People; readonly robots: readonly RobotDraft[] } {
  const [was, is] = [peopleOf(before), peopleOf(now)];
  return {
    people: {
      stores: merged(people.stores, was.stores, is.stores, ({ code }) => code),
      staff: merged(people.staff, was.staff, is.staff, ({ user }) => userKey(user)),
      conversations: merged(people.conversations, was.conversations, is.conversations, ({ id }) => id),
    },
    robots: merged(robots, robotsOf(before), robotsOf(now), ({ url, store }) => `${store ?? ''} ${url}`),
  };
}

function merged<Item>(
  typed: readonly Item[],
  before: readonly Item[],
  now: readonly Item[],
  keyOf: (item: Item) => string,
): Item[] {
  const byKey = (items: readonly Item[]) => new Map(items.map((item) => [keyOf(item), item]));
  const [was, is, ours] = [byKey(before), byKey(now), byKey(typed)];
  const kept = typed.flatMap((item) => {
    const former = was.get(keyOf(item));
    const isUntouched = former !== undefined && isSame(former, item);
    return isUntouched ? (is.get(keyOf(item)) ?? []) : item;
  });
  const added = now.filter((item) => !was.has(keyOf(item)) && !ours.has(keyOf(item)));
  return [...kept, ...added];
}

/** Whether these are the same, in the same order. */
export const isSame = (one: unknown, other: unknown): boolean => isDeepStrictEqual(one, other);

function problemsOf(mapping: Mapping, robotHosts: readonly string[]): FieldProblem[] {
  try {
    assertMapping(mapping, robotHosts);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidMapping)) throw error;
    return error.problems.map(({ place, sentence }) => ({
      // What stands twice is what it is known by.
      field: place
        .replace(/^stores\[\d+\]$/u, '$&.code')
        .replace(/^staff\[\d+\]$/u, '$&.user')
        .replace(/^conversations\[\d+\]$/u, '$&.id'),
      message: { zh: inChinese(place, sentence), en: inEnglish(place, sentence) },
    }));
  }
}

function staffEntry(before: StaffEntry | null, { user, name, employeeId, store, role }: People['staff'][number]) {
  const isStaffAnyway = role === 'staff' && before !== null && before.role === undefined;
  return given(
    { ...before, user, store },
    { name: name || undefined, employeeId: employeeId ?? undefined, role: isStaffAnyway ? undefined : role },
  ) as StaffEntry;
}

/** Where a robot of the draft is, as it would be in the mapping. */
export const robotOf = (robot: RobotDraft): RobotAddress => toRobotEntry(robotDocument(null, robot), robot.store);

function robotDocument(before: RobotDocument | null, { platform, url, secret }: RobotDraft): RobotDocument {
  return given({ ...before, robot: platform, url }, { secret: secret ?? undefined }) as RobotDocument;
}

/** With these fields, in the places in which they are; without those that have no value. */
function given(entry: object, fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...entry, ...fields }).filter(([, value]) => value !== undefined));
}

function orNothing<Item>(list: readonly Item[]): readonly Item[] | undefined {
  return list.length === 0 ? undefined : list;
}

function textProblem(field: string, text: string): FieldProblem[] {
  if (text.length <= MOST.text && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return [];
  return [
    {
      field,
      message: {
        zh: `最多 ${MOST.text} 个字，不能换行。`,
        en: `At most ${MOST.text} characters, on one line.`,
      },
    },
  ];
}

function tooManyOf(field: string, most: number): FieldProblem {
  return { field, message: { zh: `最多 ${most} 个。`, en: `At most ${most}.` } };
}
