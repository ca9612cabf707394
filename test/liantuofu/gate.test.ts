import { beforeEach, describe, expect, test } from 'vitest';
import { createGate, type Entry, type Gate } from '../../src/liantuofu/gate.ts';
import { settled, VirtualTime } from '../support/virtual-time.ts';

let time: VirtualTime;
let gate: Gate;
/** What came of those who asked, in the order in which it became known. */
let heard: string[];
beforeEach(() => {
  time = new VirtualTime();
  heard = [];
});

function open(limits: { places?: number; maxWaiting?: number } = {}, waits: number[] = []): void {
  gate = createGate({ places: 1, maxWaiting: 1_000, ...limits, onWaiting: (waiting) => waits.push(waiting) }, time);
}

/** Notes `name`, such as `a1`, with how it ended where that was not by getting a place. */
function enter(name: string, user: string | null, message = 1, longestMs: number | (() => number) = 1_000_000) {
  const longest = typeof longestMs === 'number' ? () => longestMs : longestMs;
  const entry: Promise<Entry> = gate.enter({ user, message }, longest);
  void entry.then((how) => heard.push(how === 'entered' ? name : `${name} ${how}`));
  return entry;
}

/** Those inside leave, one after the other. */
async function leave(times: number): Promise<void> {
  for (let nth = 0; nth < times; nth++) {
    gate.leave();
    await settled();
  }
}

describe('turns', () => {
  test('one person’s twenty lines take turns with the one line of others', async () => {
    open();
    for (let nth = 1; nth <= 20; nth++) void enter(`a${nth}`, 'a');
    for (const user of ['b', 'c', 'd']) void enter(user, user);
    await settled();
    await leave(22);
    expect(heard.slice(0, 8)).toEqual(['a1', 'a2', 'b', 'c', 'd', 'a3', 'a4', 'a5']);
    expect(heard).toHaveLength(23);
  });

  test('each person’s lines stay in their order, and people who come later come behind those who wait', async () => {
    open();
    void enter('first', 'z');
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) void enter(name, name.slice(0, 1));
    await leave(2);
    void enter('d1', 'd');
    void enter('c2', 'c');
    await leave(7);
    expect(heard).toEqual(['first', 'a1', 'b1', 'c1', 'a2', 'b2', 'd1', 'c2', 'a3']);
  });

  test('all whose person is not known take turns as one', async () => {
    open();
    void enter('first', null);
    for (const name of ['x1', 'x2', 'x3']) void enter(name, null);
    void enter('b', 'b');
    await leave(4);
    expect(heard).toEqual(['first', 'x1', 'b', 'x2', 'x3']);
  });

  test('no person waits while there are places', async () => {
    open({ places: 20 });
    for (let nth = 0; nth < 20; nth++) expect(await enter('a', 'a')).toBe('entered');
    void enter('b', 'b');
    await settled();
    expect(heard).toHaveLength(20);
  });

  test('a line whose time is up costs its person no turn', async () => {
    open();
    void enter('first', 'z');
    void enter('a1', 'a', 1, 100);
    void enter('a2', 'a');
    void enter('b', 'b');
    time.sleepMachine(100);
    await leave(2);
    expect(heard).toEqual(['first', 'a1 expired', 'a2', 'b']);
  });
});

describe('the time to wait', () => {
  test('ends when it is over, and not before', async () => {
    open();
    void enter('first', 'z');
    void enter('a', 'a', 1, 5_000);
    await time.pass(4_999);
    expect(heard).toEqual(['first']);
    await time.pass(1);
    expect(heard).toEqual(['first', 'a expired']);
  });

  test('can become longer, and shorter, while people wait', async () => {
    open();
    let longestMs = 1_000;
    void enter('first', 'z');
    void enter('a', 'a', 1, () => longestMs);
    void enter('b', 'b', 1, () => longestMs);
    longestMs = 3_000;
    await time.pass(2_000);
    expect(heard).toEqual(['first']);
    await leave(1);
    longestMs = 1_500;
    await leave(1);
    expect(heard).toEqual(['first', 'a', 'b expired']);
  });

  test('is none at all where nothing is allowed', async () => {
    open();
    void enter('first', 'z');
    expect(await enter('a', 'a', 1, 0)).toBe('expired');
    expect(await enter('b', 'b', 1, -1)).toBe('expired');
    await leave(1);
    expect(await enter('c', 'c', 1, 0)).toBe('entered');
  });

  test('has passed when the process was paused for it, whatever comes first then', async () => {
    open({ places: 2 });
    void enter('first', 'y');
    void enter('second', 'z');
    for (const name of ['a', 'b', 'c']) void enter(name, name, 1, 2_000);
    void enter('d', 'd', 1, 10_000);
    time.sleepMachine(5_000);
    await leave(1);
    expect(heard).toEqual(['first', 'second', 'a expired', 'b expired', 'c expired', 'd']);
    await time.pass(10_000);
    expect(heard).toHaveLength(6);
    expect(time.waiting).toBe(0);
  });
});

