import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ROBOT_PLATFORMS } from '../../src/platforms/hosts.ts';

const ROOT = 'src/platforms';
/** What belongs to one company's API, in all its uses. */
const OF_A_PLATFORM = ['errors.ts', 'hosts.ts', 'limits.ts', 'robot.ts'];
const OF_A_BOT = ['bot.ts', 'verify.ts', 'read.ts', 'render.ts', 'late.ts'];

const foldersIn = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
const platforms = foldersIn(ROOT);
const bots = platforms.flatMap((platform) => foldersIn(`${ROOT}/${platform}`).map((bot) => `${platform}/${bot}`));

// One who knows one platform knows where to look in all of them.
describe('every platform has its folder, with the same files', () => {
  test('and there is no other folder', () => expect(platforms.toSorted()).toEqual(ROBOT_PLATFORMS.toSorted()));

  test.each(platforms.flatMap((platform) => OF_A_PLATFORM.map((file) => `${platform}/${file}`)))('%s', (path) =>
    expect(existsSync(`${ROOT}/${path}`)).toBe(true),
  );
});

describe('and so has every bot', () => {
  test('of which there are four', () =>
    expect(bots.toSorted()).toEqual(['dingtalk/bot', 'feishu/bot', 'wecom/ai-bot', 'wecom/app']));

  test.each(bots.flatMap((bot) => OF_A_BOT.map((file) => `${bot}/${file}`)))('%s', (path) =>
    expect(existsSync(`${ROOT}/${path}`)).toBe(true),
  );
});
