import { expect, onTestFinished, test } from 'vitest';
import { openInProcessLedger } from '../../../src/ledger/sqlite/in-process.ts';
import type { Leases } from '../../../src/redemption/ledger.ts';
import { ToyGateway } from '../../support/toy-gateway.ts';
import { VirtualTime } from '../../support/virtual-time.ts';
import { startStage, type Stage } from './stage.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

const reasons = ({ said }: Stage) => said.flatMap(({ reason }) => reason ?? []);

/** Instances of a bot that may have one connection, which share a ledger; each can be cut off from it. */
async function startInstances() {
  const time = new VirtualTime();
  const { ledger, leases } = await openInProcessLedger(undefined, { now: time.now });
  onTestFinished(() => ledger.close());
  const gateway = new ToyGateway();
  gateway.onlyOne = true;

  return {
    time,
    gateway,
    leases,
    start: (holder: string, begins: 'there' | 'away' | 'hangs' | 'slow' = 'there') => {
      let storage = begins;
      const reach = <Result>(call: () => Promise<Result>): Promise<Result> => {
        if (storage === 'there') return call();
        if (storage === 'slow') return call().then((result) => time.sleep(SECOND).then(() => result));
        return storage === 'away' ? Promise.reject(new Error('no database')) : new Promise(() => undefined);
      };
      const cutOff: Leases = {
        takeLease: (...lease) => reach(() => leases.takeLease(...lease)),
        renewLease: (...lease) => reach(() => leases.renewLease(...lease)),
        giveBackLease: (...lease) => reach(() => leases.giveBackLease(...lease)),
      };
      const stage = startStage({ gateway, time, holder, leases: cutOff, lease: 'toy:bot' });
      return { ...stage, storage: (how: typeof begins) => (storage = how) };
    },
  };
}

/** Lets time pass in steps, and looks at each of them that the bot is served by one instance at most. */
async function passAlone(time: VirtualTime, ms: number, ...instances: readonly Stage[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += SECOND) {
    await time.pass(SECOND);
    expect(instances.filter(({ running }) => running.isUp()).length).toBeLessThanOrEqual(1);
  }
}

test('of two instances one connects, and the other stands by, which is nothing to look after', async () => {
  const { time, gateway, start } = await startInstances();
  const one = start('one');
  await time.pass(SECOND);
  const two = start('two');
  await passAlone(time, 10 * MINUTE, one, two);
  expect([one.running.isUp(), two.running.isUp(), gateway.taken]).toEqual([true, false, 1]);
  expect([reasons(one), reasons(two)]).toEqual([['connected'], ['standby']]);
  expect([two.running.problems(), two.changes]).toEqual([[], ['standby']]);
});

test('the other takes over within half a minute when the first dies', async () => {
  const { time, gateway, leases, start } = await startInstances();
  // It took the lease and its process died: nothing renews it, nothing gives it back.
  await leases.takeLease('toy:bot', 'dead', 15 * SECOND);
  const two = start('two');
  await time.pass(10 * SECOND);
  expect(two.running.isUp()).toBe(false);
  await time.pass(20 * SECOND);
  expect([two.running.isUp(), gateway.taken]).toEqual([true, 1]);
});

test('a service that was started again under the name of the one before has the lease at once', async () => {
  const { time, leases, start } = await startInstances();
  await leases.takeLease('toy:bot', 'the only one', 15 * SECOND);
  const again = start('the only one');
  await time.pass(SECOND);
  expect(again.running.isUp()).toBe(true);
});

test('a stop lets the other in within seconds', async () => {
  const { time, start } = await startInstances();
  const one = start('one');
  await time.pass(SECOND);
  const two = start('two');
  await time.pass(MINUTE);
  await one.running.stop(SECOND);
  await passAlone(time, 5 * SECOND, one, two);
  expect(two.running.isUp()).toBe(true);
  expect(reasons(one)).toEqual(['connected', 'stopped']);
});

test.each(['away', 'hangs'] as const)(
  'a holder whose ledger is %s gives the connection up before another can have it',
  async (how) => {
    const { time, gateway, start } = await startInstances();
    const one = start('one');
    await time.pass(SECOND);
    const two = start('two');
    await time.pass(MINUTE);
    const given = gateway.latest;
    one.storage(how);
    await passAlone(time, 13 * SECOND, one, two);
    expect(given.ended).toBe('terminated');
    await passAlone(time, 17 * SECOND, one, two);
    expect([one.running.isUp(), two.running.isUp()]).toEqual([false, true]);
    // It was not kicked: it had left by itself.
    expect(reasons(one)).toEqual(['connected', 'standby']);
    one.storage('there');
    await passAlone(time, MINUTE, one, two);
    expect([one.running.isUp(), two.running.isUp(), gateway.taken]).toEqual([false, true, 2]);
  },
);

