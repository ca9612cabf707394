// Longer than other files: each way to come in stands beside those who must not.
import { readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/desk/operator.ts';
import { FRESH_MS, LOGIN_LASTS_MS } from '../../src/redemption/sessions.ts';
import { hashOf, leftLogins, newSecret } from '../../src/wire/logins.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';

const ZHANG = 'wecom:zhang';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605 wxwork/4.1.0 MicroMessenger/7.0.1';
const PUBLIC = 'https://bot.example.com';

let now: number;
let lines: string[];
let site: TestConsole;
const open = (publicUrl: string | null = null) =>
  openTestConsole({ realLogin: true, now: () => now, publicUrl, onLog: (line) => lines.push(line) });
beforeEach(async () => {
  now = Date.parse('2026-11-27T15:30:00+08:00');
  lines = [];
  site = await open();
});
afterEach(() => site[Symbol.asyncDispose]());

async function linkFor(user: string): Promise<string> {
  const offered = await site.logins.offer(user);
  if (offered.kind !== 'offered') throw new Error('too many links');
  return `/console/login/${offered.token}`;
}

interface Asked {
  readonly method?: string;
  /** As they are sent: a name may come twice. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly form?: Readonly<Record<string, string>>;
}

/** As raw as it goes: hosts, origins and cookies as they are given. */
function ask(path: string, { method = 'GET', headers = [], form }: Asked = {}) {
  const all = [
    ...headers,
    ...(form === undefined ? [] : ([['content-type', 'application/x-www-form-urlencoded']] as const)),
  ];
  const withHost = all.some(([name]) => name === 'host') ? all : [['host', new URL(site.url).host] as const, ...all];
  return new Promise<{
    status: number;
    text: string;
    cookies: string[];
    location: string | null;
    headers: Record<string, unknown>;
  }>((resolve, reject) => {
    const { hostname, port } = new URL(site.url);
    const sent = httpRequest(
      { hostname, port, path, method, headers: withHost.flat(), setHost: false, agent: false },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            text,
            cookies: answer.headers['set-cookie'] ?? [],
            location: answer.headers.location ?? null,
            headers: answer.headers,
          }),
        );
      },
    );
    sent.once('error', reject);
    sent.end(form === undefined ? undefined : new URLSearchParams(form).toString());
  });
}
const own = (): [string, string][] => [
  ['origin', site.url],
  ['sec-fetch-site', 'same-origin'],
];
const press = (path: string, headers: readonly (readonly [string, string])[] = own(), form = {}) =>
  ask(path, { method: 'POST', headers, form });
const mine = (cookie: string, more: readonly (readonly [string, string])[] = []) =>
  ask('/console/mine', { headers: [['cookie', cookie], ...more] });
const tokenIn = (text: string) => /name="token" value="([^"]+)"/u.exec(text)?.[1] ?? '';
const sessions = (user = ZHANG) => site.logins.sessionsOf(user);

