import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { PlatformHttp } from '../../src/platforms/http.ts';
import { editEnv } from '../../src/setup/env-text.ts';
import { FilesChanged, type Listening } from '../../src/setup/ports.ts';
import { openSetup, PEOPLE, PLACES, SOCKET_BOT, VENDOR } from './setup-with.ts';

type Opened = Awaited<ReturnType<typeof openSetup>>;

const revision = ({ setup }: Opened) => setup.view().revision;

/** Everything that is needed to go live. */
async function fill(opened: Opened) {
  const { setup } = opened;
  await setup.saveVendor(VENDOR, revision(opened));
  setup.chooseWay('wecom-connection', revision(opened));
  await setup.saveWay(SOCKET_BOT, revision(opened));
  setup.savePeople(PEOPLE, revision(opened));
}

test('a draft that is filled in goes live with what was typed', async () => {
  const opened = await openSetup();
  const { setup, seen } = opened;
  await fill(opened);
  expect(setup.goLive(revision(opened))).toEqual({ kind: 'saved' });
  await expect.poll(() => setup.view().live.state).toBe('live');
  expect(Object.fromEntries(seen.written[0]?.values ?? [])).toEqual({
    LIANTUOFU_APP_ID: VENDOR.appId,
    LIANTUOFU_KEY: VENDOR.key,
    ...SOCKET_BOT,
  });
  expect(seen.written[0]?.mapping).toEqual({ ...PEOPLE });
  expect(seen.order).toEqual(['listen', 'stop', 'write', 'restart']);
});

describe('the draft', () => {
  test('begins empty', async () => {
    const { setup } = await openSetup();
    expect(setup.view()).toMatchObject({ revision: 0, way: null, waysDone: [], listening: null });
    expect(Object.values(setup.view().steps)).toEqual(['empty', 'empty', 'empty', 'empty', 'empty', 'empty']);
  });

  test('begins with what is there, and shows of secrets no more than their ends', async () => {
    const dotenv =
      'LIANTUOFU_APP_ID=EW_N1\nLIANTUOFU_KEY=beb2c94ff04754360ef131dde7bb3017\nWECOM_BOT_ID=aib1\nWECOM_BOT_SECRET=secret-of-the-bot\n';
    const { setup } = await openSetup({ beginning: { dotenv, mapping: PEOPLE } });
    const view = setup.view();
    expect(view.vendor).toMatchObject({ appId: 'EW_N1', keyEnds: '3017' });
    expect(view.waysDone).toEqual(['wecom-connection']);
    expect(view.values.WECOM_BOT_SECRET).toEqual({ text: null, ends: '-bot' });
    expect(view.people).toEqual(PEOPLE);
    expect(JSON.stringify(view)).not.toMatch(/secret-of|beb2c9/u);
  });

  test('a secret that is left empty stays what it was', async () => {
    const opened = await openSetup();
    await fill(opened);
    const { setup, seen } = opened;
    expect(await setup.saveVendor({ ...VENDOR, key: '', appId: 'EW_N2' }, revision(opened))).toEqual({ kind: 'saved' });
    expect(await setup.saveWay({ WECOM_BOT_ID: 'aib2', WECOM_BOT_SECRET: '' }, revision(opened))).toEqual({
      kind: 'saved',
    });
    expect(seen.listened.at(-1)).toMatchObject({
      liantuofu: { appId: 'EW_N2', key: VENDOR.key },
      channels: { wecomSocketBot: { botId: 'aib2', secret: SOCKET_BOT.WECOM_BOT_SECRET } },
    });
  });

  test('a form of an older revision changes nothing; the very same form again is no harm', async () => {
    const opened = await openSetup();
    const { setup, seen } = opened;
    const old = revision(opened);
    await setup.saveVendor(VENDOR, old);
    const before = setup.view();
    expect(await setup.saveVendor({ ...VENDOR, appId: 'another' }, old)).toEqual({ kind: 'changed-meanwhile' });
    expect(setup.chooseWay('feishu-connection', old)).toEqual({ kind: 'changed-meanwhile' });
    expect(setup.savePeople(PEOPLE, old)).toEqual({ kind: 'changed-meanwhile' });
    expect(setup.saveRobots([{ platform: 'wecom', url: 'x', secret: null, store: null }], old)).toEqual({
      kind: 'changed-meanwhile',
    });
    expect(setup.goLive(old)).toEqual({ kind: 'changed-meanwhile' });
    expect(setup.view()).toEqual(before);
    expect(await setup.saveVendor(VENDOR, old)).toEqual({ kind: 'saved' });
    expect(seen.checks).toHaveLength(1);
  });

  test('discarded, it is what is there again', async () => {
    const opened = await openSetup();
    await fill(opened);
    await opened.setup.discard();
    expect(opened.seen.order).toEqual(['listen', 'stop']);
    expect(opened.setup.view()).toMatchObject({ way: null, waysDone: [], listening: null, people: { stores: [] } });
  });
});

