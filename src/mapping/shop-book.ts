import { createHash } from 'node:crypto';
import {
  Secret,
  type ConversationItem,
  type EntryFault,
  type RobotItem,
  type RobotView,
  type RobotWish,
  type ShopBook,
  type ShopEdit,
  type ShopSnapshot,
  type StoreItem,
} from '../redemption/shops.ts';
import type { IndexedMapping } from './indexed-mapping.ts';
import type { ListEdit } from './list-text.ts';
import type { LiveMapping } from './live-mapping.ts';
import type { Mapping } from './mapping.ts';
import { addressFault, MAX_MENTIONS, robotId, toRobotEntry, type RobotDocument } from './robots.ts';

type StoreDocument = Mapping['stores'][number];
type ConversationDocument = NonNullable<Mapping['conversations']>[number];

const CODE = /^\S(?:.*\S)?$/u;
const MENTION = /^[\w.@-]{1,64}$/u;
const SECRET = /^\S+$/u;

/** Stores, conversations and robots of the mapping, to be asked and changed. */
export function createShopBook(
  mapping: Pick<LiveMapping, 'snapshot' | 'status' | 'changeText' | 'robotHosts'>,
): ShopBook {
  return {
    shops: () => snapshotOf(mapping.snapshot()),
    isBroken: () => !mapping.status().ok,
    changeShops: (decide) =>
      mapping.changeText((current) => {
        const edit = decide(snapshotOf(current));
        return edit === 'leave' ? 'leave' : current.textWith(listEdit(current.rest, edit));
      }),
    storeEntry(before, { code, name }) {
      if (!CODE.test(code)) return 'code';
      const entry: Record<string, unknown> = { ...documentOf(before), code, name };
      if (name === null) delete entry['name'];
      return new Secret(JSON.stringify(entry));
    },
    conversationEntry: (before, { id, storeCode }) =>
      new Secret(JSON.stringify({ ...documentOf(before), id, store: storeCode })),
    robotEntry: (before, wanted) => robotEntry(before, wanted, mapping.robotHosts),
    storeView(entry) {
      const { code, name } = JSON.parse(entry.reveal()) as StoreDocument;
      return { code, name: name?.trim() || null };
    },
    conversationView(entry) {
      const { id, store } = JSON.parse(entry.reveal()) as ConversationDocument;
      return { id, storeCode: store };
    },
    robotView: (entry) => viewOf(JSON.parse(entry.reveal()) as RobotDocument),
  };
}

function snapshotOf(current: IndexedMapping): ShopSnapshot {
  const { stores, conversations = [], notify = [] } = current.rest;
  const find = (code: string) => stores.find((store) => store.code === code);
  return {
    stores: current.stores,
    store(code) {
      const found = find(code);
      return found === undefined ? null : storeItem(found);
    },
    conversation(id) {
      const found = conversations.find((conversation) => conversation.id === id);
      return found === undefined ? null : conversationItem(found);
    },
    conversations: (code) => conversations.filter(({ store }) => store === code).map(conversationItem),
    robots: (code) => (code === null ? notify : (find(code)?.notify ?? [])).map((robot) => robotItem(robot, code)),
    people: (storeCode) => current.count({ storeCode }),
  };
}

/** The entry without the robots, which are edited one by one. */
function storeItem(document: StoreDocument): StoreItem {
  const store = without(document, ['notify']);
  return { ...itemOf(store), code: document.code, name: document.name?.trim() || null };
}

function conversationItem(document: ConversationDocument): ConversationItem {
  return { ...itemOf(document), id: document.id, storeCode: document.store };
}

function robotItem(document: RobotDocument, storeCode: string | null): RobotItem {
  return { ...itemOf(document), ...viewOf(document), storeCode };
}

