import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as dingtalk from '../../src/platforms/dingtalk/errors.ts';
import * as feishu from '../../src/platforms/feishu/errors.ts';
import * as wecom from '../../src/platforms/wecom/errors.ts';
import { remedyText } from '../../src/setup/remedies.ts';

const OF_TABLES = [wecom, dingtalk, feishu].flatMap(({ ERRORS }) =>
  Object.values(ERRORS).flatMap(({ remedy }) => remedy ?? []),
);
/** Said in words of its own, which fit a setup. */
const TAKEN_OVER = /^stop the other program/u;
/** As sources of connections have them: `remedy: '…'` and `remedy = '…'`. */
const OF_CONNECTIONS = globSync(['src/platforms/*/*/{socket,gateway}.ts', 'src/transports/socket/open.ts'])
  .flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/remedy(?::| =) '([^']+)'/gu)].map(([, remedy = '']) => remedy),
  )
  .filter((remedy) => !TAKEN_OVER.test(remedy));

test.each([...new Set([...OF_TABLES, ...OF_CONNECTIONS])])('in Chinese too: %s', (remedy) => {
  const { zh, en } = remedyText(remedy);
  expect(zh).toMatch(/\p{Script=Han}{2}/u);
  expect(zh).not.toBe(remedy);
  expect(en.toLowerCase()).toBe(remedy.toLowerCase());
});

test('connections have remedies', () => {
  expect(OF_CONNECTIONS.length).toBeGreaterThanOrEqual(3);
});
