import { z } from 'zod';
import { isConversation, isUser, userKey } from '../redemption/user-id.ts';
import { addressProblem, robot, type RobotDocument } from './robots.ts';

const text = z.string({
  error: ({ input }) => (input === undefined ? 'is missing' : 'must be a text in double quotes'),
});
const trimmed = text.regex(/^\S(?:.*\S)?$/u, 'must not be empty, nor begin or end with a blank');
const user = text.refine(
  isUser,
  'must be wecom:, dingtalk: or feishu: and the id of one person as received, such as wecom:zhangsan',
);
const conversationId = text.refine(
  isConversation,
  'must be wecom:, dingtalk: or feishu: and the id of one conversation as received, such as wecom:wrGROUP',
);

const store = z.looseObject(
  { code: trimmed, name: text.optional(), notify: listOf(robot).optional() },
  'must be an object in braces',
);

const member = z.looseObject(
  {
    user,
    name: text.optional(),
    employeeId: z
      .int('must be a whole number without quotes, such as 11; leave it out if there is none')
      .nonnegative('must not be negative')
      .optional(),
    store: trimmed,
    role: z.enum(['staff', 'manager'], 'must be "staff" or "manager"').optional(),
  },
  'must be an object in braces',
);

const conversation = z.looseObject({ id: conversationId, store: trimmed }, 'must be an object in braces');

const mapping = z.looseObject(
  {
    stores: listOf(store),
    staff: listOf(member),
    conversations: listOf(conversation).optional(),
    notify: listOf(robot).optional(),
  },
  'the file must hold one object in braces',
);

function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item, {
    error: ({ input }) => (input === undefined ? 'is missing' : 'must be a list in square brackets'),
  });
}

/** The file as it stands: order, and fields that this program does not know, included. */
export type Mapping = z.infer<typeof mapping>;
/** One person's entry. */
export type StaffEntry = Mapping['staff'][number];

export interface MappingProblem {
  /** Where to look, such as `staff[3].employeeId`; empty for the whole file. */
  readonly place: string;
  /** Names the place and says what is wrong there. */
  readonly sentence: string;
}

/** A document that is no mapping, with every place that is wrong. */
export class InvalidMapping extends Error {
  override readonly name = 'InvalidMapping';
  readonly problems: readonly MappingProblem[];

  constructor(problems: readonly MappingProblem[]) {
    super(problems.map(({ sentence }) => sentence).join('; '));
    this.problems = problems;
  }
}

/**
 * Passes a usable mapping through untouched; throws InvalidMapping with every problem. `robotHosts` are the `host[:port]`s
 * on which group robots may be, besides the platforms' own.
 */
export function assertMapping(document: unknown, robotHosts: readonly string[] = []): asserts document is Mapping {
  const { data, error } = mapping.safeParse(document);
  const problems =
    data === undefined ? error.issues.map(toProblem) : [...referenceProblems(data), ...robotProblems(data, robotHosts)];
  if (problems.length > 0) throw new InvalidMapping(problems);
}

/** What assertMapping would say of one entry, which stands at `index` of the staff. Throws InvalidMapping. */
export function assertStaffEntry(entry: StaffEntry, index: number, isStore: (code: string) => boolean): void {
  const { data, error } = member.safeParse(entry);
  const problems =
    data === undefined
      ? error.issues.map((issue) => toProblem({ ...issue, path: ['staff', index, ...issue.path] }))
      : isStore(data.store)
        ? []
        : [strayStore('staff', index, data.store)];
  if (problems.length > 0) throw new InvalidMapping(problems);
}

function toProblem({ path, message }: z.core.$ZodIssue): MappingProblem {
  const place = z.core.toDotPath(path);
  return { place, sentence: `${place} ${message}`.trim() };
}

function referenceProblems({ stores, staff, conversations = [] }: Mapping): MappingProblem[] {
  const codes = new Set(stores.map(({ code }) => code));
  const strayStores = (list: string, entries: readonly { store: string }[]) =>
    entries.flatMap(({ store }, index) => (codes.has(store) ? [] : [strayStore(list, index, store)]));
  return [
    ...doubles('stores', stores, ({ code }) => code),
    ...doubles('staff', staff, ({ user }) => user, userKey),
    ...doubles('conversations', conversations, ({ id }) => id),
    ...strayStores('staff', staff),
    ...strayStores('conversations', conversations),
  ];
}

function strayStore(list: string, index: number, code: string): MappingProblem {
  const place = `${list}[${index}].store`;
  return { place, sentence: `${place} is ${code}, which is not the code of a store` };
}

function robotProblems({ stores, notify = [] }: Mapping, hosts: readonly string[]): MappingProblem[] {
  const inList = (list: string, robots: readonly RobotDocument[]) =>
    robots.flatMap((entry, index) => {
      const problem = addressProblem(entry, hosts);
      const place = `${list}[${index}].url`;
      return problem === null ? [] : [{ place, sentence: `${place} ${problem}` }];
    });
  return [
    ...stores.flatMap((entry, index) => inList(`stores[${index}].notify`, entry.notify ?? [])),
    ...inList('notify', notify),
  ];
}

function doubles<Entry>(
  list: string,
  entries: readonly Entry[],
  nameOf: (entry: Entry) => string,
  keyOf = (name: string) => name,
): MappingProblem[] {
  const seen = new Map<string, { readonly at: number; readonly name: string }>();
  return entries.flatMap((entry, index) => {
    const name = nameOf(entry);
    const key = keyOf(name);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, { at: index, name });
      return [];
    }
    const place = `${list}[${index}]`;
    const spelling =
      first.name === name ? '' : `, written ${first.name} and ${name}: upper and lower case are the same there`;
    return [{ place, sentence: `${list}[${first.at}] and ${place} are both ${key}${spelling}` }];
  });
}

/** Fields that mean nothing here. They are kept, but a mistyped name should not go unnoticed. */
export function unknownFields(document: Mapping): string[] {
  const found: string[] = [];
  const look = (entry: object, schema: z.ZodObject, placeOf: () => string) => {
    for (const name in entry) {
      if (name in schema.shape) continue;
      found.push(`${placeOf()}${name} is not a known field; known are ${Object.keys(schema.shape).join(', ')}`);
    }
  };
  const lookInList = (list: string, entries: readonly object[], schema: z.ZodObject) => {
    entries.forEach((entry, index) => look(entry, schema, () => `${list}[${index}].`));
  };
  look(document, mapping, () => '');
  lookInList('stores', document.stores, store);
  document.stores.forEach(({ notify = [] }, index) => lookInList(`stores[${index}].notify`, notify, robot));
  lookInList('staff', document.staff, member);
  lookInList('conversations', document.conversations ?? [], conversation);
  lookInList('notify', document.notify ?? [], robot);
  return found;
}
