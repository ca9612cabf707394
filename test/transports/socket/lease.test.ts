import { expect, onTestFinished, test } from 'vitest';
import { openInProcessLedger } from '../../../src/ledger/sqlite/in-process.ts';
import type { Leases } from '../../../src/redemption/leases.ts';
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
    start: (holder: string, begins: 'there' | 'away' | 'hangs' | 'slow' = 'there', reached = gateway) => {
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
      const stage = startStage({ gateway: reached, time, holder, leases: cutOff, lease: 'toy:bot' });
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
  'a holder whose ledger is %s keeps the connection until another takes over, and does not fight',
  async (how) => {
    const { time, gateway, start } = await startInstances();
    const one = start('one');
    await time.pass(SECOND);
    const two = start('two');
    await time.pass(MINUTE);
    const given = gateway.latest;
    one.storage(how);
    await passAlone(time, 11 * SECOND, one, two);
    expect([given.ended, one.running.isUp()]).toEqual([null, true]);
    await passAlone(time, 19 * SECOND, one, two);
    expect([given.ended, one.running.isUp(), two.running.isUp()]).toEqual(['dropped', false, true]);
    await passAlone(time, MINUTE, one, two);
    one.storage('there');
    await passAlone(time, MINUTE, one, two);
    expect([one.running.isUp(), two.running.isUp(), gateway.taken, gateway.attempts]).toEqual([false, true, 2, 2]);
    // Which client it was the ledger could only say when it was back.
    expect(reasons(one)).toEqual(['connected', 'kicked', 'standby']);
    expect(one.running.problems()).toEqual([]);
    // And it takes over again, as before.
    await two.running.stop(SECOND);
    await passAlone(time, 5 * SECOND, one, two);
    expect(one.running.isUp()).toBe(true);
  },
);

test.each(['away', 'hangs'] as const)('a ledger that is %s for everybody costs no connection', async (how) => {
  const { time, gateway, start } = await startInstances();
  const one = start('one');
  await time.pass(SECOND);
  const two = start('two');
  await time.pass(MINUTE);
  for (const instance of [one, two]) instance.storage(how);
  await passAlone(time, 10 * MINUTE, one, two);
  expect([one.running.isUp(), gateway.attempts]).toEqual([true, 1]);
  for (const instance of [one, two]) instance.storage('there');
  await passAlone(time, MINUTE, one, two);
  expect([one.running.isUp(), gateway.attempts]).toEqual([true, 1]);
  expect([reasons(one), reasons(two)]).toEqual([['connected'], ['standby']]);
});

test('a connection that breaks while the ledger is away is opened again only when the lease is sure', async () => {
  const { time, gateway, start } = await startInstances();
  const one = start('one');
  await time.pass(MINUTE);
  one.storage('away');
  await time.pass(13 * SECOND);
  gateway.latest.drop();
  await time.pass(MINUTE);
  expect([one.running.isUp(), gateway.attempts]).toEqual([false, 1]);
  one.storage('there');
  await time.pass(5 * SECOND);
  expect([one.running.isUp(), gateway.attempts]).toEqual([true, 2]);
  expect(reasons(one)).toEqual(['connected', 'closed', 'standby', 'connected']);
});

test('an attempt to connect ends when the lease is in doubt', async () => {
  const { time, gateway, start } = await startInstances();
  gateway.manner = 'mute';
  const one = start('one');
  await time.pass(SECOND);
  one.storage('away');
  await time.pass(12 * SECOND);
  expect(gateway.open()).toEqual([]);
  await time.pass(MINUTE);
  expect([gateway.attempts, reasons(one)]).toEqual([1, ['standby']]);
});

test('kicked by a stranger while the ledger is away, it does not fight when that is back', async () => {
  const { time, gateway, start } = await startInstances();
  const one = start('one');
  await time.pass(MINUTE);
  one.storage('away');
  await time.pass(MINUTE);
  gateway.latest.say({ kicked: true });
  await time.pass(MINUTE);
  one.storage('there');
  await time.pass(10 * MINUTE);
  expect([one.running.isUp(), gateway.attempts, reasons(one)]).toEqual([false, 1, ['connected', 'kicked']]);
});

test('an instance that cannot reach the platform lets another have the connection', async () => {
  const { time, gateway, start } = await startInstances();
  const network = new ToyGateway();
  network.manner = 'away';
  const one = start('one', 'there', network);
  await time.pass(SECOND);
  const two = start('two');
  await passAlone(time, 40 * SECOND, one, two);
  expect([one.running.isUp(), two.running.isUp()]).toEqual([false, true]);
  // It says so for as long as it cannot connect and no other instance is known to be connected.
  expect(one.running.problems()).toMatchObject([{ what: 'connection' }]);
  await passAlone(time, 10 * MINUTE, one, two);
  expect([two.running.isUp(), gateway.attempts, reasons(two)]).toEqual([true, 1, ['standby', 'connected']]);
  expect([reasons(one), one.running.problems()]).toEqual([['unreachable', 'standby'], []]);
});

test('of instances none of which can reach the platform one is connected soon after that is back', async () => {
  const { time, gateway, start } = await startInstances();
  const one = start('one');
  await time.pass(SECOND);
  const two = start('two');
  await time.pass(MINUTE);
  gateway.manner = 'away';
  gateway.latest.drop();
  await passAlone(time, 30 * MINUTE, one, two);
  expect(gateway.attempts).toBeLessThanOrEqual(150);
  gateway.manner = 'takes';
  await passAlone(time, 2 * MINUTE, one, two);
  expect([one, two].filter(({ running }) => running.isUp())).toHaveLength(1);
  expect(gateway.taken).toBe(2);
});

test('alone, it connects again by itself, however often it made way', async () => {
  const { time, gateway, start } = await startInstances();
  gateway.manner = 'away';
  const one = start('one');
  await time.pass(30 * MINUTE);
  expect([reasons(one), one.running.problems().length]).toEqual([['unreachable'], 1]);
  gateway.manner = 'takes';
  await time.pass(2 * MINUTE);
  expect([one.running.isUp(), gateway.taken]).toEqual([true, 1]);
});

test('an instance whose id or secret is refused does not make way: so would every other be', async () => {
  const { time, gateway, start } = await startInstances();
  gateway.secret = 'another secret';
  const one = start('one');
  await time.pass(SECOND);
  const two = start('two');
  await time.pass(30 * MINUTE);
  expect([reasons(one), reasons(two)]).toEqual([['refused'], ['standby']]);
});

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
  const { time, gateway, start } = await startInstances();
  const one = start('one', 'slow');
  await time.pass(2 * SECOND);
  expect(one.running.isUp()).toBe(true);
  // It asks again 4 s after it was told.
  await time.pass(3.5 * SECOND);
  time.sleepMachine(16 * SECOND);
  await time.pass(0);
  // What is connected stays, and nothing new is opened.
  gateway.latest.drop();
  one.storage('away');
  await time.pass(MINUTE);
  expect([one.running.isUp(), gateway.attempts]).toEqual([false, 1]);
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
