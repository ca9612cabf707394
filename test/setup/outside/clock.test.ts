import { once } from 'node:events';
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import type { PlatformHttp } from '../../../src/platforms/http.ts';
import { CLOCK_CHECKS } from '../../../src/setup/checks/clock.ts';
import { runChecks } from '../../../src/setup/checks/run.ts';
import { contextWith } from '../checks/context-with.ts';

const NOW = Date.UTC(2026, 10, 27, 4, 0, 0);

/** What the platforms' servers say the time is, by host, in seconds after ours; null: nothing. The vendor is away. */
async function look(
  says: Readonly<Record<string, number | 'hangs' | null>>,
  headers: Readonly<Record<string, string>> = {},
) {
  const config = readConfig({
    ...{ LIANTUOFU_URL: 'http://127.0.0.1:1', LIANTUOFU_APP_ID: 'app', LIANTUOFU_KEY: 'key-of-the-vendor' },
    ...{ WECOM_BOT_ID: 'aib1', WECOM_BOT_SECRET: 'secret-of-the-bot', DINGTALK_APP_SECRET: 'secret-of-dingtalk' },
    ...{ FEISHU_APP_ID: 'cli_a1b2c3d4e5f60718', FEISHU_APP_SECRET: 'secret-of-feishu' },
  });
  const exchange: PlatformHttp['exchange'] = async (url, _, how) => {
    const ahead = says[new URL(url).host];
    if (ahead === 'hangs') {
      await once(how?.signal ?? new AbortController().signal, 'abort');
      return { kind: 'silence', left: true, cause: 'TimeoutError' };
    }
    if (ahead == null) return { kind: 'silence', left: false, cause: 'ECONNREFUSED' };
    const date = new Date(NOW + ahead * 1000).toUTCString();
    return { kind: 'heard', status: 404, headers: { date, ...headers }, json: null };
  };
  const http = { ...contextWith().http, exchange };
  const { results } = await runChecks(CLOCK_CHECKS, contextWith({ config, http, now: () => NOW + 500 }));
  const [found] = results;
  return `${found?.outcome ?? ''}: ${found?.seen.zh ?? ''}`;
}

const [WECOM, DINGTALK, FEISHU] = ['qyapi.weixin.qq.com', 'api.dingtalk.com', 'open.feishu.cn'];

test('is right within a second, and says that it is known no better', async () => {
  expect(await look({ [WECOM]: 0, [DINGTALK]: 1, [FEISHU]: -1 })).toMatch(
    /^ok: 时间准（对照 WeCom, DingTalk, Feishu，只精确到 1 秒）/u,
  );
});

test.each([
  [4, 'ok', /慢了约 4 秒/u],
  [6, 'warn', /慢了约 6 秒/u],
  [-59, 'warn', /快了约 59 秒/u],
  [-61, 'fail', /快了约 61 秒/u],
  [3600, 'fail', /慢了约 3600 秒/u],
] as const)('others are %i s ahead: %s', async (seconds, outcome, words) => {
  const found = await look({ [WECOM]: seconds, [DINGTALK]: seconds, [FEISHU]: seconds });
  expect(found).toMatch(new RegExp(`^${outcome}: `, 'u'));
  expect(found).toMatch(words);
});

test('one of three that is wrong is outvoted; two that disagree are told', async () => {
  expect(await look({ [WECOM]: 0, [DINGTALK]: 0, [FEISHU]: 500 })).toMatch(/^ok/u);
  expect(await look({ [WECOM]: 0, [DINGTALK]: 500 })).toMatch(/^warn: 时间对不上：.*比 DingTalk 慢 500 秒/u);
});

test('one that hangs does not take the time of the others with it', async () => {
  expect(await look({ [WECOM]: 'hangs', [DINGTALK]: 0, [FEISHU]: 0 })).toMatch(/^ok: 时间准（对照 DingTalk, Feishu/u);
});

test('what a cache kept tells no time, and without any nothing is said', async () => {
  expect(await look({ [WECOM]: 300, [DINGTALK]: 300, [FEISHU]: 300 }, { age: '300' })).toMatch(/^skipped/u);
  expect(await look({})).toMatch(/^skipped/u);
  expect(await look({ [WECOM]: 0 }, { date: 'yesterday' })).toMatch(/^skipped/u);
});