describe('what is typed', () => {
  test('is refused with the field where its form is wrong or it is missing', async () => {
    const opened = await openSetup();
    const { setup } = opened;
    const wrong = await setup.saveVendor({ appId: 'a b', key: '', url: 'ftp://x' }, 0);
    expect(wrong).toMatchObject({ problems: [{ field: 'appId' }, { field: 'key' }, { field: 'url' }] });
    expect(await setup.saveWay(SOCKET_BOT, 0)).toMatchObject({ problems: [{ field: '' }] });
    setup.chooseWay('wecom-connection', 0);
    expect(await setup.saveWay(SOCKET_BOT, 1)).toMatchObject({
      problems: [{ message: { zh: expect.stringContaining('核销系统') as string } }],
    });
    await setup.saveVendor(VENDOR, 1);
    expect(await setup.saveWay({ WECOM_BOT_ID: '中文' }, 2)).toMatchObject({
      problems: [{ field: 'WECOM_BOT_ID' }, { field: 'WECOM_BOT_SECRET' }],
    });
  });

  test('that the environment overrules is a problem before anything is written', async () => {
    const { setup } = await openSetup({
      env: { LIANTUOFU_KEY: 'of-the-environment', WECOM_BOT_TOKEN: 'abc', WECOM_BOT_AES_KEY: 'x' },
    });
    expect(await setup.saveVendor(VENDOR, 0)).toMatchObject({
      problems: [{ field: 'key', message: { zh: expect.stringContaining('LIANTUOFU_KEY') as string } }],
    });
    expect(await setup.saveVendor({ ...VENDOR, key: '' }, 0)).toEqual({ kind: 'saved' });
    setup.chooseWay('wecom-connection', 1);
    expect(await setup.saveWay(SOCKET_BOT, 2)).toMatchObject({
      problems: [{ field: '', message: { en: expect.stringContaining('WECOM_BOT_TOKEN') as string } }, { field: '' }],
    });
  });

  test.each(["a#b'c", '$HOME', 'a\\nb', '`x`', '"q"', 'a\'b"c', '${A}'])(
    'comes out of .env as it was typed, such as %s',
    async (key) => {
      const opened = await openSetup({ beginning: { dotenv: 'A=1\n' } });
      await fill(opened);
      expect(await opened.setup.saveVendor({ ...VENDOR, key: `  ${key} ` }, revision(opened))).toEqual({
        kind: 'saved',
      });
      opened.setup.goLive(revision(opened));
      await expect.poll(() => opened.seen.written[0]?.values.get('LIANTUOFU_KEY')).toBe(key);
      expect(parseEnv(editEnv('A=1\n', opened.seen.written[0]?.values ?? new Map()))).toMatchObject({
        LIANTUOFU_KEY: key,
      });
    },
  );

  test.each(['\0', 'a\0b', 'a\nb', 'a b', 'x'.repeat(1_000_000)])(
    'that no console gives is refused, and not repeated',
    async (key) => {
      const { setup } = await openSetup();
      const saved = await setup.saveVendor({ ...VENDOR, key }, 0);
      expect(saved).toMatchObject({ kind: 'problems', problems: [{ field: 'key' }] });
      expect(JSON.stringify(saved).length).toBeLessThan(1_000);
    },
  );

  test.each(['\0', 'a\nb', 'a\u2028b', 'x'.repeat(129)])(
    'as a name of more than one line, or too long, is refused',
    async (name) => {
      const { setup } = await openSetup();
      expect(setup.savePeople({ ...PEOPLE, stores: [{ code: 'EW_N2949193145', name: `A${name}B` }] }, 0)).toMatchObject(
        {
          problems: [{ field: 'stores[0].name' }],
        },
      );
    },
  );

  test('is kept whatever the checks say, and they are shown', async () => {
    const bad = { results: [], counts: { ok: 0, warn: 0, fail: 1, skipped: 0 } };
    const { setup } = await openSetup({ check: async () => bad });
    expect(await setup.saveVendor(VENDOR, 0)).toEqual({ kind: 'saved' });
    expect(setup.view().vendor).toMatchObject({ appId: VENDOR.appId, report: bad });
    expect(setup.view().steps.vendor).toBe('trouble');
  });

  test('of people and robots is refused with the field of each problem', async () => {
    const { setup } = await openSetup();
    const people = {
      stores: [
        { code: 'EW_N1', name: '<b>' },
        { code: '', name: '' },
        { code: 'EW_N1', name: 'x'.repeat(200) },
      ],
      staff: [{ user: '张三', name: '', employeeId: -1, store: 'nowhere', role: 'staff' as const }],
      conversations: [{ id: 'x', store: 'EW_N1' }],
    };
    const saved = setup.savePeople(people, 0);
    const fields = saved.kind === 'problems' ? saved.problems.map(({ field }) => field) : [];
    expect(fields).toEqual(
      expect.arrayContaining([
        'stores[2].name',
        'stores[1].code',
        'staff[0].user',
        'staff[0].employeeId',
        'conversations[0].id',
      ]),
    );
    expect(setup.savePeople({ ...people, stores: people.stores.slice(0, 1), staff: [], conversations: [] }, 0)).toEqual(
      { kind: 'saved' },
    );
    const robot = { platform: 'wecom', url: 'https://example.com/x', secret: 'a b', store: 'nowhere' };
    expect(setup.saveRobots([robot], 1)).toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ field: 'robots[0].store' })]) as unknown,
    });
    expect(setup.saveRobots([{ ...robot, secret: null, store: 'EW_N1' }], 1)).toMatchObject({
      problems: [{ field: 'robots[0].url' }],
    });
  });
});