function viewOf(document: RobotDocument): RobotView {
  const robot = toRobotEntry(document, null);
  const { platform, url, secret, kinds, mention } = robot;
  const secretEnds = secret === null ? null : new Secret(secret).ends;
  return { id: robotId(robot), platform, ends: new Secret(url).ends, secretEnds, kinds, mention };
}

function itemOf(document: object): Pick<StoreItem, 'version' | 'entry'> {
  const text = JSON.stringify(document);
  return { version: createHash('sha256').update(text).digest('hex').slice(0, 16), entry: new Secret(text) };
}

function documentOf(item: { readonly entry: Secret } | null): Record<string, unknown> {
  return item === null ? {} : (JSON.parse(item.entry.reveal()) as Record<string, unknown>);
}

function robotEntry(before: RobotItem | null, wanted: RobotWish, hosts: readonly string[]): Secret | EntryFault {
  const { url: oldUrl, secret: oldSecret, ...rest } = documentOf(before);
  const others = without(rest, ['events', 'mention']);
  const url = wanted.url?.reveal() ?? (typeof oldUrl === 'string' ? oldUrl : '');
  const fault = addressFault({ robot: wanted.platform, url }, hosts);
  if (fault !== null) return fault;
  const secret =
    wanted.secret === 'none'
      ? undefined
      : (wanted.secret?.reveal() ?? (typeof oldSecret === 'string' ? oldSecret : undefined));
  if (secret !== undefined && !SECRET.test(secret)) return 'secret';
  if (wanted.mention.length > MAX_MENTIONS) return 'too-many-mentions';
  if (!wanted.mention.every((user) => MENTION.test(user))) return 'mention';
  const entry = {
    ...{ ...others, robot: wanted.platform, url },
    ...(secret !== undefined && { secret }),
    events: wanted.kinds,
    ...(wanted.mention.length > 0 && { mention: wanted.mention }),
  };
  return new Secret(JSON.stringify(entry));
}

/** The same object without these fields. */
function without(document: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !names.includes(name)));
}

function listEdit({ stores, conversations, notify }: IndexedMapping['rest'], edit: ShopEdit): ListEdit {
  const entry = edit.entry === null ? null : (JSON.parse(edit.entry.reveal()) as Record<string, unknown>);
  switch (edit.list) {
    case 'store': {
      const row = rowOf(stores, ({ code }) => code === edit.target);
      const before = row === null ? undefined : stores[row];
      const kept = entry === null || before === undefined ? entry : withRobots(before, entry);
      return { list: 'stores', isThere: true, row, entry: kept };
    }
    case 'conversation': {
      const row = rowOf(conversations ?? [], ({ id }) => id === edit.target);
      return { list: 'conversations', isThere: conversations !== undefined, row, entry };
    }
    case 'robot': {
      const isMeant = (robot: RobotDocument) => robotId(toRobotEntry(robot, null)) === edit.target;
      if (edit.storeCode === null)
        return { list: 'notify', isThere: notify !== undefined, row: rowOf(notify ?? [], isMeant), entry };
      const row = rowOf(stores, ({ code }) => code === edit.storeCode);
      const store = row === null ? undefined : stores[row];
      if (store === undefined) throw new Error('a robot is put into a store that is none');
      const robots: object[] = [...(store.notify ?? [])];
      const at = rowOf(store.notify ?? [], isMeant) ?? robots.length;
      robots.splice(at, 1, ...(entry === null ? [] : [entry]));
      return { list: 'stores', isThere: true, row, entry: { ...store, notify: robots } };
    }
  }
}

/** Fields keep their order, and the robots theirs among them. */
function withRobots(before: StoreDocument, entry: Record<string, unknown>): object {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(before))
    if (name === 'notify' || name in entry) fields[name] = name === 'notify' ? value : entry[name];
  return { ...fields, ...entry };
}

function rowOf<Entry>(entries: readonly Entry[], isMeant: (entry: Entry) => boolean): number | null {
  const row = entries.findIndex(isMeant);
  return row < 0 ? null : row;
}
