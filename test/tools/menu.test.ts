import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startChild } from '../support/child.ts';
import { APP_SECRET, startPlatforms, type Platforms } from '../support/platforms.ts';
import { APP_KEYS } from '../support/service.ts';

let folder: string;
let platforms: Platforms;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'menu-'));
  platforms = await startPlatforms();
});
afterEach(async () => {
  await platforms.close();
  await rm(folder, { recursive: true });
});

async function run(args: readonly string[] = [], change: Record<string, string> = {}) {
  const env = {
    ...{ LIANTUOFU_APP_ID: 'EW_N1', LIANTUOFU_KEY: 'key', WECOM_CORP_ID: APP_KEYS.receiveId },
    ...{ WECOM_APP_AGENT_ID: '1000002', WECOM_APP_SECRET: APP_SECRET },
    ...{ WECOM_APP_TOKEN: APP_KEYS.token, WECOM_APP_AES_KEY: APP_KEYS.aesKey, WECOM_API_URL: platforms.url },
    ...change,
    DATA_DIR: folder,
  };
  const child = startChild('src/tools/menu.ts', env, args);
  const code = await child.exited;
  return { code, said: child.lines.join('\n'), errors: child.errors() };
}

const OTHER = { button: [{ type: 'view' as const, name: '商城', url: 'https://shop.example/' }] };
const OURS = {
  button: [
    { type: 'scancode_waitmsg', name: '扫码核销', key: 'redeem' },
    { type: 'scancode_waitmsg', name: '查询', key: 'query' },
    {
      name: '更多',
      sub_button: [
        { type: 'click', name: '记录', key: 'records' },
        { type: 'click', name: '帮助', key: 'help' },
      ],
    },
  ],
};

describe('npm run menu', () => {
  test('shows what is there and what it would become, and changes nothing by itself', async () => {
    platforms.wecomMenu.set(OTHER);
    const { code, said, errors } = await run();
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(said).toContain('- 商城 (view https://shop.example/)');
    for (const line of [
      '扫码核销 (scancode_waitmsg redeem)',
      '查询 (scancode_waitmsg query)',
      '更多 › 记录 (click records)',
    ]) {
      expect(said).toContain(`+ ${line}`);
    }
    expect(said).toContain('Nothing was changed');
    expect(platforms.wecomMenu.current()).toEqual(OTHER);
    expect(platforms.calls('wecom-menu')).toBe(1);
  });

  test('changes it with --yes, and finds nothing to change then', async () => {
    const { code, said } = await run(['--yes']);
    expect(code).toBe(0);
    expect(said).toContain('Changed.');
    expect(platforms.wecomMenu.current()).toEqual(OURS);
    const again = await run(['--yes']);
    expect(again).toMatchObject({ code: 0, errors: '' });
    expect(again.said).toContain('nothing to change');
    expect(platforms.calls('wecom-menu')).toBe(3);
  });

  test('knows its own menu also where WeCom adds to it', async () => {
    const { button } = OURS;
    const body = { errcode: 0, errmsg: 'ok', button: button.map((item) => ({ sub_button: [], status: 1, ...item })) };
    platforms.misbehave('wecom-menu', { status: 200, body }, 1);
    expect((await run()).said).toContain('nothing to change');
  });

  test('sees an order that is another', async () => {
    platforms.wecomMenu.set({ button: OURS.button.toReversed() } as never);
    expect((await run()).said).toContain('Nothing was changed');
  });

  test.each([
    [60020, /60020 .*203\.0\.113\.7[^]*企业可信IP/u],
    [301002, /301002[^]*WECOM_APP_AGENT_ID and WECOM_APP_SECRET/u],
    [48002, /48002[^]*permission/u],
    ['html-500', /not heard from/u],
    ['reset', /not heard from/u],
  ] as const)('where WeCom answers %j it says what to do', async (how, words) => {
    platforms.misbehave('wecom-menu', how, 9);
    const { code, said, errors } = await run(['--yes']);
    expect({ code, said }).toEqual({ code: 2, said: '' });
    expect(errors).toMatch(words);
    expect(errors).not.toMatch(/access_token=|^\s+at /mu);
    expect(platforms.wecomMenu.current()).toBeNull();
  });

  test('says so where the secret is another app’s, and does not show it', async () => {
    const { code, errors } = await run(['--yes'], { WECOM_APP_SECRET: 'wrong' });
    expect(code).toBe(2);
    expect(errors).toMatch(/40001[^]*WECOM_APP_SECRET is not the secret of this app/u);
    expect(errors).not.toContain('wrong');
  });

  test.each([
    [{ WECOM_APP_SECRET: '' }, /WECOM_APP_AGENT_ID and WECOM_APP_SECRET/u],
    [
      { WECOM_APP_TOKEN: '', WECOM_APP_AES_KEY: '', WECOM_APP_SECRET: '', WECOM_APP_AGENT_ID: '' },
      /at least one|WECOM/u,
    ],
  ])('without what it needs it says which settings: %j', async (change, words) => {
    const { code, errors } = await run([], change);
    expect(code).toBe(2);
    expect(errors).toMatch(words);
    expect(platforms.calls('token')).toBe(0);
  });
});
