import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Condition, Health } from '../../src/console/health.ts';
import type { ConsolePage } from '../../src/console/page.ts';
import { seenOf } from '../../src/desk/staff-edits.ts';
import { FRESH_MS } from '../../src/redemption/sessions.ts';
import { hashOf, leftLogins, newSecret } from '../../src/wire/logins.ts';
import { ONE } from '../desk/office.ts';
import { lineOf, newLine, newMessage, newRequest } from '../ledger/fixtures.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';

// Every page and every form, as everybody who may or may not: what there is, is of the first store, and typed by zhang.

const PEOPLE = ['nobody', 'zhao', 'zhang', 'qian', 'li', 'boss', 'operator'] as const;
/** Nobody who is logged in; staff of the other store, and of this one; the manager of the other, and of this one; an admin; the operator. */
type Statuses = readonly [number, number, number, number, number, number, number];

const EVERYBODY: Statuses = [401, 200, 200, 200, 200, 200, 200];
const MANAGERS: Statuses = [401, 403, 403, 200, 200, 200, 200];
const ADMINS: Statuses = [401, 403, 403, 403, 403, 200, 200];
/** Whoever is of the store, and who must not know that there is something. */
const THEIRS: Statuses = [401, 404, 200, 404, 200, 200, 200];
const ITS_MANAGERS: Statuses = [401, 403, 403, 404, 200, 200, 200];

const PAGES: Readonly<Record<string, Statuses>> = {
  '/console': EVERYBODY,
  [`/console?store=${ONE}`]: EVERYBODY,
  '/console/records': EVERYBODY,
  [`/console/records?store=${ONE}`]: [401, 403, 403, 403, 200, 200, 200],
  '/console/records/export': EVERYBODY,
  [`/console/records/export?store=${ONE}`]: [401, 403, 403, 403, 200, 200, 200],
  '/console/r/:receipt': THEIRS,
  '/console/unknowns': EVERYBODY,
  '/console/figures': MANAGERS,
  [`/console/figures?store=${ONE}`]: [401, 403, 403, 403, 200, 200, 200],
  '/console/staff': MANAGERS,
  '/console/staff/person': MANAGERS,
  '/console/staff/person?user=wecom:zhang': ITS_MANAGERS,
  '/console/staff/changes': MANAGERS,
  '/console/staff/changes?user=wecom:zhang': MANAGERS,
  '/console/shops': MANAGERS,
  [`/console/shops?code=${ONE}`]: ITS_MANAGERS,
  '/console/shops/edit': [401, 403, 403, 404, 404, 404, 404],
  [`/console/shops/edit?list=robot&place=${ONE}`]: ITS_MANAGERS,
  [`/console/shops/edit?list=store&id=${ONE}`]: [401, 403, 403, 404, 404, 200, 200],
  '/console/shops/edit?list=robot&place=': [401, 403, 403, 404, 404, 200, 200],
  '/console/shops/changes': MANAGERS,
  '/console/reconciliation': MANAGERS,
  '/console/health': ADMINS,
  '/console/mine': EVERYBODY,
  '/console/no-such': [401, 404, 404, 404, 404, 404, 404],
};

