import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router, { type RouterContext } from '@koa/router';
import Koa from 'koa';
import { expect, onTestFinished, test } from 'vitest';
import type { ConsolePage, Visitor } from '../../src/console/page.ts';
import { addConsoleRoutes } from '../../src/console/routes.ts';
import { createAdmission } from '../../src/console/session/admission.ts';
import { OPERATOR } from '../../src/desk/operator.ts';
import type { Permissions } from '../../src/desk/permissions.ts';
import { html } from '../../src/pages/html.ts';
import { createLog } from '../../src/log.ts';
import { openTestConsole } from '../support/console.ts';

const log = createLog({ level: 'silent' });
const manager: Visitor = {
  who: { user: 'wecom:li', role: 'manager', member: undefined },
  ...{ name: '李经理', session: 's', since: 0, isFresh: false, formToken: 'good' },
};

/** A page with one action that takes a new login, for a visitor who is said. */
async function serve(visitor: () => Visitor | null, act: ConsolePage['actions'][string]['act']): Promise<string> {
  const page: ConsolePage = {
    ...{ path: '/console/r/:receipt', title: '一笔', nav: null, least: 'manager' },
    show: async () => ({ kind: 'page', main: html`<p>一笔</p>` }),
    actions: { settle: { needsFresh: true, act } },
  };
  const router = new Router();
  const { addTheRest } = addConsoleRoutes(router, {
    ...{ pages: [page], admit: async () => visitor(), isOwnForm: () => true, now: Date.now, log },
    timeZone: 'Asia/Shanghai',
    cookies: { keepWanted: () => undefined },
  });
  addTheRest();
  const routes = router.routes();
  const app = new Koa();
  app.use((ctx, next) => routes(ctx as unknown as RouterContext, next) as Promise<void>);
  const server = createServer((request, response) => void app.callback()(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const send = async (url: string, fields: Record<string, string>) => {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  return { status: response.status, text: await response.text() };
};

test('what takes a new login is not done with an old one; what was typed waits and is sent again after the login', async () => {
  let visitor = manager;
  const done: string[] = [];
  const url = await serve(
    () => visitor,
    async ({ params }, fields) => {
      done.push(`${params['receipt'] ?? ''} ${fields.text('reason')}`);
      return { kind: 'see-other', to: '/console' };
    },
  );
  const form = { token: 'good', reason: ' 顾客\n说没有 "扣" ' };
  const kept = await send(`${url}/console/r/R-1/settle`, form);
  expect(kept.status).toBe(403);
  for (const words of [
    '什么都没有做',
    '控制台',
    '再提交一次',
    'action="/console/r/R-1/settle"',
    'name="token" value="good"',
  ])
    expect(kept.text).toContain(words);
  expect(kept.text).toContain('value=" 顾客\n说没有 &quot;扣&quot; "');
  expect(done).toEqual([]);
  visitor = { ...manager, isFresh: true };
  expect((await send(`${url}/console/r/R-1/settle`, form)).status).toBe(303);
  expect(done).toEqual(['R-1  顾客\n说没有 "扣" ']);
});

test('who may not do it hears that first; the operator is told of npm run console', async () => {
  const refuse = () => Promise.reject(new Error('not to be done'));
  const staff = { ...manager, who: { ...manager.who, role: 'staff' as const } };
  expect((await send(`${await serve(() => staff, refuse)}/console/r/R-1/settle`, { token: 'good' })).text).toContain(
    '不能看',
  );
  const operator = { ...manager, who: { user: OPERATOR, role: 'admin' as const, member: undefined } };
  const { text } = await send(`${await serve(() => operator, refuse)}/console/r/R-1/settle`, { token: 'good' });
  expect(text).toContain('npm run console');
});

test('what fails says that it may have been done in part, and shows no reason', async () => {
  const fresh = { ...manager, isFresh: true };
  const url = await serve(
    () => fresh,
    () => Promise.reject(new Error('secret reason')),
  );
  const { status, text } = await send(`${url}/console/r/R-1/settle`, { token: 'good' });
  expect(status).toBe(500);
  expect(text).toContain('不一定做完');
  expect(text).not.toContain('secret reason');
});

test('what stays open ends when the session does, or the role or the store is another one', async () => {
  await using site = await openTestConsole({ realLogin: true });
  const permissions: Permissions = { who: (user) => who(user), roleOf: (user) => who(user).role };
  let who = (user: string): Visitor['who'] => ({ user, role: 'staff', member: undefined });
  const cookie = await site.logIn('wecom:zhang');
  const secret = cookie.split('=')[1] ?? '';
  const { admit, stillIn } = createAdmission({
    ...{ logins: site.logins, permissions, now: Date.now, log },
    cookies: { secret: () => secret },
  });
  const visitor = await admit({} as never);
  if (visitor === null) throw new Error('not in');
  expect(visitor.isFresh).toBe(true);
  expect(await stillIn(visitor)).toBe(true);
  who = (user) => ({ user, role: 'manager', member: undefined });
  expect(await stillIn(visitor)).toBe(false);
  who = (user) => ({ user, role: 'unbound', member: undefined });
  expect(await stillIn(visitor)).toBe(false);
  who = (user) => ({ user, role: 'staff', member: undefined });
  expect(await stillIn(visitor)).toBe(true);
  await site.logins.endAll('wecom:zhang');
  expect(await stillIn(visitor)).toBe(false);
});
