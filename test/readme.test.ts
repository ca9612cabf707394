import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { printCommand } from '../src/command/print.ts';
import { parseMessage } from '../src/command/parse.ts';
import { outcome } from '../src/command/sentences.ts';
import { OUTCOME_WORDS } from '../src/command/sentences/words.ts';
import { parseSettings, SETTING_NAMES } from '../src/config/settings.ts';
import { withChecks } from '../docs/checks-table.ts';
import { envExample } from '../docs/env-example.ts';
import { settingsPage } from '../docs/settings-page.ts';
import { createMetrics } from '../src/operation/metrics.ts';
import type { Outcome } from '../src/redemption/redemption.ts';
import { ALL_CHECKS } from '../src/setup/checks/all.ts';

const READMES = ['README.md', 'README.zh-CN.md'];
const PAGES = [...READMES, ...globSync('docs/**/*.md')];

/** The rows of the table whose first column is called `title`, without its heading. */
function tableRows(page: string, title: string): string[][] {
  const lines = read(page).split('\n');
  const heading = lines.findIndex((line) => new RegExp(`^\\| ${title} +\\|`, 'u').test(line));
  expect(heading, `a table of "${title}"`).toBeGreaterThan(-1);
  const rest = lines.slice(heading + 2);
  const length = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, length).map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
}