describe('a login link', () => {
  test('says who, as what and in which browser, and begins nothing, however often it is looked at', async () => {
    const link = await linkFor(ZHANG);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const shown = await ask(link, { method, headers: [['user-agent', IPHONE]] });
      expect(shown.status).toBe(200);
      expect(shown.cookies).toEqual([]);
      expect(shown.headers['cache-control']).toBe('no-store');
      if (method === 'GET')
        for (const words of ['张三', '店员，人民路店', '企业微信（iPhone）', '登录'])
          expect(shown.text).toContain(words);
    }
    expect(await sessions()).toEqual([]);
    expect((await press(link)).status).toBe(303);
  });

  test('logs in once; the second tab, the replay and the forger are told to ask again', async () => {
    const link = await linkFor(ZHANG);
    const entered = await press(link);
    expect(entered.location).toBe('/console');
    expect(entered.cookies).toEqual([
      expect.stringMatching(/^console_\d+=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/u),
    ]);
    for (const answer of [await press(link), await ask(link), await press(`/console/login/${newSecret()}`)]) {
      expect(answer.status).toBe(410);
      expect(answer.text).toContain('控制台');
      expect(answer.cookies).toEqual([]);
    }
    expect(await sessions()).toHaveLength(1);
  });

  test('lapses after five minutes, and counts no more when a newer one was made', async () => {
    const old = await linkFor(ZHANG);
    const newer = await linkFor(ZHANG);
    expect((await press(old)).status).toBe(410);
    now += LOGIN_LASTS_MS;
    expect((await press(newer)).status).toBe(410);
    expect(await sessions()).toEqual([]);
  });

  test.each([
    ['a foreign page', () => [['origin', 'https://evil.example']] as const],
    ['no page at all', () => [] as const],
    ['a page without an origin', () => [['origin', 'null']] as const],
    [
      'another site by its own words',
      () =>
        [
          ['origin', site.url],
          ['sec-fetch-site', 'cross-site'],
        ] as const,
    ],
    [
      'two origins',
      () =>
        [
          ['origin', site.url],
          ['origin', 'https://evil.example'],
        ] as const,
    ],
  ])('is not used up by %s', async (_name, headers) => {
    const link = await linkFor(ZHANG);
    expect((await press(link, headers())).status).toBe(403);
    expect(await sessions()).toEqual([]);
    expect((await press(link)).status).toBe(303);
  });

  test('of somebody who is not bound any more opens nothing', async () => {
    const link = await linkFor('wecom:nobody');
    expect((await ask(link)).text).toContain('没有绑定');
    expect((await press(link)).status).toBe(403);
    expect(await sessions('wecom:nobody')).toEqual([]);
  });

  test('leads to the page that was wanted, and to no other place', async () => {
    const wanted = await ask('/console/records?state=unknown');
    expect(wanted.status).toBe(401);
    expect(wanted.text).toContain('单聊');
    const [cookie = ''] = wanted.cookies.map((set) => set.split(';')[0]);
    expect((await press(await linkFor(ZHANG), [...own(), ['cookie', cookie]])).location).toBe(
      '/console/records?state=unknown',
    );
    const [name] = cookie.split('=');
    for (const evil of [
      'https://evil.example',
      '//evil.example',
      '/console/../setup',
      '/console\\evil',
      '/console/login/x',
      '/consolex',
      '%E0%A4%A',
    ]) {
      const value = evil.startsWith('%') ? evil : encodeURIComponent(evil);
      const { location } = await press(await linkFor(evil.length % 2 === 0 ? 'wecom:li' : 'wecom:qian'), [
        ...own(),
        ['cookie', `${name}=${value}`],
      ]);
      expect(location).toBe('/console');
      site.database.exec('delete from login_links');
    }
  });

  test('is told to its person in the chat, and stands in no log and no page', async () => {
    const link = await linkFor(ZHANG);
    const token = link.split('/').at(-1) ?? '';
    const [, secret = ''] = (await press(link, [...own(), ['user-agent', IPHONE]])).cookies[0]?.split(/[=;]/u) ?? [];
    const [told, ...more] = await site.records.ledger.takeDueReplies(9, 60_000);
    expect(more).toEqual([]);
    expect(told).toMatchObject({ user: ZHANG });
    expect(JSON.stringify(told?.answers)).toMatch(/登录了控制台.*企业微信（iPhone）.*退出登录/u);
    const kept = JSON.stringify([
      ...site.database.prepare('select * from login_links').all(),
      ...site.database.prepare('select * from sessions').all(),
    ]);
    for (const text of [kept, lines.join('')]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(secret);
    }
    expect(await sessions()).toMatchObject([{ agent: IPHONE }]);
  });
});

