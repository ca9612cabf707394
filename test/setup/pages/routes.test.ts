import { expect, test } from 'vitest';
import { EMPTY_VIEW, FakeSetup, report, result, servePages } from './fake-setup.ts';

interface Sent {
  readonly form?: Readonly<Record<string, string>>;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(url: string, { form, cookie = 'in=yes', headers = {} }: Sent = {}) {
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { Cookie: cookie, ...headers },
    ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
  });
  const { status } = response;
  return { status, to: response.headers.get('Location'), text: await response.text(), headers: response.headers };
}

test('who has not entered is shown where the code goes, on every page, and gets no state', async () => {
  const url = await servePages(new FakeSetup());
  const out = { cookie: '' };
  const entry = await ask(`${url}/setup?code=ABCD-1234`, out);
  expect(entry.status).toBe(200);
  expect(entry.text).toContain('value="ABCD-1234"');
  expect(entry.text).toContain('npm run setup');
  for (const path of ['/setup/vendor', '/setup/connect', '/setup/summary'])
    expect(await ask(url + path, out)).toMatchObject({ status: 303, to: '/setup' });
  expect((await ask(`${url}/setup/state`, out)).status).toBe(401);
});

test('without having entered nothing is taken', async () => {
  const setup = new FakeSetup();
  const url = await servePages(setup);
  const form = { revision: '0', appId: 'a', key: 'b', url: '' };
  for (const path of ['/setup/vendor', '/setup/platform/way', '/setup/connect/manager', '/setup/discard'])
    expect(await ask(url + path, { form, cookie: '' })).toMatchObject({ status: 303, to: '/setup' });
  expect(setup.asked).toEqual([]);
});

test('the right code opens the setup, a wrong one is said to be wrong', async () => {
  const url = await servePages(new FakeSetup());
  const wrong = await ask(`${url}/setup/enter`, { form: { code: '<b>wrong' }, cookie: '' });
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain('代码不对。');
  expect(wrong.text).toContain('value="&lt;b&gt;wrong"');
  const right = await ask(`${url}/setup/enter`, { form: { code: ' right-code ' }, cookie: '' });
  expect(right).toMatchObject({ status: 303, to: '/setup' });
  expect(right.headers.get('Set-Cookie')).toContain('in=yes');
});

test('a code in the address is only filled in: a link opens nothing by itself', async () => {
  const url = await servePages(new FakeSetup());
  const entry = await ask(`${url}/setup?code=right-code`, { cookie: '' });
  expect(entry.headers.get('Set-Cookie')).toBe(null);
});

test('only a page of this machine is answered', async () => {
  const setup = new FakeSetup();
  const url = await servePages(setup);
  const foreign = { headers: { Origin: 'http://evil.example' } };
  for (const path of ['/setup', '/setup/vendor', '/setup/state', '/setup/assets/style.css'])
    expect((await ask(url + path, foreign)).status).toBe(403);
  const post = await ask(`${url}/setup/vendor`, { form: { revision: '0' }, ...foreign });
  expect(post.status).toBe(403);
  expect(setup.asked).toEqual([]);
});

test('every answer is kept nowhere, and allows no script but our own', async () => {
  const url = await servePages(new FakeSetup());
  for (const path of ['/setup', '/setup/vendor', '/setup/state', '/setup/assets/page.js']) {
    const { headers } = await ask(url + path);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(headers.get('Referrer-Policy')).toBe('same-origin');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  }
});

test('assets have their types, and what is none is not there', async () => {
  const url = await servePages(new FakeSetup());
  expect((await ask(`${url}/setup/assets/style.css`)).headers.get('Content-Type')).toContain('text/css');
  expect((await ask(`${url}/setup/assets/follow.js`)).headers.get('Content-Type')).toContain('text/javascript');
  for (const name of ['nothing.js', '..%2Flayout.ts', '..%2F..%2F..%2Fpackage.json'])
    expect((await ask(`${url}/setup/assets/${name}`)).status).toBe(404);
});

test('the page is in the language that the browser asks for', async () => {
  const url = await servePages(new FakeSetup());
  const chinese = await ask(`${url}/setup/vendor`, { headers: { 'Accept-Language': 'zh-CN,en;q=0.5' } });
  expect(chinese.text).toContain('<html lang="zh-CN"');
  expect(chinese.text).toContain('保存并检查');
  const english = await ask(`${url}/setup/vendor`, { headers: { 'Accept-Language': 'en-GB,zh;q=0.5' } });
  expect(english.text).toContain('<html lang="en"');
  expect(english.text).toContain('Save and check');
});

test('what was saved leads on; the vendor’s values are given as typed, with the revision of the form', async () => {
  const setup = new FakeSetup();
  const url = await servePages(setup);
  const form = { revision: '7', appId: ' EW_N1 ', key: 'k&+=1', url: '' };
  expect(await ask(`${url}/setup/vendor`, { form })).toMatchObject({ status: 303, to: '/setup/vendor' });
  expect(setup.asked).toEqual([['saveVendor', { appId: 'EW_N1', key: 'k&+=1', url: '' }, 7]]);
});