describe('ways', () => {
  test('what is made for callbacks is made once, fits the settings, and is shown in full', async () => {
    const opened = await openSetup();
    const { setup, seen } = opened;
    await setup.saveVendor(VENDOR, 0);
    setup.chooseWay('wecom-bot-callbacks', 1);
    const { values } = setup.view();
    expect(values.WECOM_BOT_AES_KEY?.text).toMatch(/^[A-Za-z0-9]{43}$/u);
    expect(values.WECOM_BOT_TOKEN?.text).toMatch(/^[A-Za-z0-9]{32}$/u);
    setup.chooseWay('wecom-connection', 2);
    setup.chooseWay('wecom-bot-callbacks', 3);
    expect(setup.view().values).toEqual(values);
    expect(await setup.saveWay({ PUBLIC_URL: 'https://bot.example.com' }, 4)).toEqual({ kind: 'saved' });
    expect(seen.listened[0]?.channels).toMatchObject({
      wecomBot: { token: values.WECOM_BOT_TOKEN?.text },
      wecomSocketBot: null,
    });
    expect(seen.checks.at(-1)?.groups).toEqual(['wecom', 'public']);
  });

  test('one that is in the way of another is taken out', async () => {
    const dotenv = 'WECOM_BOT_TOKEN=abc\nWECOM_BOT_AES_KEY=jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C\n';
    const opened = await openSetup({ beginning: { dotenv } });
    expect(opened.setup.view().waysDone).toEqual(['wecom-bot-callbacks']);
    await fill(opened);
    expect(opened.setup.view().waysDone).toEqual(['wecom-connection']);
  });

  test('a second platform is listened to beside the first', async () => {
    const opened = await openSetup();
    await fill(opened);
    const { setup, seen } = opened;
    setup.chooseWay('feishu-connection', revision(opened));
    await setup.saveWay({ FEISHU_APP_ID: 'cli_a1b2', FEISHU_APP_SECRET: 'secret' }, revision(opened));
    expect(seen.order).toEqual(['listen', 'stop', 'listen']);
    expect(seen.listened[1]?.channels).toMatchObject({
      wecomSocketBot: { botId: 'aibBOT01' },
      feishu: { appId: 'cli_a1b2' },
    });
  });

  test('a bot that the live service has is not opened a second time', async () => {
    const dotenv = `LIANTUOFU_APP_ID=${VENDOR.appId}\nLIANTUOFU_KEY=${VENDOR.key}\nWECOM_BOT_ID=aibBOT01\nWECOM_BOT_SECRET=old-secret\n`;
    const bot = { channel: 'wecom-x', name: 'WeCom AI bot', by: 'connection' as const, up: true, lastMessageAt: null };
    const opened = await openSetup({
      beginning: { dotenv },
      seeService: async () => ({ url: '', ready: true, problems: [], bots: [bot] }),
    });
    opened.seen.world = 'live';
    const { setup, seen } = opened;
    setup.chooseWay('wecom-connection', 0);
    await setup.saveWay(SOCKET_BOT, 1);
    expect(seen.listened).toEqual([]);
    expect(setup.view().listening?.bots).toMatchObject([{ name: 'WeCom AI bot', state: 'up' }]);
  });
});