/** In this order, with one form that has what any of them asks for. 409: there is nothing of the kind, for them. */
const FORMS: Readonly<Record<string, Statuses>> = {
  '/console/records': [401, 303, 303, 303, 303, 303, 303],
  '/console/unknowns/look': THEIRS,
  '/console/unknowns/confirm': ITS_MANAGERS,
  '/console/unknowns/settle': [401, 403, 403, 404, 303, 303, 303],
  '/console/staff/agree': [401, 403, 403, 409, 200, 200, 200],
  '/console/staff/reject': [401, 403, 403, 409, 409, 409, 409],
  '/console/staff/person/check': [401, 403, 403, 400, 200, 200, 200],
  '/console/staff/person/edit': MANAGERS,
  '/console/staff/person/save': [401, 403, 403, 400, 200, 200, 200],
  '/console/staff/person/save-role': [401, 403, 403, 400, 200, 200, 200],
  '/console/staff/changes/check': [401, 403, 403, 409, 200, 200, 200],
  '/console/staff/changes/undo': [401, 403, 403, 409, 200, 200, 200],
  '/console/shops/edit/check': [401, 403, 403, 404, 404, 200, 200],
  '/console/shops/edit/save': [401, 403, 403, 404, 404, 200, 200],
  '/console/shops/edit/save-robot': [401, 403, 403, 404, 200, 200, 200],
  '/console/shops/edit/test': [401, 403, 403, 404, 404, 404, 404],
  '/console/shops/changes/check': [401, 403, 403, 409, 200, 200, 200],
  '/console/shops/changes/undo': [401, 403, 403, 409, 200, 200, 200],
  '/console/reconciliation/compare': [401, 403, 403, 415, 415, 415, 415],
  '/console/reconciliation/settle': [401, 403, 403, 409, 409, 409, 409],
  '/console/health/again': [401, 403, 403, 403, 403, 303, 303],
  '/console/mine/end': [401, 303, 303, 303, 303, 303, 303],
};

/** What takes a login that is not older than ten minutes: settling, roles, robots, and undoing. */
const NEEDS_FRESH = [
  '/console/unknowns/confirm',
  '/console/unknowns/settle',
  '/console/staff/person/save-role',
  '/console/staff/changes/undo',
  '/console/shops/edit/save-robot',
  '/console/shops/edit/test',
  '/console/shops/changes/undo',
  '/console/reconciliation/settle',
];

const ZHANG = { name: '张三', employeeId: 11, storeCode: ONE, role: 'staff' } as const;
const RENAMED = { ...ZHANG, name: '张三丰' };
const PERSON = {
  user: 'wecom:zhang',
  name: '张三丰',
  employeeId: '11',
  store: ONE,
  role: 'staff',
  seen: seenOf(ZHANG),
};
const ROBOT = { list: 'robot', place: ONE, platform: 'wecom', kinds: 'unknown', seen: '' };
const NEW_STORE = { list: 'store', id: 'EW_NEW', name: '新店', seen: '' };

const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/console/records': { state: 'unknown' },
  '/console/staff/person/check': PERSON,
  '/console/staff/person/save': PERSON,
  '/console/staff/person/save-role': { ...PERSON, role: 'manager', seen: seenOf(RENAMED) },
  '/console/staff/changes/check': { id: '3' },
  '/console/staff/changes/undo': { id: '3' },
  '/console/shops/edit/check': NEW_STORE,
  '/console/shops/edit/save': NEW_STORE,
  '/console/shops/edit/save-robot': {
    ...ROBOT,
    url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa',
  },
  '/console/shops/edit/test': { ...ROBOT, id: 'wecom-0123456789abcdef' },
  '/console/shops/changes/check': { id: '1', list: 'store' },
  '/console/shops/changes/undo': { id: '1', list: 'store' },
};

const condition: Condition = {
  ...{ ready: true, problems: [], bots: [], noticesWaiting: 0, backup: null, program: '1', node: '24', startedAt: 0 },
  backlog: { repliesWaiting: 0, repliesHeld: 0, unknowns: 0, oldestUnknownAt: null },
  vendorCalls: { running: 0, waiting: 0, most: 64 },
  ledger: { kind: 'SQLite', version: '3', bytes: 0 },
};
const report = { at: 0, results: [] };
const health: Health = { condition: async () => condition, lastChecks: () => report, runChecks: async () => report };

let now: number;
beforeEach(() => {
  now = Date.now();
});