describe('behind https', () => {
  const atPublic: [string, string][] = [
    ['host', 'bot.example.com'],
    ['origin', PUBLIC],
    ['sec-fetch-site', 'same-origin'],
  ];
  beforeEach(async () => {
    await site[Symbol.asyncDispose]();
    site = await open(PUBLIC);
  });

  test('the cookie is of that host alone, and one of plain http is not looked at', async () => {
    const [set = ''] = (await press(await linkFor(ZHANG), atPublic)).cookies;
    expect(set).toMatch(/^__Host-console=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/u);
    const [cookie = ''] = set.split(';');
    expect((await mine(cookie, [['host', 'bot.example.com']])).status).toBe(200);
    const planted = cookie.replace('__Host-console', `console_${new URL(site.url).port}`);
    expect((await mine(planted, [['host', 'bot.example.com']])).status).toBe(401);
    expect((await mine(planted, [['x-forwarded-proto', 'https']])).status).toBe(401);
  });

  test('a proxy may write another host; a page that came by http may send nothing', async () => {
    const link = await linkFor(ZHANG);
    expect(
      (
        await press(link, [
          ['host', 'bot.example.com'],
          ['origin', 'http://bot.example.com'],
        ])
      ).status,
    ).toBe(403);
    const entered = await press(link, [
      ['host', '127.0.0.1:3000'],
      ['origin', PUBLIC],
    ]);
    expect(entered.status).toBe(303);
    const [cookie = ''] = (entered.cookies[0] ?? '').split(';');
    expect(cookie).toContain('__Host-console=');
    expect((await mine(cookie)).status).toBe(200);
  });
});

describe('a session', () => {
  test('is not let in with a cookie that is doubled, huge, cut or made up', async () => {
    const cookie = await site.logIn(ZHANG);
    expect((await mine(cookie)).status).toBe(200);
    const [name = '', secret = ''] = cookie.split('=');
    for (const bad of [
      `${cookie}; ${cookie}`,
      `${cookie}; ${name}=${newSecret()}`,
      `${name}=${secret.slice(1)}`,
      `${name}=${newSecret()}`,
      `${name}=${'a'.repeat(8_000)}`,
      `${name}=`,
      // What is kept opens nothing.
      `${name}=${hashOf(secret)}`,
    ])
      expect((await mine(bad)).status).toBe(401);
    expect((await mine(`${name}=${'a'.repeat(40_000)}`)).status).toBe(431);
  });

  test('ends at once when its person is unbound, and sees a role that was changed', async () => {
    const cookie = await site.logIn('wecom:li');
    const get = (path: string) => ask(path, { headers: [['cookie', cookie]] });
    expect((await get('/console/figures')).status).toBe(200);
    await site.mapping.change('wecom:li', () => ({
      name: '李经理',
      employeeId: 10,
      storeCode: 'EW_N1',
      role: 'staff',
    }));
    expect((await get('/console/figures')).status).toBe(403);
    await site.mapping.change('wecom:li', () => null);
    expect((await get('/console/mine')).status).toBe(401);
  });

  test('lasts while it is used, and no longer than half a day after; a clock that is set back ends it', async () => {
    const cookie = await site.logIn(ZHANG);
    for (let hours = 0; hours < 20; hours += 10) {
      now += 10 * 3_600_000;
      expect((await mine(cookie)).status).toBe(200);
      await expect.poll(async () => (await sessions())[0]?.seenAt).toBe(now);
    }
    now += 12 * 3_600_000;
    expect((await mine(cookie)).status).toBe(401);
    const other = await site.logIn(ZHANG);
    now -= 3_600_000;
    expect((await mine(other)).status).toBe(401);
  });

  test('gets a new id with each login in the same browser, and the former one opens nothing', async () => {
    const first = await site.logIn(ZHANG);
    const second = await site.logIn(ZHANG, { cookie: first });
    expect(second).not.toBe(first);
    expect([(await mine(first)).status, (await mine(second)).status]).toEqual([401, 200]);
    expect(await sessions()).toHaveLength(1);
  });
});

