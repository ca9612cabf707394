import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCarriers } from '../../src/chat/carriers.ts';

function makeCarriers() {
  const told: string[] = [];
  const carriers = createCarriers({
    onAnswered: (asOf) => told.push(asOf === 0 ? 'answered' : `answered as of ${asOf}`),
    onStranded: () => told.push('stranded'),
    onDone: () => told.push('done'),
  });
  return { carriers, told };
}

test('an open response carries the reply, and nothing is sent late', () => {
  const { carriers, told } = makeCarriers();
  carriers.enter();
  carriers.settle();
  carriers.leave(0);
  expect(told).toEqual(['answered', 'done']);
});

test('a reply whose callback is over is sent late', () => {
  const { carriers, told } = makeCarriers();
  carriers.enter();
  carriers.leave(null);
  carriers.settle();
  expect(told).toEqual(['stranded', 'done']);
});

test('a response that did not arrive leaves the reply to the one that is still open', () => {
  const { carriers, told } = makeCarriers();
  carriers.enter();
  carriers.enter();
  carriers.settle();
  carriers.leave(null);
  expect(told).toEqual([]);
  carriers.leave(0);
  expect(told).toEqual(['answered', 'done']);
});

test('a response that told more than an earlier one is noted as well, one that told less is not', () => {
  const { carriers, told } = makeCarriers();
  for (let open = 0; open < 3; open++) carriers.enter();
  carriers.settle();
  for (const asOf of [0, 2, 1]) carriers.leave(asOf);
  expect(told).toEqual(['answered', 'answered as of 2', 'done']);
});

test('however responses come and go, the person is told in one way and everything ends', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), fc.nat(8), (leaving, settleAt) => {
      const { carriers, told } = makeCarriers();
      leaving.forEach(() => carriers.enter());
      leaving.forEach((carried, index) => {
        if (index === settleAt) carriers.settle();
        // Before the reply is ready no response can have carried it.
        carriers.leave(carried && index >= settleAt ? 0 : null);
      });
      if (settleAt >= leaving.length) carriers.settle();
      const carriedAny = leaving.some((carried, index) => carried && index >= settleAt);
      expect(told).toEqual([carriedAny ? 'answered' : 'stranded', 'done']);
    }),
  );
});
