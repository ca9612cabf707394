import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { signedForm } from '../../../src/liantuofu/form.ts';
import { runChecks } from '../../../src/setup/checks/run.ts';
import { VENDOR_CHECKS } from '../../../src/setup/checks/vendor.ts';
import { startSimulatedVendor } from '../../../src/sandbox/vendor.ts';
import { VENDOR } from '../../support/service.ts';
import { contextWith } from '../checks/context-with.ts';
import { named } from '../checks/outside-stage.ts';

type Answer = (response: ServerResponse) => void;
const says =
  (body: unknown, status = 200): Answer =>
  (response) =>
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
const refuses = (msg: string | null) => says({ code: 'FAILED', msg });
const hangs: Answer = () => undefined;

/** A vendor that answers what it is told, to the right key and to any other. */
async function vendorThat(toRight: Answer, toWrong: Answer) {
  const paths = new Set<string>();
  const server = createServer((request, response) => {
    paths.add(request.url ?? '');
    void text(request).then((body) => {
      const { sign, ...params } = Object.fromEntries(new URLSearchParams(body));
      const right = new URLSearchParams(signedForm(params, VENDOR.key)).get('sign') === sign;
      (right ? toRight : toWrong)(response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

async function look(url: string, change: Record<string, string> = {}, limitMs = 5_000) {
  const config = readConfig({
    ...{ LIANTUOFU_URL: url, LIANTUOFU_APP_ID: VENDOR.appId, LIANTUOFU_KEY: VENDOR.key },
    ...{ DINGTALK_APP_SECRET: 'a secret of dingtalk', ...change },
  });
  return runChecks(VENDOR_CHECKS, contextWith({ config }), { limitMs });
}

const NO_CARD = refuses('次卡不存在');
const BAD_SIGN = refuses('签名错误');
const DETAIL = says({ suplusTimes: 3, cardNo: '914095353294404024' });
const DONE = says({ code: 'SUCCESS', msg: '成功' });
const DOWN = says('<h1>maintenance</h1>', 503);

test.each([
  ['there is no such card, and the wrong key is refused', NO_CARD, BAD_SIGN, 'ok', /密钥对.*「签名错误」/u],
  ['a word for wrong keys that nobody knows', NO_CARD, refuses('E1007'), 'ok', /密钥对.*「E1007」/u],
  ['details, of all things', DETAIL, BAD_SIGN, 'ok', /密钥对/u],
  ['a yes without details', DONE, BAD_SIGN, 'ok', /密钥对/u],
  ['no permission, but the wrong key is told apart', refuses('无接口权限'), BAD_SIGN, 'ok', /密钥对/u],
  ['both are refused for the signature', BAD_SIGN, BAD_SIGN, 'fail', /密钥不对.*「签名错误」/u],
  [
    'both in words of its own, with a number in them',
    refuses('签名不通过[9a8b7c6d5e]'),
    refuses('签名不通过[1234567890]'),
    'fail',
    /密钥不对/u,
  ],
  ['the same word for both that nobody knows', refuses('E1007'), refuses('E1007'), 'fail', /回答一样：「E1007」/u],
  [
    'the same but for its number',
    refuses('请求非法 req=aaaaaaaa1'),
    refuses('请求非法 req=bbbbbbbb2'),
    'fail',
    /回答一样/u,
  ],
  ['nothing at all to both', refuses(null), refuses(null), 'fail', /回答一样/u],
  ['an unknown merchant', refuses('商户不存在'), refuses('商户不存在'), 'fail', /appId 不对/u],
  ['no permission to both', refuses('接口未授权'), refuses('接口未授权'), 'warn', /回答一样：「接口未授权」/u],
  ['there is no such card, to both', NO_CARD, NO_CARD, 'warn', /回答一样：「次卡不存在」/u],
  ['busy to both', refuses('系统繁忙，请稍后再试'), refuses('系统繁忙，请稍后再试'), 'warn', /现在忙/u],
  ['busy to the right key only', refuses('请求过于频繁'), BAD_SIGN, 'warn', /现在忙.*「请求过于频繁」/u],
  ['busy to the wrong key only', NO_CARD, refuses('系统繁忙'), 'warn', /现在忙.*「系统繁忙」/u],
  ['a refused signature with a polite end', NO_CARD, refuses('签名错误，请稍后再试'), 'ok', /密钥对/u],
  ['details to both', DETAIL, DETAIL, 'warn', /不查签名/u],
  ['yes to both', DONE, DONE, 'warn', /不查签名/u],
  ['no such card to the right key, yes to the wrong one', NO_CARD, DONE, 'warn', /不查签名/u],
  ['maintenance to both', DOWN, DOWN, 'warn', /没有说密钥对不对（状态 503）/u],
  ['no endpoint for us', says('', 403), says('', 403), 'warn', /没有说密钥对不对（状态 403）/u],
  ['nothing to the wrong key', NO_CARD, says('', 429), 'warn', /看不出密钥对不对/u],
  ['a page', says('<h1>hi</h1>'), says('<h1>hi</h1>'), 'warn', /没有说密钥对不对/u],
] as const)('the vendor says %s', async (_, toRight, toWrong, outcome, words) => {
  const { url, paths } = await vendorThat(toRight, toWrong);
  const found = named(await look(url), 'vendor-key');
  expect(found.seen.zh).toMatch(words);
  expect(found.outcome).toBe(outcome);
  expect([...paths]).toEqual(['/open/timescard/userTimesCardDetail']);
});

test('a vendor in maintenance is away, and nothing else is said of it', async () => {
  const { url } = await vendorThat(DOWN, DOWN);
  const report = await look(url);
  expect(named(report, 'vendor-reachable')).toMatchObject({ outcome: 'fail' });
  expect(named(report, 'vendor-reachable').seen.zh).toContain('状态 503');
  expect(named(report, 'vendor-card-detail').outcome).toBe('skipped');
  expect(named(report, 'vendor-address').outcome).toBe('skipped');
});

test('a vendor that takes the request and says nothing is given up in time', async () => {
  const { url } = await vendorThat(hangs, hangs);
  const report = await look(url);
  expect(named(report, 'vendor-reachable').seen.zh).toContain('没有及时回答');
  expect(named(report, 'vendor-key').outcome).toBe('skipped');
});

test('a check whose time is up ends its request', async () => {
  let open = 0;
  const { url } = await vendorThat(count, count);
  function count(response: ServerResponse): void {
    open += 1;
    response.on('close', () => (open -= 1));
  }
  const report = await look(url, {}, 300);
  expect(report.counts.fail).toBe(VENDOR_CHECKS.length);
  await expect.poll(() => open).toBe(0);
});

test.each([
  ['http://vendor.invalid', 'vendor-reachable', 'fail', /域名 vendor\.invalid 解析不了/u],
  ['http://127.0.0.1:1', 'vendor-reachable', 'fail', /拒绝连接/u],
] as const)('%s: %s', async (url, name, outcome, words) => {
  const found = named(await look(url), name);
  expect(found.outcome).toBe(outcome);
  expect(found.seen.zh).toMatch(words);
});

test('an address that redirects, or answers pages, is not the vendor’s', async () => {
  const moved = await vendorThat(says('', 302), says('', 302));
  expect(named(await look(moved.url), 'vendor-address').seen.zh).toMatch(/转到别处（状态 302）/u);
  const page = await vendorThat(says('<h1>hi</h1>'), says('<h1>hi</h1>'));
  expect(named(await look(page.url), 'vendor-address').seen.zh).toMatch(/不是接口的内容/u);
});

test('details that are not granted are no trouble where they are not wanted', async () => {
  const { url } = await vendorThat(refuses('无接口权限'), BAD_SIGN);
  expect(named(await look(url), 'vendor-card-detail').outcome).toBe('warn');
  expect(named(await look(url, { LIANTUOFU_CARD_DETAIL: 'off' }), 'vendor-card-detail').outcome).toBe('ok');
  const missing = await vendorThat(says('', 404), says('', 404));
  expect(named(await look(missing.url), 'vendor-card-detail').outcome).toBe('warn');
});

test('the simulated vendor is asked for no card that it has, and never to redeem', async () => {
  const vendor = await startSimulatedVendor(VENDOR);
  onTestFinished(() => vendor.close());
  const report = await look(vendor.url);
  expect(report.counts).toMatchObject({ ok: VENDOR_CHECKS.length });
  expect(new Set(vendor.books.looks)).toEqual(new Set(['0'.repeat(18)]));
  expect(vendor.books.calls).toEqual([]);
});