describe('我的', () => {
  test('shows who they are and each browser, this one marked; they end one, or all', async () => {
    const other = await site.logIn(ZHANG, { 'user-agent': IPHONE });
    const cookie = await site.logIn(ZHANG, {
      'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/111.0 Safari/537.36',
    });
    const { text } = await mine(cookie);
    for (const words of [
      '张三',
      '店员，人民路店',
      '11',
      ZHANG,
      'Chrome（Windows）',
      '这个浏览器',
      '企业微信（iPhone）',
    ])
      expect(text).toContain(words);
    const [session = ''] = /name="session" value="([^"]+)"/u.exec(text)?.slice(1) ?? [];
    const form = { token: tokenIn(text), session };
    const send = (path: string, fields: object) => press(path, [...own(), ['cookie', cookie]], fields);
    expect((await send('/console/mine/end', form)).location).toBe('/console/mine');
    expect([(await mine(other)).status, (await mine(cookie)).status]).toEqual([401, 200]);
    const third = await site.logIn(ZHANG);
    const out = await send('/console/sign-out', { token: tokenIn(text), everywhere: '1' });
    expect(out.text).toContain('已全部退出');
    expect(out.cookies.join()).toContain('Max-Age=0');
    expect([(await mine(third)).status, (await mine(cookie)).status]).toEqual([401, 401]);
  });

  test('nobody ends another person’s session, and no foreign page ends any', async () => {
    const boss = await site.logIn('wecom:boss');
    const cookie = await site.logIn(ZHANG);
    const token = tokenIn((await mine(cookie)).text);
    const [bosses] = await sessions('wecom:boss');
    await press('/console/mine/end', [...own(), ['cookie', cookie]], { token, session: bosses?.id ?? '' });
    await press('/console/sign-out', [
      ['origin', 'https://evil.example'],
      ['cookie', boss],
    ]);
    expect((await mine(boss)).status).toBe(200);
    expect((await mine(boss)).text).toContain('管理员，所有门店');
  });
});

describe('the operator at the machine', () => {
  function leave(madeAt = now): string {
    const token = newSecret();
    leftLogins.write(site.dataDir, { hash: hashOf(token), id: 'an-id', madeAt });
    return `/console/login/${token}`;
  }

  test('gets in by the link that npm run console has left, once, as an admin, and no chat is told', async () => {
    const link = leave();
    expect((await ask('/console/login')).headers['console-link']).toBe('an-id');
    expect((await ask(link)).text).toContain('操作员（本机）');
    const [cookie = ''] = ((await press(link)).cookies[0] ?? '').split(';');
    expect((await press(link)).status).toBe(410);
    const { text } = await mine(cookie);
    expect(text).toContain('管理员，所有门店');
    expect((await ask('/console/shops', { headers: [['cookie', cookie]] })).status).toBe(200);
    expect(await sessions(OPERATOR)).toHaveLength(1);
    expect(await site.records.ledger.takeDueReplies(9, 60_000)).toEqual([]);
    expect((await ask('/console/login')).headers['console-link']).toBeUndefined();
  });

  test('not by one that is too old, or that others could have read', async () => {
    expect((await press(leave(now - LOGIN_LASTS_MS))).status).toBe(410);
    const link = leave();
    const file = `${site.dataDir}/console-login.json`;
    const text = readFileSync(file, 'utf8');
    leftLogins.remove(site.dataDir);
    writeFileSync(file, text, { mode: 0o644 });
    expect((await press(link)).status).toBe(410);
  });
});

