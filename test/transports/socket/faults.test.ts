import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/sandbox/seeded-random.ts';
import { ToyGateway } from '../../support/toy-gateway.ts';
import { VirtualTime } from '../../support/virtual-time.ts';
import { REPLY, startStage } from './stage.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const MESSAGES = 400;
/** The platform delivers again what was not answered within this time. */
const AGAIN_MS = 10 * SECOND;

/** Everything that goes wrong around a connection, at random, every few seconds. */
test.each([1, 2, 3, 4, 5])(
  'every message is answered in the end, whatever happens to the connection (%i)',
  async (seed) => {
    const random = seededRandom(`socket-${seed}`);
    const gateway = new ToyGateway();
    const time = new VirtualTime();
    const stage = startStage({
      gateway,
      time,
      async hear(_, carrier) {
        await Promise.race([time.sleep(random.int(0, 8 * SECOND)), carrier.over]);
        if (random.chance(0.1)) throw new Error('could not be stored');
        await carrier.final(REPLY);
      },
    });

    const answered = new Set<string>();
    const waiting = new Map<string, number>();
    const deliver = (message: string) => {
      waiting.set(message, time.monotonic());
      if (gateway.open().length === 0) return;
      void gateway.deliver(message).answered.then(() => {
        answered.add(message);
        waiting.delete(message);
      });
    };
    const faults: (() => void)[] = [
      () => gateway.latest.drop(),
      () => (gateway.latest.isCut = true),
      () => gateway.latest.say({ ending: true }),
      () => gateway.latest.say({ refused: 'busy' }),
      () => gateway.latest.sayRaw('nonsense'),
      () => (gateway.manner = 'away'),
      () => (gateway.manner = 'mute'),
      () => (gateway.manner = 'drops'),
      () => time.sleepMachine(30 * SECOND),
    ];

    for (let sent = 0; sent < MESSAGES; sent++) {
      deliver(`m${sent}`);
      if (random.chance(0.3)) gateway.manner = 'takes';
      if (random.chance(0.2) && gateway.open().length > 0) faults[random.int(0, faults.length - 1)]?.();
      await time.pass(random.int(0, 3 * SECOND));
      // One that serves, one that is opened, and those that are replaced and still answer.
      expect(gateway.open().filter(({ isCut }) => !isCut).length).toBeLessThanOrEqual(4);
      for (const [message, since] of waiting) if (time.monotonic() - since > AGAIN_MS) deliver(message);
    }
    gateway.manner = 'takes';
    for (let minute = 0; minute < 60 && waiting.size > 0; minute++) {
      await time.pass(MINUTE);
      for (const message of waiting.keys()) deliver(message);
    }
    expect([answered.size, waiting.size, stage.running.isUp()]).toEqual([MESSAGES, 0, true]);

    const stopped = stage.running.stop(SECOND);
    await time.pass(5 * MINUTE);
    await stopped;
    expect([gateway.open().filter(({ isCut }) => !isCut), time.waiting]).toEqual([[], 0]);
    // Each of them had one result.
    expect(stage.results.length).toBeGreaterThanOrEqual(MESSAGES);
  },
);
