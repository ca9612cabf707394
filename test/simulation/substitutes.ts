import { createRequire, syncBuiltinESMExports } from 'node:module';
import { running } from './machine.ts';

/**
 * The chance that the sources take from the platform, for tokens and receipts. While a simulated process runs it is
 * decided by the seed; all other code, such as the test runner, keeps the real one.
 */
export function substitute(): void {
  if (substituted) return;
  substituted = true;
  const crypto = createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto');
  const real = { random: Math.random, int: crypto.randomInt.bind(crypto), uuid: crypto.randomUUID.bind(crypto) };
  const draw = () => running()?.machine.surroundings.chance.draw('substitutes');
  Math.random = () => draw() ?? real.random();
  const mutable = crypto as { randomInt: unknown; randomUUID: unknown };
  mutable.randomInt = (...args: [number]) => {
    const drawn = draw();
    return drawn === undefined ? real.int(...args) : Math.floor(drawn * args[0]);
  };
  mutable.randomUUID = () => {
    const drawn = draw();
    return drawn === undefined ? real.uuid() : `uuid-${String(drawn)}`;
  };
  // The query builder freezes every part of every query, which would be a tenth of a history.
  Object.freeze = <T>(value: T): T => value;
  syncBuiltinESMExports();
}

let substituted = false;
