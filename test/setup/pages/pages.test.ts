import { describe, expect, test } from 'vitest';
import type { Html } from '../../../src/pages/html.ts';
import type { Language } from '../../../src/pages/text.ts';
import { connectPage } from '../../../src/setup/pages/connect.ts';
import { GUIDES } from '../../../src/setup/pages/guides/guides.ts';
import { showOverview } from '../../../src/setup/pages/overview.ts';
import type { SetupPage } from '../../../src/setup/pages/page.ts';
import { platformPage } from '../../../src/setup/pages/platform.ts';
import { ASKED_SETTINGS } from '../../../src/setup/pages/settings-asked.ts';
import { vendorPage } from '../../../src/setup/pages/vendor.ts';
import type { ListeningBot, SetupView } from '../../../src/setup/ports.ts';
import { WAYS, type Way } from '../../../src/setup/ways.ts';
import { EMPTY_VIEW, report, result } from './fake-setup.ts';

const HOSTILE = `"><script>alert('1')</script>`;

function show(page: SetupPage, view: Partial<SetupView>, language: Language = 'zh'): string {
  const around = { typed: null, problems: [], findings: {}, origin: 'http://127.0.0.1:3000' };
  return flat(page.show({ view: { ...EMPTY_VIEW, ...view }, language, ...around }));
}

const flat = (markup: Html) => String(markup).replace(/\s+/gu, ' ');

/** What can be copied from the page. */
const copied = (markup: string) =>
  [...markup.matchAll(/<code>([^<]*)<\/code\s*><button[^>]*data-copy/gu)].map(([, text]) => text);

const BOT: ListeningBot = {
  ...{ channel: 'wecom-bot', name: 'wecom-bot', by: 'connection', path: null, state: 'waiting', why: null },
  checkedAt: null,
};

describe('each way', () => {
  test.each(WAYS.map((way): [string, Way] => [way.id, way]))(
    '%s asks for all that it takes, and no secret in the open',
    (id, way) => {
      for (const language of ['zh', 'en'] as const) {
        const markup = show(platformPage, { way: id as SetupView['way'] }, language);
        const asked = [...way.asks, ...way.mayAsk, ...(way.address === null ? [] : [way.address])];
        for (const name of asked) {
          const { label } = ASKED_SETTINGS[name] ?? {};
          expect(label).toBeDefined();
          const control = new RegExp(`<input [^>]*name="${name}"[^>]*>`, 'u').exec(markup)?.[0] ?? '';
          expect(control).toContain(/SECRET|_KEY|TOKEN/u.test(name) ? 'type="password"' : 'type="text"');
        }
        // What is made here is nothing to type in.
        for (const name of way.makes) expect(markup).not.toContain(`name="${name}"`);
      }
    },
  );

  test('whatever a way asks for or may ask for has a label', () => {
    const all = (WAYS as readonly Way[]).flatMap(({ asks, mayAsk, address }) =>
      [...asks, ...mayAsk, address ?? []].flat(),
    );
    expect(all.filter((name) => ASKED_SETTINGS[name] === undefined)).toEqual([]);
    expect(all).toEqual(expect.arrayContaining(['BOT_NAMES', 'DINGTALK_CORP_ID']));
  });

  test.each(WAYS.map(({ id }) => id))('%s says in both languages what to click', (id) => {
    const values = {
      copy: () => 'COPY',
      value: () => 'VALUE',
      callbackUrl: 'URL',
      proxyLine: 'LINE',
    } as unknown as Parameters<(typeof GUIDES)[typeof id]['before']>[0];
    const { before, after, troubles } = GUIDES[id];
    const steps = [...before(values), ...after(values)];
    expect(steps.length).toBeGreaterThan(2);
    for (const { zh, en } of steps) {
      expect(flat(zh)).toMatch(/\p{Script=Han}/u);
      expect(flat(en)).toMatch(/[A-Za-z]{4}/u);
    }
    expect(troubles.length).toBeGreaterThan(0);
  });
});

test('what the console needs of callbacks can be copied: the whole address, and what was made here', () => {
  const view: Partial<SetupView> = {
    way: 'wecom-bot-callbacks',
    values: {
      PUBLIC_URL: { text: 'https://redeem.example.com/', ends: null },
      WECOM_BOT_TOKEN: { text: 'madeToken', ends: null },
      WECOM_BOT_AES_KEY: { text: 'madeKey', ends: null },
    },
    listening: { bots: [{ ...BOT, by: 'callbacks', path: '/wecom/bot' }], heard: [] },
  };
  expect(copied(show(connectPage, view))).toEqual(['https://redeem.example.com/wecom/bot', 'madeToken', 'madeKey']);
  expect(copied(show(platformPage, view))).toContain('location = /wecom/bot { proxy_pass http://127.0.0.1:3000; }');
});