test('an instance that is about to stop leaves the connection to the others', async () => {
  const { time, gateway, start } = await startInstances();
  const one = start('one');
  await time.pass(SECOND);
  const two = start('two');
  await time.pass(SECOND);
  const three = start('three');
  two.running.refuse();
  await time.pass(MINUTE);
  await one.running.stop(SECOND);
  await passAlone(time, 5 * SECOND, one, two, three);
  expect([two.running.isUp(), three.running.isUp(), gateway.attempts]).toEqual([false, true, 2]);
  three.running.refuse();
  await time.pass(MINUTE);
  expect([three.running.isUp(), gateway.taken]).toEqual([true, 2]);
});

test.each([
  ['away', 10.5],
  ['hangs', 9.5],
] as const)('a ledger that is %s for %d s costs nothing', async (how, seconds) => {
  const { time, gateway, start } = await startInstances();
  const one = start('one');
  await time.pass(MINUTE);
  one.storage(how);
  await time.pass(seconds * SECOND);
  one.storage('there');
  await time.pass(MINUTE);
  expect([one.running.isUp(), gateway.taken]).toEqual([true, 1]);
});

test('an instance that gets the lease when it is about to stop does not use it', async () => {
  const { time, gateway, start } = await startInstances();
  const one = start('one', 'slow');
  await time.pass(SECOND / 2);
  one.running.refuse();
  await time.pass(MINUTE);
  expect(gateway.attempts).toBe(0);
});

test('a machine that slept for longer than its lease holds nothing when it wakes', async () => {
  const { time, start } = await startInstances();
  const one = start('one');
  await time.pass(MINUTE);
  time.sleepMachine(MINUTE);
  const two = start('two');
  await time.pass(0);
  expect(one.running.isUp() && two.running.isUp()).toBe(false);
  await passAlone(time, MINUTE, one, two);
  expect([one, two].filter(({ running }) => running.isUp()).length).toBe(1);
});

test('what the ledger said before the machine slept is not believed when it wakes', async () => {
  const { time, start } = await startInstances();
  const one = start('one', 'slow');
  await time.pass(2 * SECOND);
  expect(one.running.isUp()).toBe(true);
  // It asks again 4 s after it was told.
  await time.pass(3.5 * SECOND);
  time.sleepMachine(16 * SECOND);
  await time.pass(0);
  expect(one.running.isUp()).toBe(false);
});

test('what the ledger said last is what counts', async () => {
  const { time, gateway, leases, start } = await startInstances();
  const one = start('one', 'slow');
  await time.pass(2 * SECOND);
  // The answer that it still has the lease is on its way while another takes over.
  await time.pass(3.5 * SECOND);
  one.storage('there');
  await leases.giveBackLease('toy:bot', 'one');
  await leases.takeLease('toy:bot', 'another', 15 * SECOND);
  gateway.latest.say({ kicked: true });
  await time.pass(5 * SECOND);
  expect([gateway.taken, reasons(one)]).toEqual([1, ['connected', 'standby']]);
});

test('kicked while the lease is its own, it knows a stranger, and keeps the others from fighting', async () => {
  const { time, gateway, start } = await startInstances();
  const one = start('one');
  await time.pass(SECOND);
  const two = start('two');
  await time.pass(MINUTE);
  gateway.latest.say({ kicked: true });
  await time.pass(10 * MINUTE);
  expect([one.running.isUp(), two.running.isUp(), gateway.taken]).toEqual([false, false, 1]);
  expect(reasons(one)).toEqual(['connected', 'kicked']);
  expect(one.running.problems()[0]?.detail).toContain('stop the other client');
  expect(reasons(two)).toEqual(['standby']);
});

test('kicked when the lease is another’s already, it stands by', async () => {
  const { time, gateway, leases, start } = await startInstances();
  const one = start('one');
  await time.pass(MINUTE);
  await leases.giveBackLease('toy:bot', 'one');
  await leases.takeLease('toy:bot', 'another', 15 * SECOND);
  gateway.latest.say({ kicked: true });
  await time.pass(SECOND);
  expect([one.running.isUp(), reasons(one)]).toEqual([false, ['connected', 'standby']]);
  expect(one.running.problems()).toEqual([]);
  // And takes over as soon as that one is gone.
  await time.pass(MINUTE);
  expect(one.running.isUp()).toBe(true);
});

test('without a ledger no instance connects, and one does when it is back', async () => {
  const { time, gateway, start } = await startInstances();
  const one = start('one', 'hangs');
  await time.pass(MINUTE);
  expect([gateway.attempts, reasons(one)]).toEqual([0, ['standby']]);
  one.storage('there');
  await time.pass(10 * SECOND);
  expect(one.running.isUp()).toBe(true);
});