test('the name of a bot and the company are taken with the values of a way, and empty they are taken out again', async () => {
  const opened = await openSetup({ beginning: { dotenv: 'ADMINS=wecom:boss\n' } });
  const { setup } = opened;
  expect(setup.view().admins).toEqual(['wecom:boss']);
  await setup.saveVendor(VENDOR, 0);
  setup.chooseWay('dingtalk-connection', revision(opened));
  const values = { DINGTALK_CLIENT_ID: 'ding1', DINGTALK_APP_SECRET: 'secret-of-it', DINGTALK_CORP_ID: 'dingcorp1' };
  await setup.saveWay({ ...values, BOT_NAMES: '核销 助手，小核' }, revision(opened));
  expect(opened.seen.listened.at(-1)).toMatchObject({
    botNames: ['核销 助手', '小核'],
    channels: { dingtalk: { corpId: 'dingcorp1' } },
  });
  await setup.saveWay({ ...values, DINGTALK_CORP_ID: '', BOT_NAMES: '' }, revision(opened));
  expect(opened.seen.listened.at(-1)).toMatchObject({ botNames: [], channels: { dingtalk: { corpId: null } } });
});

test('a robot is tested before anything else is set up; what the platform says comes with its remedy', async () => {
  const posted: string[] = [];
  const answers = [
    { errcode: 0, errmsg: 'ok' },
    { errcode: 93000, errmsg: 'invalid webhook url' },
  ];
  const http = {
    exchange: async (url: string) => {
      posted.push(url);
      return { kind: 'answer', status: 200, json: answers[posted.length - 1] };
    },
  } as unknown as PlatformHttp;
  const { setup, seen } = await openSetup({ http });
  const url = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa';
  setup.savePeople(PEOPLE, 0);
  setup.saveRobots([{ platform: 'wecom', url, secret: null, store: 'EW_N2949193145' }], 1);
  expect(await setup.testRobot(0)).toMatchObject({
    outcome: 'ok',
    seen: { zh: '企业微信群机器人 …5aaa：测试消息已发到群里' },
  });
  const refused = await setup.testRobot(0);
  expect(refused.outcome).toBe('fail');
  expect(refused.todo?.zh).toBeTruthy();
  expect(JSON.stringify(refused)).not.toContain('693a91f6');
  expect(posted).toEqual([url, url]);
  expect(seen.checks).toEqual([]);
  expect(await setup.testRobot(7)).toMatchObject({ outcome: 'fail' });
});