test('what was not taken is shown again as typed, but for the secret, with what is wrong', async () => {
  const setup = new FakeSetup();
  setup.next = {
    kind: 'problems',
    problems: [{ field: 'appId', message: { zh: 'appId 里有空格。', en: 'There is a blank in the appId.' } }],
  };
  const url = await servePages(setup);
  const form = { revision: '0', appId: 'EW N1<i>', key: 'top-secret', url: '' };
  const answer = await ask(`${url}/setup/vendor`, { form });
  expect(answer.status).toBe(422);
  expect(answer.text).toContain('appId 里有空格。');
  expect(answer.text).toContain('value="EW N1&lt;i&gt;"');
  expect(answer.text).not.toContain('top-secret');
});

test('a form that another tab has overtaken is not taken: the page shows what is there now and says so', async () => {
  const setup = new FakeSetup({ vendor: { ...EMPTY_VIEW.vendor, appId: 'EW_OTHER' } });
  setup.next = { kind: 'changed-meanwhile' };
  const url = await servePages(setup);
  const answer = await ask(`${url}/setup/vendor`, { form: { revision: '0', appId: 'EW_MINE', key: '', url: '' } });
  expect(answer.status).toBe(409);
  expect(answer.text).toContain('在别的窗口里已经改过了');
  expect(answer.text).toContain('value="EW_OTHER"');
  expect(answer.text).not.toContain('EW_MINE');
});

test.each(['', '-1', '1e3', '1.5', 'x', '99999999999999999999', undefined])(
  'a revision %j is none of a form of ours',
  async (revision) => {
    const setup = new FakeSetup();
    const url = await servePages(setup);
    const form = { ...(revision !== undefined && { revision }), way: 'wecom-connection' };
    await ask(`${url}/setup/platform/way`, { form });
    expect(setup.asked).toEqual([['chooseWay', 'wecom-connection', -1]]);
  },
);

test('what is no form is refused in words, and changes nothing', async () => {
  const setup = new FakeSetup();
  const url = await servePages(setup);
  const response = await fetch(`${url}/setup/vendor`, {
    method: 'POST',
    headers: { Cookie: 'in=yes', 'Content-Type': 'application/json' },
    body: '{"appId":"a"}',
  });
  expect(response.status).toBe(415);
  expect(await response.text()).toContain('这不是这一页的表单');
  expect(setup.asked).toEqual([]);
});

test('a way is chosen by its name; one that there is not is refused in words', async () => {
  const setup = new FakeSetup();
  const url = await servePages(setup);
  const way = (name: string) => ask(`${url}/setup/platform/way`, { form: { revision: '0', way: name } });
  expect(await way('dingtalk-connection')).toMatchObject({ status: 303, to: '/setup/platform' });
  expect((await way('carrier-pigeon')).status).toBe(422);
  expect(setup.asked).toEqual([['chooseWay', 'dingtalk-connection', 0]]);
});

test('right values lead to the connection, wrong ones stay with what is wrong, and only the way’s own are taken', async () => {
  const setup = new FakeSetup({ way: 'wecom-connection' });
  const url = await servePages(setup);
  const form = { revision: '0', WECOM_BOT_ID: 'aib1', WECOM_BOT_SECRET: '', WECOM_CORP_ID: '', LIANTUOFU_KEY: 'x' };
  setup.onSaved = () => ({ wayReport: report(result('ok', 'a', 'b')) });
  expect(await ask(`${url}/setup/platform`, { form })).toMatchObject({ status: 303, to: '/setup/connect' });
  setup.onSaved = () => ({ wayReport: report(result('fail', 'a', 'b', 'c')) });
  expect(await ask(`${url}/setup/platform`, { form })).toMatchObject({ status: 303, to: '/setup/platform' });
  expect(setup.asked[0]).toEqual(['saveWay', { WECOM_BOT_ID: 'aib1', WECOM_BOT_SECRET: '', WECOM_CORP_ID: '' }, 0]);
});

test('who wrote is made a manager by one form', async () => {
  const setup = new FakeSetup();
  const url = await servePages(setup);
  const form = { revision: '3', user: 'wecom:zhangsan', name: '张三' };
  expect(await ask(`${url}/setup/connect/manager`, { form })).toMatchObject({ status: 303, to: '/setup/connect' });
  expect(setup.asked).toEqual([['takeManager', 'wecom:zhangsan', '张三', 3]]);
});

test('the state tells what goes on, and no value that was typed', async () => {
  const setup = new FakeSetup({
    vendor: { appId: 'EW_N1', keyEnds: 'bb30', url: '', report: null },
    values: { WECOM_BOT_TOKEN: { text: 'made-here', ends: null } },
    listening: { bots: [], heard: [] },
  });
  const url = await servePages(setup);
  const { text } = await ask(`${url}/setup/state`);
  expect(JSON.parse(text)).toMatchObject({
    revision: 0,
    listening: { bots: [], heard: [] },
    live: { state: 'not-yet' },
  });
  expect(text).not.toMatch(/EW_N1|bb30|made-here/u);
});

test('a reload of what a form has shown leads back to its page', async () => {
  const url = await servePages(new FakeSetup());
  expect(await ask(`${url}/setup/connect/manager`)).toMatchObject({ status: 303, to: '/setup/connect' });
  expect((await ask(`${url}/setup/nowhere`)).status).toBe(404);
});

test('what was filled in is forgotten when one wants to start over', async () => {
  const setup = new FakeSetup();
  const url = await servePages(setup);
  expect(await ask(`${url}/setup/discard`, { form: {} })).toMatchObject({ status: 303, to: '/setup' });
  expect(setup.asked).toEqual([['discard']]);
});
