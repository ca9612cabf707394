import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutside, type Outside } from '../setup/checks/outside-stage.ts';
import { startChild } from '../support/child.ts';
import { makeShop } from '../support/service.ts';
import { EXPIRED_TLS, TLS } from '../support/tls.ts';

let outside: Outside;
let shop: Awaited<ReturnType<typeof makeShop>>;
beforeEach(async () => {
  outside = await openOutside();
  shop = await makeShop(outside.vendor.url, {}, outside.env);
  await writeFile(join(shop.dataDir, 'mapping.json'), JSON.stringify(outside.mapping), { mode: 0o600 });
});
afterEach(async () => {
  await shop.clear();
  await outside.close();
});

/** What the program says of each check, by name. */
async function doctor(change: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
  const authorities = join(shop.dataDir, 'authorities.pem');
  await writeFile(authorities, TLS.cert + EXPIRED_TLS.cert);
  const env = { ...shop.env, NODE_EXTRA_CA_CERTS: authorities, LC_ALL: 'zh_CN.UTF-8', ...change };
  const child = startChild('src/tools/doctor.ts', env, ['--json', ...args]);
  const code = await child.exited;
  const { checks } = JSON.parse(child.lines.join('\n')) as {
    checks: { name: string; outcome: string; seen: string; todo: string | null }[];
  };
  return { code, checks: new Map(checks.map((check) => [check.name, check])), said: child.lines.join('\n') };
}

const OUTSIDE = [
  ...['vendor-address', 'vendor-reachable', 'vendor-key', 'vendor-card-detail', 'clock', 'wecom-app-secret'],
  ...['wecom-app-agent', 'dingtalk-credentials', 'dingtalk-robot-code', 'feishu-credentials', 'feishu-bot'],
  ...['public-address', 'certificate', 'metrics-not-public', 'robots'],
];

test('the program finds nothing wrong outside of a good set-up, and sends nothing unless it is told to', async () => {
  const { checks } = await doctor();
  expect(OUTSIDE.filter((name) => checks.get(name)?.outcome !== 'ok')).toEqual([]);
  expect(outside.shown).toEqual([]);
  expect((await doctor({}, ['--send'])).checks.get('robots')?.outcome).toBe('ok');
  expect(outside.shown).toHaveLength(1);
  expect(outside.vendor.books.calls).toEqual([]);
});

test('the program finds several faults outside at once, each by its name, and ends with 1', async () => {
  outside.front.show(EXPIRED_TLS);
  outside.platforms.wecomAgent.distrust('203.0.113.7');
  outside.feishu.setBotStatus(null);
  outside.robots.revoke(outside.group);
  const wrong = { LIANTUOFU_KEY: 'a-key-that-is-not-right', DINGTALK_APP_SECRET: 'not the secret of it' };
  const { code, checks, said } = await doctor(wrong, ['--send']);
  const failed = OUTSIDE.filter((name) => checks.get(name)?.outcome === 'fail');
  expect(failed).toEqual([
    ...['vendor-key', 'wecom-app-agent', 'dingtalk-credentials', 'feishu-bot'],
    ...['public-address', 'certificate', 'robots'],
  ]);
  expect(checks.get('vendor-key')?.seen).toContain('签名错误');
  expect(checks.get('wecom-app-agent')?.todo).toContain('203.0.113.7');
  expect(code).toBe(1);
  expect(said).not.toMatch(/a-key-that|not the secret|robotkey|SECrobot/u);
});
