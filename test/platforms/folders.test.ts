import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ROBOT_PLATFORMS } from '../../src/platforms/hosts.ts';

const ROOT = 'src/platforms';
/** What belongs to one company's API, in all its uses. */
const OF_A_PLATFORM = ['bots.ts', 'settings.ts', 'errors.ts', 'hosts.ts', 'limits.ts', 'robot.ts'];
const OF_A_BOT = ['bot.ts', 'verify.ts', 'read.ts', 'render.ts', 'pictures.ts', 'late.ts'];
/** Of a bot that can be reached by a connection of its own. */
const OF_A_CONNECTION = ['socket.ts', 'frames.ts'];

const foldersIn = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
const platforms = foldersIn(ROOT);
const bots = platforms.flatMap((platform) => foldersIn(`${ROOT}/${platform}`).map((bot) => `${platform}/${bot}`));
const has = (path: string) => existsSync(`${ROOT}/${path}`);

// One who knows one platform knows where to look in all of them.
describe('every platform has its folder, with the same files', () => {
  test('and there is no other folder', () => expect(platforms.toSorted()).toEqual(ROBOT_PLATFORMS.toSorted()));

  test.each(platforms.flatMap((platform) => OF_A_PLATFORM.map((file) => `${platform}/${file}`)))('%s', (path) =>
    expect(has(path)).toBe(true),
  );
});

describe('and so has every bot', () => {
  test('of which there are four', () =>
    expect(bots.toSorted()).toEqual(['dingtalk/bot', 'feishu/bot', 'wecom/ai-bot', 'wecom/app']));

  test.each(bots.flatMap((bot) => OF_A_BOT.map((file) => `${bot}/${file}`)))('%s', (path) =>
    expect(has(path)).toBe(true),
  );

  test.each(OF_A_CONNECTION)('which for those with a connection is also %s', (file) =>
    expect(bots.filter((bot) => has(`${bot}/${file}`)).toSorted()).toEqual([
      'dingtalk/bot',
      'feishu/bot',
      'wecom/ai-bot',
    ]),
  );

  test('and nothing deeper', () => expect(bots.flatMap((bot) => foldersIn(`${ROOT}/${bot}`))).toEqual([]));
});
