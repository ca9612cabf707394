import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { createChaos } from '../../src/sandbox/vendor-chaos.ts';
import { startSimulatedVendor } from '../../src/sandbox/vendor.ts';
import { KEY, vendorAt } from '../liantuofu/wire.ts';
import { startChild } from '../support/child.ts';

const APP_ID = 'EW_N5946005323';
const CARDS = Array.from({ length: 200 }, (_, index) => String(914_000_000_000_000_000n + BigInt(index)));
const request = (card: string) => ({ card, count: 2, remark: 'R-1', storeCode: 'EW_N2949193145', employeeId: 11 });

test('the same seed gives the same moods for the same cards, in any order of the calls', () => {
  const forwards = createChaos('7');
  const backwards = createChaos('7');
  const other = createChaos('8');
  const moods = CARDS.map((card) => forwards(card, 'normal'));
  expect(CARDS.toReversed().map((card) => backwards(card, 'normal'))).toEqual(moods.toReversed());
  expect(CARDS.map((card) => other(card, 'normal'))).not.toEqual(moods);
});

test('most calls go well, and every way to go wrong turns up; a card with a manner of its own keeps it', () => {
  const chaos = createChaos('7');
  const manners = CARDS.map((card) => chaos(card, 'normal').manner);
  expect(manners.filter((manner) => manner === 'normal').length).toBeGreaterThan(CARDS.length / 2);
  const wrong = ['reset-before', 'reset-after', 'silent', 'html-500', 'truncated', 'odd-code'];
  expect(new Set(manners)).toEqual(new Set(['normal', ...wrong]));
  expect(new Set(CARDS.map((card) => chaos(card, 'silent').manner))).toEqual(new Set(['silent']));
});

test('what is booked after the caller has given up stands in the books all the same', async () => {
  const [card = ''] = CARDS;
  const simulator = await startSimulatedVendor({
    appId: APP_ID,
    key: KEY,
    cards: SANDBOX_CARDS.slice(0, 1).map((ordinary) => ({ ...ordinary, card })),
    moods: () => ({ manner: 'normal', beforeMs: 1_500, afterMs: 0 }),
  });
  onTestFinished(() => simulator.close());
  const outcome = await vendorAt(simulator.url, { timeoutMs: 600 }).consume(request(card));
  expect(outcome).toEqual({ state: 'unknown', reason: 'timeout' });
  expect(simulator.books.consumptions).toEqual([]);
  await expect.poll(() => simulator.books.balance(card)).toBe(18);
});

test('as a process of its own it takes its cards from a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vendor-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'cards.json');
  await writeFile(path, JSON.stringify([{ card: CARDS[0], balance: 1 }, { card: CARDS[1] }]));

  const args = ['--app-id', APP_ID, '--key', KEY, '--cards', path];
  const child = startChild('src/sandbox/vendor-main.ts', {}, args);
  const { url } = JSON.parse(await child.line((line) => line.startsWith('{'))) as { url: string };
  expect((await vendorAt(url).consume(request(CARDS[0] ?? ''))).state).toBe('refused');
  expect((await vendorAt(url).consume(request(CARDS[1] ?? ''))).state).toBe('succeeded');
  expect(await child.end('SIGTERM')).toBe(0);
});