describe('people', () => {
  test('who was heard becomes a manager, and nobody else', async () => {
    const opened = await openSetup();
    await fill(opened);
    const { setup, seen } = opened;
    const wangwu = { user: 'wecom:wangwu', conversation: null, text: '帮助', at: 1 };
    expect(setup.takeManager('wecom:wangwu', '王五', revision(opened))).toMatchObject({
      problems: [{ field: 'user' }],
    });
    seen.heard.push(wangwu);
    expect(setup.takeManager('wecom:wangwu', '<i>王五</i>', revision(opened))).toEqual({ kind: 'saved' });
    expect(setup.view().people.staff.at(-1)).toEqual({
      user: 'wecom:wangwu',
      name: '<i>王五</i>',
      employeeId: null,
      store: 'EW_N2949193145',
      role: 'manager',
    });
  });

  test('what the pages do not show of the mapping is kept', async () => {
    const mapping = {
      note: 'mine',
      stores: [{ code: 'EW_N2949193145', name: '人民路店', city: '上海', notify: [] }],
      staff: [{ user: 'wecom:zhangsan', store: 'EW_N2949193145', phone: 'x' }],
    };
    const opened = await openSetup({ beginning: { mapping } });
    await fill(opened);
    opened.setup.goLive(revision(opened));
    await expect.poll(() => opened.seen.written[0]?.mapping).toBeDefined();
    expect(opened.seen.written[0]?.mapping).toMatchObject({
      note: 'mine',
      stores: [{ city: '上海' }],
      staff: [{ phone: 'x', name: '张三', employeeId: 11, role: 'manager' }],
    });
  });
});

describe('going live', () => {
  test('is refused with the step where something is missing', async () => {
    const { setup, seen } = await openSetup();
    expect(setup.goLive(0)).toMatchObject({
      problems: [{ field: 'vendor' }, { field: 'platform' }, { field: 'people' }, { field: 'people' }],
    });
    expect(seen.order).toEqual([]);
  });

  test('twice is once', async () => {
    const opened = await openSetup();
    await fill(opened);
    const { setup, seen } = opened;
    const now = revision(opened);
    expect([setup.goLive(now), setup.goLive(now)]).toEqual([{ kind: 'saved' }, { kind: 'saved' }]);
    expect(setup.savePeople({ ...PEOPLE, stores: [] }, now)).toMatchObject({ kind: 'problems' });
    await expect.poll(() => setup.view().live.state).toBe('live');
    expect(setup.goLive(now)).toEqual({ kind: 'saved' });
    expect(seen.order).toEqual(['listen', 'stop', 'write', 'restart']);
  });

  test('what is typed as soon as it is live is not thrown away', async () => {
    const opened = await openSetup();
    await fill(opened);
    const { setup, files } = opened;
    const begin = files.begin.bind(files);
    files.begin = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { ...(await begin()), mapping: PEOPLE };
    };
    setup.goLive(revision(opened));
    await expect.poll(() => setup.view().live.state, { interval: 1 }).toBe('live');
    const people = { ...PEOPLE, stores: [...PEOPLE.stores, { code: 'EW_N2', name: '新店' }] };
    expect(setup.savePeople(people, revision(opened))).toEqual({ kind: 'saved' });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(setup.view().people.stores).toHaveLength(2);
  });

  test('that does not start puts everything back, starts what ran before, and listens again', async () => {
    const opened = await openSetup();
    const { setup, seen, host } = opened;
    const results = [
      { started: false as const, why: { zh: '端口被占用。', en: 'The port is taken.' } },
      { started: true as const },
    ];
    host.restart = async () => {
      seen.order.push('restart');
      return results.shift() ?? { started: true };
    };
    await fill(opened);
    setup.goLive(revision(opened));
    await expect.poll(() => setup.view().live.state).toBe('failed');
    await expect.poll(() => seen.order).toEqual(['listen', 'stop', 'write', 'restart', 'undo', 'restart', 'listen']);
    expect(setup.view().live.why?.zh).toContain('端口被占用');
    expect(setup.view()).toMatchObject({ people: PEOPLE, waysDone: ['wecom-connection'] });
    setup.goLive(revision(opened));
    await expect.poll(() => setup.view().live.state).toBe('live');
  });

  test('that cannot write restarts nothing; what others changed meanwhile is taken in, and what was typed is still there', async () => {
    const opened = await openSetup();
    const { setup, seen, files } = opened;
    const other = { user: 'wecom:lisi', name: '李四', employeeId: 12, store: 'EW_N2949193145', role: 'staff' as const };
    const write = files.write.bind(files);
    files.write = async () => {
      throw new FilesChanged({ zh: '被改过', en: 'changed' });
    };
    await fill(opened);
    files.begin = async () => ({
      places: PLACES,
      dotenv: 'PORT=8080\n',
      mapping: { ...PEOPLE, staff: [other] },
      problems: [],
    });
    const now = revision(opened);
    setup.goLive(now);
    await expect.poll(() => setup.view().live).toMatchObject({ state: 'failed', why: { zh: '被改过' } });
    expect(seen.order).not.toContain('restart');
    expect(setup.view().people.staff).toEqual([...PEOPLE.staff, other]);
    expect(setup.goLive(now)).toEqual({ kind: 'changed-meanwhile' });
    files.write = write;
    setup.goLive(revision(opened));
    await expect.poll(() => setup.view().live.state).toBe('live');
    expect(seen.written[0]?.values.get('LIANTUOFU_KEY')).toBe(VENDOR.key);
  });

  test('is refused while a file of the beginning cannot be used; mended and checked again, it goes on with what was typed', async () => {
    const opened = await openSetup({ beginning: { problems: [{ zh: '坏了', en: 'broken' }] } });
    await fill(opened);
    const { setup, files, seen } = opened;
    expect(setup.goLive(revision(opened))).toMatchObject({ problems: [{ field: '', message: { zh: '坏了' } }] });
    const other = { code: 'EW_N1', name: '解放路店' };
    files.begin = async () => ({
      places: PLACES,
      dotenv: 'PORT=8080\n',
      mapping: { stores: [other], staff: [] },
      problems: [],
    });
    await setup.check();
    expect(setup.goLive(revision(opened))).toEqual({ kind: 'saved' });
    await expect.poll(() => setup.view().live.state).toBe('live');
    expect(seen.written[0]?.mapping).toMatchObject({ stores: [...PEOPLE.stores, other], staff: PEOPLE.staff });
    expect(seen.written[0]?.values.get('LIANTUOFU_KEY')).toBe(VENDOR.key);
  });
});