/** A console with an unknown redemption of zhang's and a request to be bound, and one of the people in it. */
async function visit(person: (typeof PEOPLE)[number]) {
  const site = await openTestConsole({ realLogin: true, health, now: () => now });
  onTestFinished(() => site[Symbol.asyncDispose]());
  const { ledger, people } = site.records;
  const claim = await ledger.claim(newMessage({ user: 'wecom:zhang' }), [newLine()]);
  const row = await ledger.settle(lineOf(claim), { state: 'unknown', reason: 'timeout' });
  const request = await people.askBinding(newRequest());
  const cookie = await cookieOf(site, person);
  const [, token = ''] = /name="token" value="([^"]+)"/u.exec((await site.get('/console/mine', { cookie })).text) ?? [];
  const common = {
    ...{ token, receipt: row.receipt, verdict: 'consumed', why: '联拓富后台有这笔核销', asOf: String(row.settledAt) },
    number: String(request?.number),
  };
  return {
    site,
    get: async (path: string) => (await site.get(path.replace(':receipt', row.receipt), { cookie })).status,
    post: async (path: string) => {
      const answer = await fetch(`${site.url}${path}`, {
        method: 'POST',
        headers: { origin: site.url, cookie },
        redirect: 'manual',
        body: new URLSearchParams({ ...common, ...FIELDS[path] }),
      });
      return { status: answer.status, text: await answer.text() };
    },
    state: async () => (await ledger.findRedemption(row.id)).state,
    mapping: () => readFile(site.mappingFile, 'utf8'),
  };
}

async function cookieOf(site: TestConsole, person: (typeof PEOPLE)[number]): Promise<string> {
  if (person === 'nobody') return '';
  if (person !== 'operator') return site.logIn(`wecom:${person}`);
  const token = newSecret();
  leftLogins.write(site.dataDir, { hash: hashOf(token), id: 'an-id', madeAt: now });
  const entered = await fetch(`${site.url}/console/login/${token}`, {
    method: 'POST',
    headers: { origin: site.url },
    redirect: 'manual',
    body: new URLSearchParams(),
  });
  return entered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

const addressesOf = ({ path, actions }: ConsolePage) =>
  Object.keys(actions).map((name) => (name === '' ? path : `${path}/${name}`));

test('the tables have all pages and all forms', async () => {
  const { site } = await visit('nobody');
  const pages = site.pages.map(({ path }) => path);
  expect(pages.filter((path) => !(path in PAGES))).toEqual([]);
  expect(Object.keys(FORMS).toSorted()).toEqual(site.pages.flatMap(addressesOf).toSorted());
});

describe.each([...PEOPLE.entries()])('%i: %s', (index, person) => {
  test('sees what they may, and nothing else', async () => {
    const { get } = await visit(person);
    const seen: Record<string, number> = {};
    for (const path of Object.keys(PAGES)) seen[path] = await get(path);
    expect(seen).toEqual(Object.fromEntries(Object.entries(PAGES).map(([path, statuses]) => [path, statuses[index]])));
  });

  test('does what they may, and nothing else', async () => {
    const { post, state, mapping } = await visit(person);
    const before = await mapping();
    const done: Record<string, number> = {};
    for (const path of Object.keys(FORMS)) done[path] = (await post(path)).status;
    expect(done).toEqual(Object.fromEntries(Object.entries(FORMS).map(([path, statuses]) => [path, statuses[index]])));
    const mayAct = ['li', 'boss', 'operator'].includes(person);
    expect(await state()).toBe(mayAct ? 'succeeded' : 'unknown');
    expect((await mapping()) === before).toBe(!mayAct);
  });
});

test.each(['boss', 'operator'] as const)(
  '%s has to log in anew for what takes a new login, and for nothing else',
  async (person) => {
    const { post, state, mapping } = await visit(person);
    const before = await mapping();
    now += FRESH_MS + 1;
    const asked = [];
    for (const path of Object.keys(FORMS)) {
      if (path.endsWith('/agree') || path.endsWith('/save')) continue;
      const { status, text } = await post(path);
      if (status === 403 && text.includes('这一步要在登录后10分钟内做')) asked.push(path);
    }
    expect(asked).toEqual(NEEDS_FRESH);
    expect([await state(), await mapping()]).toEqual(['unknown', before]);
  },
);
