import { describe, expect, test } from 'vitest';
import { Fields } from '../../../src/pages/form.ts';
import type { Language } from '../../../src/pages/text.ts';
import type { Acted, PageContext } from '../../../src/setup/pages/page.ts';
import { robotsPage } from '../../../src/setup/pages/robots.ts';
import type { RobotDraft, Setup, SetupView } from '../../../src/setup/ports.ts';
import { EMPTY_VIEW } from './fake-setup.ts';
import { KeepingSetup } from './keeping-setup.ts';

const WECOM = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123-4567-wx89';
const DINGTALK = 'https://oapi.dingtalk.com/robot/send?access_token=abcdefdt12';
const FEISHU = 'https://open.feishu.cn/open-apis/bot/v2/hook/0000-fs34';
const ROBOT: RobotDraft = { platform: 'dingtalk', url: DINGTALK, secret: 'SECabcdef5678', store: 'EW_N1' };
const people = { stores: [{ code: 'EW_N1', name: '<b>人民路店' }], staff: [], conversations: [] };

function show(view: Partial<SetupView>, more: Partial<PageContext> = {}, language: Language = 'zh'): string {
  const context = { typed: null, problems: [], findings: {}, origin: 'http://127.0.0.1:3000' };
  return String(robotsPage.show({ view: { ...EMPTY_VIEW, people, ...view }, language, ...context, ...more }));
}

async function act(name: string, fields: Record<string, string>, setup: Setup): Promise<Acted> {
  const action = robotsPage.actions[name];
  if (action === undefined) throw new Error(`no action ${name}`);
  const revision = setup.view().revision;
  return action(new Fields({ revision: String(revision), ...fields }), setup, revision);
}

describe('group robots', () => {
  test.each(['zh', 'en'] as const)('show the last four characters of address and secret only (%s)', (language) => {
    const page = show({ robots: [ROBOT] }, {}, language);
    expect(page).toContain('••••dt12');
    expect(page).toContain('••••5678');
    expect(page).not.toContain('abcdef');
    expect(page).not.toContain('<b>人');
  });

  test.each([
    ['wecom', WECOM],
    ['dingtalk', DINGTALK],
    ['feishu', FEISHU],
    ['wecom', 'https://chat.example.com/cgi-bin/webhook/send?key=1'],
    ['feishu', 'https://open.larksuite.com/open-apis/bot/v2/hook/x'],
  ])('are of %s by the address %s', async (platform, url) => {
    const setup = new KeepingSetup();
    await act('', { 'robots[0].url': url, 'robots[0].store': 'EW_N1' }, setup);
    expect(setup.view().robots).toEqual([{ platform, url, secret: null, store: 'EW_N1' }]);
  });

  test.each([
    'qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1',
    'javascript:alert(1)',
    'https://example.com/hook',
    '核销',
  ])('%s is no address of one, which is told without showing it', async (url) => {
    const setup = new KeepingSetup();
    const acted = await act('', { 'robots[0].url': url }, setup);
    if (acted.kind !== 'problems') throw new Error(acted.kind);
    expect(acted.problems.map(({ field }) => field)).toEqual(['robots[0].url']);
    const page = show(setup.view(), {
      typed: new Fields({ revision: '0', 'robots[0].url': url }),
      problems: acted.problems,
    });
    expect(page).toContain('aria-invalid');
    expect(page).not.toContain(`value="${url}"`);
  });

  test('keep address and secret where they are left empty, and lose the secret with another address', async () => {
    const setup = new KeepingSetup({ robots: [ROBOT] });
    await act('', { 'robots[0].store': '' }, setup);
    expect(setup.view().robots).toEqual([{ ...ROBOT, store: null }]);
    await act('', { 'robots[0].url': FEISHU, 'robots[0].store': '' }, setup);
    expect(setup.view().robots).toEqual([{ platform: 'feishu', url: FEISHU, secret: null, store: null }]);
  });

  test('are taken out one by one, and what is wrong is told at the row of the form', async () => {
    const setup = new KeepingSetup({ robots: [ROBOT, { ...ROBOT, url: WECOM, platform: 'wecom', secret: null }] });
    expect(await act('remove', { chosen: '0', 'robots[1].store': 'EW_N1' }, setup)).toEqual({ kind: 'saved' });
    expect(setup.view().robots.map(({ platform }) => platform)).toEqual(['wecom']);

    const refusing = new KeepingSetup(
      { robots: [ROBOT, ROBOT] },
      { robots: () => [{ field: 'robots[0].platform', message: { zh: '不对', en: 'wrong' } }] },
    );
    const acted = await act('remove', { chosen: '0' }, refusing);
    expect(acted).toMatchObject({ kind: 'problems', problems: [{ field: 'robots[1].url' }] });
  });

  test('are tried with a message, what came of it stands beside it', async () => {
    const finding = {
      outcome: 'fail' as const,
      seen: { zh: '机器人已被移出群', en: 'removed' },
      todo: { zh: '重新添加', en: 'add it again' },
    };
    const setup = new KeepingSetup({ robots: [ROBOT] }, { finding });
    const acted = await act('test', { chosen: '0', 'robots[0].store': 'EW_N1' }, setup);
    if (acted.kind !== 'shown') throw new Error(acted.kind);
    expect(setup.asked).toEqual([['testRobot', 0]]);
    const page = show(setup.view(), { typed: acted.fields, findings: acted.findings ?? {} });
    expect(page).toContain('机器人已被移出群');
    expect(page).toContain('重新添加');
    expect(page).toContain(`name="revision" value="${setup.view().revision}"`);
  });

  test('are not needed: the last step follows, and everything is looked at for it', async () => {
    const setup = new KeepingSetup();
    expect(await act('', {}, setup)).toEqual({ kind: 'saved', to: 'summary' });
    expect(setup.asked).toEqual([['check']]);
  });

  test('of an older form are not taken', async () => {
    const setup = new KeepingSetup({ robots: [ROBOT] });
    setup.saveRobots([], 0);
    const action = robotsPage.actions['test'];
    expect(await action?.(new Fields({ revision: '0', chosen: '0' }), setup, 0)).toEqual({ kind: 'changed-meanwhile' });
    expect(setup.asked).toEqual([]);
  });
});