test('so many may wait; the next one is turned away at once, and after one has left there is room', async () => {
  const waits: number[] = [];
  open({ maxWaiting: 2 }, waits);
  for (const name of ['first', 'a', 'b', 'c']) void enter(name, name);
  await settled();
  expect(heard).toEqual(['first', 'c full']);
  await leave(1);
  void enter('d', 'd');
  await leave(2);
  expect(heard).toEqual(['first', 'c full', 'a', 'b', 'd']);
  expect(waits).toEqual([1, 2, 1, 2, 1, 0]);
});

test('where no more may wait, who has most gives up the last line to who has fewer', async () => {
  open({ maxWaiting: 4 });
  void enter('first', 'z');
  for (const name of ['a1', 'a2', 'a3']) void enter(name, 'a');
  void enter('b1', 'b');
  void enter('c1', 'c');
  await settled();
  expect(heard).toEqual(['first', 'a3 full']);
  void enter('a4', 'a');
  void enter('d1', 'd');
  await settled();
  void enter('e1', 'e');
  await settled();
  expect(heard).toEqual(['first', 'a3 full', 'a4 full', 'a2 full', 'e1 full']);
  await leave(4);
  expect(heard.slice(5)).toEqual(['a1', 'b1', 'c1', 'd1']);
});

describe('lines before', () => {
  test('are those that get a place first, as of now', async () => {
    open();
    void enter('first', 'z', 9);
    for (const name of ['a1', 'a2', 'a3']) void enter(name, 'a', 1);
    for (const [user, message] of [
      ['b', 2],
      ['c', 3],
      ['c', 3],
      ['d', 4],
    ] as const)
      void enter(user, user, message);
    const before = (user: string, message: number) => gate.linesBefore({ user, message });
    // a1 b c d a2 c a3; of a's own lines, the last counts.
    expect([before('a', 1), before('b', 2), before('c', 3), before('d', 4)]).toEqual([4, 1, 4, 3]);
    expect([before('z', 9), before('a', 5)]).toEqual([null, null]);
    await leave(1);
    // b c d a2 c a3
    expect([before('a', 1), before('b', 2), before('c', 3), before('d', 4)]).toEqual([4, 0, 3, 2]);
    await leave(6);
    expect([before('a', 1), before('b', 2)]).toEqual([null, null]);
    expect(heard).toEqual(['first', 'a1', 'b', 'c', 'd', 'a2', 'c', 'a3']);
  });

  test('of the same person’s other messages count too', () => {
    open();
    void enter('first', 'z');
    for (const message of [1, 2, 2, 3]) void enter('a', 'a', message);
    expect([1, 2, 3].map((message) => gate.linesBefore({ user: 'a', message }))).toEqual([0, 1, 3]);
  });
});

test('closing turns away all who wait and all who come, and waits for those inside', async () => {
  open({ places: 2 });
  for (const name of ['a', 'b', 'c', 'd']) void enter(name, name);
  const closed = gate.close().then(() => heard.push('closed'));
  await settled();
  void enter('e', 'e');
  await settled();
  expect(heard).toEqual(['a', 'b', 'c closed', 'd closed', 'e closed']);
  await leave(1);
  expect(heard).not.toContain('closed');
  await leave(1);
  await closed;
  expect(time.waiting).toBe(0);
});