describe('the same sent again', () => {
  test('is checked again, for what was wrong may be mended elsewhere; the second of two clicks is not', async () => {
    const { setup, seen } = await openSetup();
    await setup.saveVendor(VENDOR, 0);
    await setup.saveVendor(VENDOR, 0);
    expect(seen.checks).toHaveLength(1);
    await setup.saveVendor({ ...VENDOR, key: '' }, setup.view().revision);
    expect(seen.checks).toHaveLength(2);
    setup.chooseWay('wecom-connection', setup.view().revision);
    const { revision } = setup.view();
    await setup.saveWay(SOCKET_BOT, revision);
    await setup.saveWay(SOCKET_BOT, revision);
    expect(seen.checks).toHaveLength(3);
    await setup.saveWay(SOCKET_BOT, setup.view().revision);
    expect(seen.checks).toHaveLength(4);
    expect(seen.listened).toHaveLength(1);
  });

  test('connects again where the connection was lost to another program', async () => {
    const bot = {
      channel: 'wecom-bot',
      name: 'aib',
      by: 'connection',
      path: null,
      why: null,
      checkedAt: null,
    } as const;
    let opened = 0;
    const listen = async (): Promise<Listening> => {
      opened += 1;
      const state = opened === 1 ? 'down' : 'up';
      return { view: () => ({ bots: [{ ...bot, state }], heard: [] }), stop: async () => [] } as unknown as Listening;
    };
    const { setup } = await openSetup({ listen });
    await setup.saveVendor(VENDOR, 0);
    setup.chooseWay('wecom-connection', setup.view().revision);
    await setup.saveWay(SOCKET_BOT, setup.view().revision);
    expect(setup.view().listening?.bots[0]?.state).toBe('down');
    await setup.saveWay(SOCKET_BOT, setup.view().revision);
    expect([opened, setup.view().listening?.bots[0]?.state]).toEqual([2, 'up']);
  });
});
