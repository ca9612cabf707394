import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCarriers } from '../../src/chat/carriers.ts';

function makeCarriers() {
  const told: string[] = [];
  const carriers = createCarriers({
    onAnswered: () => told.push('answered'),
    onStranded: () => told.push('stranded'),
    onDone: () => told.push('done'),
  });
  return { carriers, told };
}

test('an open response carries the reply, and nothing is sent late', () => {
  const { carriers, told } = makeCarriers();
  carriers.enter();
  carriers.settle();
  carriers.leave(true);
  expect(told).toEqual(['answered', 'done']);
});

test('a reply whose callback is over is sent late', () => {
  const { carriers, told } = makeCarriers();
  carriers.enter();
  carriers.leave(false);
  carriers.settle();
  expect(told).toEqual(['stranded', 'done']);
});

test('a response that did not arrive leaves the reply to the one that is still open', () => {
  const { carriers, told } = makeCarriers();
  carriers.enter();
  carriers.enter();
  carriers.settle();
  carriers.leave(false);
  expect(told).toEqual([]);
  carriers.leave(true);
  expect(told).toEqual(['answered', 'done']);
});

test('however responses come and go, the person is told in one way and everything ends', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), fc.nat(8), (leaving, settleAt) => {
      const { carriers, told } = makeCarriers();
      leaving.forEach(() => carriers.enter());
      leaving.forEach((carried, index) => {
        if (index === settleAt) carriers.settle();
        // Before the reply is ready no response can have carried it.
        carriers.leave(carried && index >= settleAt);
      });
      if (settleAt >= leaving.length) carriers.settle();
      const carriedAny = leaving.some((carried, index) => carried && index >= settleAt);
      expect(told).toEqual([carriedAny ? 'answered' : 'stranded', 'done']);
    }),
  );
});
