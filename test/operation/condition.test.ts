import { expect, test } from 'vitest';
import { createCondition, mappingTrouble } from '../../src/operation/condition.ts';

const SINCE = '2026-11-23T04:05:06.000Z';

test('what a part tells is shown as it is, without secrets and card numbers', () => {
  const detail =
    'robot https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=KEY123 refused card 914095353294404024; secret=S3CRET';
  const parts = [{ problems: () => [{ what: 'vendor', since: SINCE, detail }] }];
  const [problem] = createCondition({ check: async () => undefined }, parts).problems();
  expect(problem).toMatchObject({ what: 'vendor', since: SINCE });
  for (const secret of ['KEY123', '914095353294404024', 'S3CRET']) expect(problem?.detail).not.toContain(secret);
  expect(problem?.detail).toContain('…4024');
});

test('storage that fails is an obstacle, since when it began to, until it works again', async () => {
  let fails = true;
  const check = async () => {
    if (fails) throw new Error('the database refused (SQLSTATE 53100: its disk is full)');
  };
  const condition = createCondition({ check }, []);
  const [first] = await condition.obstacles();
  expect(first).toMatchObject({ what: 'ledger', detail: expect.stringContaining('its disk is full') as string });
  expect(await condition.obstacles()).toEqual([first]);
  fails = false;
  expect(await condition.obstacles()).toEqual([]);
});

test('a broken mapping is to be looked after, and no obstacle', async () => {
  const mapping = mappingTrouble({ status: () => ({ ok: false, problem: 'line 9 is wrong', since: SINCE }) });
  const condition = createCondition({ check: async () => undefined }, [mapping]);
  expect(await condition.obstacles()).toEqual([]);
  expect(condition.problems()).toEqual([{ what: 'mapping', since: SINCE, detail: 'line 9 is wrong' }]);
});
