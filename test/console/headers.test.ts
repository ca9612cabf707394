import { afterEach, beforeEach, expect, test } from 'vitest';
import { PAGE_HEADERS } from '../../src/pages/layout.ts';
import { lineOf, newLine, newMessage } from '../ledger/fixtures.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';

let site: TestConsole;
beforeEach(async () => {
  site = await openTestConsole({ realLogin: true });
});
afterEach(() => site[Symbol.asyncDispose]());

interface Asked {
  readonly method?: string;
  readonly cookie?: string;
  readonly origin?: string;
  readonly type?: string;
  readonly form?: Readonly<Record<string, string>>;
}

async function ask(path: string, { method = 'GET', cookie = '', origin = site.url, type, form = {} }: Asked = {}) {
  const answer = await fetch(`${site.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { cookie, origin, ...(type !== undefined && { 'content-type': type }) },
    ...(!['GET', 'HEAD'].includes(method) && { body: type === undefined ? new URLSearchParams(form) : 'x' }),
  });
  // The feed goes on.
  if (answer.headers.get('content-type')?.startsWith('text/event-stream') === true) await answer.body?.cancel();
  else await answer.text();
  return answer;
}

/** What a header says that the answers are to have; the address of a link may be handed on to nobody. */
function wrongIn(what: string, { status, headers }: Response): string[] {
  const wrong = Object.entries(PAGE_HEADERS).filter(([name, value]) => {
    const isLogin = what.includes('/console/login') && status !== 405;
    return headers.get(name) !== (name === 'Referrer-Policy' && isLogin ? 'strict-origin' : value);
  });
  return wrong.map(([name]) => `${what} ${status}: ${name} is ${headers.get(name)}`);
}

test('every page, form, file and refusal has the headers of pages', async () => {
  const { ledger } = site.records;
  const claim = await ledger.claim(newMessage({ user: 'wecom:zhang' }), [newLine()]);
  const { receipt } = await ledger.settle(lineOf(claim), { state: 'unknown', reason: 'timeout' });
  const addresses = site.pages.flatMap(({ path, actions }) => [
    path,
    ...Object.keys(actions).flatMap((name) => (name === '' ? [] : [`${path}/${name}`])),
  ]);
  const asset = /href="(\/console\/assets\/[^"]+\.css)"/u.exec((await site.get('/console')).text)?.[1] ?? '';
  const paths = [
    ...addresses.map((path) => path.replace(':receipt', receipt)),
    ...['/console/login', `/console/login/${'a'.repeat(43)}`, '/console/login/%E0%A4%A'],
    ...['/console/feed', '/console/no-such', '/console/', '/console//evil', '/console/%00', '/console/%ff'],
    ...['/console/assets/x/no-such.js', '/console/r/R-22222222', '/console?store=%ff&state=x'],
  ];
  const wrong: string[] = [];
  const statuses = new Set<number>();
  const look = async (path: string, asked: Asked) => {
    const answer = await ask(path, asked);
    statuses.add(answer.status);
    wrong.push(...wrongIn(`${asked.method ?? 'GET'} ${path}`, answer));
  };
  for (const user of [null, 'wecom:zhang', 'wecom:boss']) {
    const cookie = user === null ? '' : await site.logIn(user);
    for (const path of [...paths, '/console/sign-out']) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS']) await look(path, { method, cookie });
      await look(path, { method: 'POST', cookie, origin: 'https://evil.example' });
      await look(path, { method: 'POST', cookie, type: 'text/plain' });
    }
  }
  expect(wrong).toEqual([]);
  expect([...statuses].toSorted()).toEqual([200, 303, 401, 403, 404, 405, 410, 415, 500]);
  // What changes with its address may be kept.
  const kept = await ask(asset);
  expect(kept.headers.get('cache-control')).toContain('immutable');
  expect(kept.headers.get('content-security-policy')).toBe(PAGE_HEADERS['Content-Security-Policy']);
});

test('so has what is answered while the ledger cannot be read, and says so', async () => {
  const cookie = await site.logIn('wecom:boss');
  site.database.exec('alter table sessions rename to gone');
  const wrong: string[] = [];
  for (const path of [...site.pages.map(({ path }) => path), '/console/feed', '/console/no-such']) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const answer = await ask(path, { method, cookie });
      wrong.push(...wrongIn(`${method} ${path}`, answer));
      expect(answer.status, `${method} ${path}`).toBeGreaterThanOrEqual(500);
    }
  }
  expect(wrong).toEqual([]);
});

test('the head of the live feed is no listener', async () => {
  const cookie = await site.logIn('wecom:boss');
  for (let times = 0; times < 20; times++)
    expect((await ask('/console/feed', { method: 'HEAD', cookie })).status).toBe(200);
  expect((await ask('/console/feed', { cookie })).status).toBe(200);
});