const read = (path: string) => readFileSync(path, 'utf8');
const firstCode = (cell = '') => /`([^`]+)`/u.exec(cell)?.[1];
const codes = (rows: readonly string[][]) => rows.map(([cell]) => firstCode(cell));

/** What GitHub makes of a heading. */
const anchors = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gmu)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each([
  { page: 'README.md', outcomes: 'Reply begins with', commands: 'For example' },
  { page: 'README.zh-CN.md', outcomes: '回复开头', commands: '例子' },
])('$page', ({ page, outcomes, commands }) => {
  test('names the words that a reply begins with', () => {
    const begins: Outcome[] = [
      { state: 'succeeded', vendorMsg: null },
      { state: 'refused', vendorMsg: null },
      { state: 'unsent', reason: 'busy' },
      { state: 'unknown', reason: 'timeout' },
    ];
    const words = codes(tableRows(page, outcomes));
    expect(words).toHaveLength(begins.length);
    begins.forEach((result, row) => expect(replyTo(result).startsWith(words[row] ?? '?')).toBe(true));
  });

  test('shows commands that are read as such', () => {
    const kinds = codes(tableRows(page, commands)).map((typed) => parseMessage(typed ?? '', []).lines[0]?.command.kind);
    expect(kinds).toEqual(['redeem', 'query', 'check', 'confirm', 'records', 'bind-request', 'help']);
  });

  test('gives two commands to start with, and CI runs them', () => {
    const commands = /```sh\n(npm ci && npm start)\n(npm ci && npm test)\n```/u.exec(read(page));
    expect(commands).not.toBeNull();
    expect(read('.ci/run').split('\n')).toEqual(expect.arrayContaining(['npm ci', 'npm test']));
  });

  test('is short enough to be read to the end', () => {
    expect(read(page).split('\n').length).toBeLessThan(130);
  });
});

test.each([
  { page: 'docs/using.md', typed: 'Typed' },
  { page: 'docs/using.zh-CN.md', typed: '这样发' },
])('$page shows only examples that are read as it says', ({ page, typed }) => {
  for (const [says, means] of tableRows(page, typed)) {
    const [line] = parseMessage(firstCode(says) ?? '', []).lines;
    const reading = line?.command.kind === 'redeem' ? printCommand(line.command) : undefined;
    expect(reading, says).toBe(firstCode(means));
  }
});

describe('docs/settings.md', () => {
  test('lists every setting with its default, in the order in which the program knows them', () => {
    const rows = tableRows('docs/settings.md', 'Setting');
    expect(codes(rows)).toEqual(SETTING_NAMES);
    const defaults = Object.values(parseSettings({}).data ?? {}).map((value) => String(value ?? ''));
    expect(rows.map(([, cell]) => firstCode(cell) ?? '')).toEqual(defaults);
  });

  test('is what npm run docs:settings writes', async () => {
    expect(read('docs/settings.md')).toBe(await settingsPage());
  });
});

test('docs/operating.md lists every check of doctor, as npm run docs:checks writes it', async () => {
  const page = read('docs/operating.md');
  expect(page).toBe(await withChecks(page));
  expect(new Set(ALL_CHECKS.map(({ name }) => name)).size).toBe(ALL_CHECKS.length);
});

describe('.env.example', () => {
  test('is what npm run docs:settings writes', () => {
    expect(read('.env.example')).toBe(envExample());
  });

  test('sets nothing as it is, names every setting once with its default, and fits on a screen', () => {
    const text = read('.env.example');
    const lines = text.split('\n');
    expect(parseEnv(text)).toEqual({});
    const shown = lines.flatMap((line) => /^# ([A-Z_]+)=(.*)$/u.exec(line)?.slice(1) ?? []);
    expect(shown.filter((_, index) => index % 2 === 0).toSorted()).toEqual([...SETTING_NAMES].toSorted());
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120);
  });
});

test('docs/operating.md lists every metric of our own', () => {
  const known = createMetrics().registry.getMetricsAsArray();
  const ours = known.map(({ name }) => name).filter((name) => !/^(?:process|nodejs)_/u.test(name));
  expect(codes(tableRows('docs/operating.md', 'Metric'))).toEqual(ours);
});

test('docs/glossary.md has the words for states that people read', () => {
  const rows = read('docs/glossary.md')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const shown = (state: string) => rows.find(([, word]) => word === state)?.[3];
  expect(Object.fromEntries(Object.keys(OUTCOME_WORDS).map((state) => [state, shown(state)]))).toEqual(OUTCOME_WORDS);
});

test('what is read beside the work has a Chinese page, and each links to the other', () => {
  const english = ['docs/using.md', 'docs/mapping.md', ...globSync('docs/setup/*.md')].filter(
    (page) => !page.endsWith('.zh-CN.md'),
  );
  for (const page of english) {
    const chinese = page.replace(/\.md$/u, '.zh-CN.md');
    expect(read(page)).toContain(`[中文](${basename(chinese)})`);
    expect(read(chinese)).toContain(`[English](${basename(page)})`);
  }
});

test.each(PAGES)('%s names only commands that package.json has', (page) => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
  const named = [...read(page).matchAll(/npm (?:run )?(start|test|(?<=run )\w[\w:-]*)/gu)].map(([, name]) => name);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...new Set(named)]));
});

test('the Node that the project brings is one that every package takes', () => {
  const Package = z.object({
    version: z.string().optional(),
    engines: z.object({ node: z.string().optional() }).optional(),
  });
  const { packages } = z
    .object({ packages: z.record(z.string(), Package) })
    .parse(JSON.parse(read('package-lock.json')));
  const brought = packages['node_modules/node']?.version ?? '';
  expect(brought).toMatch(/^\d+\.\d+\.\d+$/u);
  const refusing = Object.entries(packages).filter(([, { engines }]) => !takes(engines?.node ?? '*', brought));
  expect(refusing.map(([name]) => name)).toEqual([]);
});

/** Whether a range of versions, as engines are written, has this one in it. */
function takes(range: string, version: string): boolean {
  const numbers = (text: string) => [...text.matchAll(/\d+/gu)].map(([part]) => Number(part));
  const [major = 0, minor = 0, patch = 0] = numbers(version);
  return range.split('||').some((part) => {
    const [low = 0, lowMinor = 0, lowPatch = 0] = numbers(part);
    const above = [major - low, minor - lowMinor, patch - lowPatch].find((difference) => difference !== 0) ?? 0;
    return above >= 0 && (/[>*]/u.test(part) || major === low);
  });
}

test.each(PAGES)('%s has only links and pictures that are there', (page) => {
  const targets = [...read(page).matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/gu)].map(
    ([, link, image]) => link ?? image ?? '',
  );
  const dead = targets
    .filter((target) => !/^https?:/u.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      return !existsSync(file) || (anchor !== undefined && !anchors(read(file)).includes(anchor));
    });
  expect(dead).toEqual([]);
});

test('docs/architecture.md names every file and folder of src/, and no other', () => {
  const [, rooms = ''] = /```text\nsrc\/\n([^`]+)```/u.exec(read('docs/architecture.md')) ?? [];
  const named = [...rooms.matchAll(/^ {2}([\w.-]+)\/? /gmu)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(readdirSync('src').toSorted());
});

function replyTo(result: Outcome): string {
  return outcome({
    id: 1,
    message: 1,
    receipt: 'R-23456789',
    line: 0,
    card: '914095353294404024',
    realCard: null,
    cardName: null,
    validUntil: null,
    count: 2,
    remark: '',
    store: null,
    employeeId: null,
    reason: null,
    vendorMsg: null,
    remainingBefore: null,
    remainingAfter: null,
    checking: false,
    settledBy: null,
    question: null,
    claimedAt: 0,
    settledAt: 1,
    ...result,
  });
}
