import { describe, expect, test } from 'vitest';
import { Fields } from '../../../src/pages/form.ts';
import type { Language } from '../../../src/pages/text.ts';
import type { Outcome } from '../../../src/setup/checks/check.ts';
import { summaryPage } from '../../../src/setup/pages/summary.ts';
import type { Report, Result, SetupView } from '../../../src/setup/ports.ts';
import { EMPTY_VIEW } from './fake-setup.ts';
import { KeepingSetup } from './keeping-setup.ts';

const result = (group: Result['group'], outcome: Outcome, seen: string): Result => ({
  name: `${group}-${outcome}`,
  group,
  outcome,
  about: { zh: `查${group}`, en: `about ${group}` },
  seen: { zh: seen, en: seen },
  todo: outcome === 'ok' ? null : { zh: '改一改', en: 'mend it' },
});

const reportOf = (...results: Result[]): Report => {
  const count = (outcome: Outcome) => results.filter((each) => each.outcome === outcome).length;
  return { results, counts: { ok: count('ok'), warn: count('warn'), fail: count('fail'), skipped: count('skipped') } };
};

function show(view: Partial<SetupView>, language: Language = 'zh'): string {
  const context = { typed: null, problems: [], findings: {}, origin: 'http://127.0.0.1:3000' };
  return String(summaryPage.show({ view: { ...EMPTY_VIEW, ...view }, language, ...context }));
}

describe('the summary', () => {
  test('names what is written by its path, and the database where there is one', () => {
    const summary = reportOf(result('vendor', 'ok', 'x'));
    const page = show({ summary });
    expect(page).toContain('/srv/bot/.env');
    expect(page).toContain('/srv/bot/data/mapping.json');
    const withDatabase = show({ summary, places: { dotenv: '/srv/bot/.env', mapping: null } });
    expect(withDatabase).toContain('DATABASE_URL');
    expect(withDatabase).not.toContain('mapping.json');
  });

  test('shows each check in its group, what to do, and the step where that is done', () => {
    const page = show({
      summary: reportOf(
        result('vendor', 'fail', '密钥不对 <b>'),
        result('machine', 'ok', 'Node 24'),
        result('people', 'warn', '没有店员'),
      ),
    });
    expect(page).toContain('密钥不对 &lt;b&gt;');
    expect(page).toContain('改一改');
    expect(page).toContain('href="/setup/vendor"');
    expect(page).toContain('href="/setup/people"');
    expect(page.indexOf('这台电脑')).toBeLessThan(page.indexOf('联拓富'));
  });

  test('offers to go live once everything was looked at', () => {
    expect(show({})).not.toContain('action="/setup/summary"');
    expect(show({ summary: reportOf(result('vendor', 'ok', '好')) })).toContain('action="/setup/summary"');
    expect(show({ summary: reportOf(result('vendor', 'fail', '坏')) })).toContain('仍然上线');
  });

  test.each(['zh', 'en'] as const)('says what is written, and of secrets their ends only (%s)', (language) => {
    const page = show(
      {
        summary: reportOf(),
        way: 'wecom-bot-callbacks',
        vendor: { appId: 'EW_N9', keyEnds: 'k789', url: '', report: null },
        values: {
          PUBLIC_URL: { text: 'https://shop.example.com', ends: null },
          WECOM_BOT_TOKEN: { text: 'madetokenABCD', ends: null },
          WECOM_BOT_SECRET: { text: null, ends: 'zzzz' },
        },
      },
      language,
    );
    expect(page).toContain('EW_N9');
    expect(page).toContain('••••k789');
    expect(page).toContain('https://shop.example.com');
    expect(page).toContain('••••ABCD');
    expect(page).not.toContain('madetoken');
    expect(page).toContain('WECOM_BOT_SECRET');
  });

  test('follows while it is written and started, and offers nothing meanwhile', () => {
    for (const state of ['writing', 'starting'] as const) {
      const view = { ...EMPTY_VIEW, summary: reportOf(), live: { state, why: null, written: [] } };
      expect(summaryPage.follows?.(view)).toBe(true);
      expect(show(view)).not.toContain('<form');
    }
    expect(summaryPage.follows?.(EMPTY_VIEW)).toBe(false);
  });

  test('says why it failed, that all is as before, and offers it again', () => {
    const page = show({
      summary: reportOf(),
      live: { state: 'failed', why: { zh: '端口 <被占用>', en: '-' }, written: [] },
    });
    expect(page).toContain('一切都和原来一样');
    expect(page).toContain('端口 &lt;被占用&gt;');
    expect(page).toContain('action="/setup/summary"');
  });

  test.each([
    ['zh', 'npm run doctor'],
    ['zh', '核销 914095353294404024 1'],
    ['zh', '/srv/bot/.env'],
    ['en', 'npm run doctor'],
    ['en', 'npm start'],
  ] as const)('says once it is live what to do next (%s: %s)', (language, says) => {
    const live = { state: 'live' as const, why: null, written: ['/srv/bot/.env', '/srv/bot/.env.backup'] };
    expect(show({ world: 'live', live }, language)).toContain(says);
  });

  test('goes live with the draft of its form only', async () => {
    const setup = new KeepingSetup();
    const act = (name: string, revision: number) => summaryPage.actions[name]?.(new Fields(), setup, revision);
    expect(await act('check', 0)).toEqual({ kind: 'saved' });
    expect(await act('', 7)).toEqual({ kind: 'changed-meanwhile' });
    expect(await act('', 0)).toEqual({ kind: 'saved' });
    expect(setup.view().live.state).toBe('writing');
  });
});
