import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import type { Check, Group } from '../../../src/setup/checks/check.ts';
import { ok, warn } from '../../../src/setup/checks/findings.ts';
import { runChecks } from '../../../src/setup/checks/run.ts';
import { contextWith } from './context-with.ts';

const said = (text: string) => ({ zh: text, en: text });
const check = (name: string, group: Group, run: Check['run']): Check => ({ name, group, about: said(name), run });

test('what checks came to is told group by group, with counts', async () => {
  const checks = [
    check('robot', 'robots', async () => ok(said('there'))),
    check('first', 'settings', async () => warn(said('odd'), said('look'))),
    check('second', 'settings', async () => ok(said('good'))),
  ];
  const { results, counts } = await runChecks(checks, contextWith());
  expect(results.map(({ name }) => name)).toEqual(['first', 'second', 'robot']);
  expect(counts).toEqual({ ok: 2, warn: 1, fail: 0, skipped: 0 });
});

test('a check that takes too long is a finding, and is told that its time is up', async () => {
  let aborted = false;
  const slow = check('slow', 'machine', async (_context, signal) => {
    signal.addEventListener('abort', () => (aborted = true));
    await sleep(60_000, undefined, { signal }).catch(() => undefined);
    return ok(said('late'));
  });
  const quick = check('quick', 'vendor', async () => ok(said('quick')));
  const { results } = await runChecks([slow, quick], contextWith(), { limitMs: 20 });
  expect(results.map(({ outcome }) => outcome)).toEqual(['fail', 'ok']);
  expect(results[0]?.seen.en).toMatch(/no result within 0\.02 s/);
  expect(aborted).toBe(true);
});

test('a check that rejects or throws is a finding in a sentence, without a stack trace or a secret', async () => {
  const key = 'a-very-secret-key-9876';
  const config = readConfig({
    LIANTUOFU_APP_ID: 'app',
    LIANTUOFU_KEY: key,
    DINGTALK_APP_SECRET: 'ding-secret-4321',
    DATABASE_URL: 'postgres://bot:pass%20word@db/x',
  });
  const rejects = check('rejects', 'vendor', () => Promise.reject(new Error(`no: ${key}, pass word, at db`)));
  const throws = check('throws', 'wecom', () => {
    throw new Error('broken\n    at somewhere (file.ts:1)');
  });
  const quotes = check('quotes', 'dingtalk', async () => warn(said('has ding-secret-4321'), said(`look at ${key}`)));
  const report = await runChecks([rejects, throws, quotes], contextWith({ config }));
  const [first, second, third] = report.results;
  expect(first).toMatchObject({ outcome: 'fail', seen: { en: 'The check broke off: no: …9876, …word, at db' } });
  expect(second?.seen.en).toBe('The check broke off: broken');
  expect(third).toMatchObject({ seen: { zh: 'has …4321' }, todo: { en: 'look at …9876' } });
  expect(JSON.stringify(report)).not.toMatch(/very-secret|ding-secret|pass%20word|pass word/);
});