test('a token that the console has already is not shown', () => {
  const markup = show(connectPage, {
    way: 'wecom-bot-callbacks',
    values: { WECOM_BOT_TOKEN: { text: null, ends: 'Yd1z' } },
    listening: { bots: [], heard: [] },
  });
  expect(markup).toContain('••••Yd1z');
  expect(markup).toContain('不用改');
});

test.each([
  [{}, '正在连'],
  [{ state: 'up' }, '已连上'],
  [{ state: 'down', why: { zh: '别的程序在用这个 Bot ID。', en: 'taken' } }, '别的程序在用这个 Bot ID。'],
  [{ by: 'callbacks', path: '/wecom/bot' }, '在等后台的检查'],
  [{ by: 'callbacks', path: '/wecom/bot', state: 'up', checkedAt: 1 }, '后台的检查到了'],
  [{ by: 'callbacks', path: '/wecom/bot', state: 'up' }, '收到了消息'],
  [{ by: 'callbacks', path: '/wecom/bot', state: 'down', why: { zh: 'Token 对不上。', en: 'no' } }, 'Token 对不上。'],
] as const)('of a bot that is %j it is said: %s', (bot, said) => {
  const listening = { bots: [{ ...BOT, ...bot }], heard: [] };
  expect(show(connectPage, { way: 'wecom-connection', listening })).toContain(said);
});

test('who wrote can be made a manager with one tap, until a manager', () => {
  const listening = {
    bots: [],
    heard: [{ user: 'wecom:zhangsan', conversation: null, text: '帮助', at: 1 }],
  };
  const before = show(connectPage, { way: 'wecom-connection', listening });
  expect(before).toContain('name="user" value="wecom:zhangsan"');
  expect(before).toContain('设为店长');
  expect(before).not.toContain('href="/setup/people"');
  const staff = [{ user: 'wecom:zhangsan', name: '张三', employeeId: null, store: '', role: 'manager' as const }];
  const after = show(connectPage, {
    way: 'wecom-connection',
    listening,
    people: { ...EMPTY_VIEW.people, staff },
  });
  expect(after).not.toContain('name="user"');
  expect(after).toContain('href="/setup/people"');
});

test('the overview goes on where something is missing, and offers to start over only what was begun', () => {
  const title = { zh: '一步', en: 'A step' };
  const titles = { vendor: title, platform: title, connect: title, people: title, robots: title, summary: title };
  const fresh = flat(showOverview({ view: EMPTY_VIEW, language: 'zh', titles }));
  expect(fresh).toContain('五分钟');
  expect(fresh).toContain('class="button" href="/setup/vendor"');
  expect(fresh).not.toContain('/setup/discard');
  const steps = { ...EMPTY_VIEW.steps, vendor: 'done', platform: 'trouble' } as const;
  const begun = flat(showOverview({ view: { ...EMPTY_VIEW, steps }, language: 'zh', titles }));
  expect(begun).toContain('class="button" href="/setup/platform"');
  expect(begun).toContain('/setup/discard');
});

test('markup in names, messages and answers stays text', () => {
  const seen = report(result('fail', HOSTILE, HOSTILE, HOSTILE));
  const view: Partial<SetupView> = {
    way: 'wecom-connection',
    vendor: { appId: HOSTILE, keyEnds: HOSTILE, url: HOSTILE, report: seen },
    values: { WECOM_BOT_ID: { text: HOSTILE, ends: null }, WECOM_BOT_SECRET: { text: null, ends: HOSTILE } },
    wayReport: seen,
    people: {
      ...EMPTY_VIEW.people,
      staff: [{ user: 'wecom:a', name: HOSTILE, employeeId: null, store: '', role: 'staff' }],
    },
    listening: {
      bots: [{ ...BOT, name: HOSTILE, state: 'down', why: { zh: HOSTILE, en: HOSTILE } }],
      heard: [
        { user: 'wecom:a', conversation: HOSTILE, text: HOSTILE, at: 1 },
        { user: `feishu:${HOSTILE}`, conversation: null, text: HOSTILE, at: 2 },
      ],
    },
  };
  for (const page of [vendorPage, platformPage, connectPage]) {
    expect(show(page, view)).toContain('&lt;script&gt;');
    expect(show(page, view)).not.toContain('<script');
  }
});