describe('what is answered besides', () => {
  test('people who are not logged in hear how they get in, and others that there is nothing', async () => {
    const cookie = await site.logIn(ZHANG);
    expect((await ask('/console/no-such')).status).toBe(401);
    const nothing = await ask('/console/no-such', { headers: [['cookie', cookie]] });
    expect([nothing.status, nothing.text.includes('没有找到')]).toEqual([404, true]);
    expect((await ask('/console/mine', { method: 'HEAD', headers: [['cookie', cookie]] })).status).toBe(200);
    for (const method of ['PUT', 'DELETE', 'POST']) {
      const refused = await ask('/console/mine', { method, headers: [...own(), ['cookie', cookie]], form: {} });
      expect([refused.status, refused.headers['allow']]).toEqual([405, 'GET, HEAD']);
    }
    expect((await ask('/console/mine/end', { headers: [['cookie', cookie]] })).location).toBe('/console/mine');
  });

  test('what is no form of ours, is too long or is no text does nothing', async () => {
    const cookie = await site.logIn(ZHANG);
    const send = (type: string, body: string) =>
      fetch(`${site.url}/console/mine/end`, {
        method: 'POST',
        body,
        headers: { origin: site.url, cookie, 'content-type': type },
      });
    const form = 'application/x-www-form-urlencoded';
    const statuses = [
      await send('text/plain', 'x'),
      await send(form, 'a=%ff'),
      await send(form, `a=${'x'.repeat(300_000)}`),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([415, 400, 413]);
  });

  test('a form whose login has ended, or is another one, comes back with what was typed, and can be sent again', async () => {
    const cookie = await site.logIn(ZHANG);
    await site.logIn(ZHANG);
    const [, first] = (await sessions()).toReversed();
    const typed = { session: first?.id ?? '', reason: '<b>"一"\n二' };
    for (const [sent, status] of [
      [cookie, 403],
      ['', 401],
    ] as const) {
      const kept = await press('/console/mine/end', [...own(), ...(sent === '' ? [] : [['cookie', sent] as const])], {
        token: 'old',
        ...typed,
      });
      expect(kept.status).toBe(status);
      expect(kept.text).toContain('什么都没有做');
      expect(kept.text).toContain('value="&lt;b&gt;&quot;一&quot;\n二"');
    }
    expect(await sessions()).toHaveLength(2);
    const kept = await press('/console/mine/end', [...own(), ['cookie', cookie]], { token: 'old', ...typed });
    const again = { token: tokenIn(kept.text), ...typed };
    expect((await press('/console/mine/end', [...own(), ['cookie', cookie]], again)).status).toBe(303);
  });

  test('what must not stand in a page is not kept there either: a card that was looked for, the secrets of a robot', async () => {
    const boss = await site.logIn('wecom:boss');
    now += FRESH_MS + 1;
    const typed = { q: '卡号 914095353294404024', url: 'https://oapi.example/send?key=SECRET1', secret: 'SECRET2' };
    for (const cookie of ['', boss])
      for (const path of ['records', 'shops/edit/check', 'shops/edit/save', 'shops/edit/save-robot']) {
        const form = { token: 'old', state: 'unknown', list: 'robot', mention: 'zhang', ...typed };
        const kept = await press(`/console/${path}`, [...own(), ['cookie', cookie]], form);
        expect([path, kept.status]).toEqual([path, cookie === '' ? 401 : 403]);
        expect(kept.text).toContain('要重新填');
        expect(kept.text).toContain('value="zhang"');
        const secrets = path === 'records' ? ['914095353294404024'] : ['SECRET1', 'SECRET2'];
        for (const secret of secrets) expect(kept.text).not.toContain(secret);
      }
    expect(lines.join('')).not.toMatch(/914095353294404024|SECRET/u);
  });

  test('a form stays good when its person logs in again in the same browser, and is no other person’s', async () => {
    const cookie = await site.logIn(ZHANG);
    const before = tokenIn((await mine(cookie)).text);
    now += FRESH_MS + 1;
    const again = await site.logIn(ZHANG, { cookie });
    expect(tokenIn((await mine(again)).text)).toBe(before);
    const other = await site.logIn('wecom:li', { cookie: again });
    expect(tokenIn((await mine(other)).text)).not.toBe(before);
  });
});
