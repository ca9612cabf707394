import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase } from '../support/databases.ts';
import { lineOf, newLine, newMessage, newRequest } from './fixtures.ts';
import { PostgresPlace } from './postgres-place.ts';

let place: PostgresPlace;
beforeEach(async () => {
  place = new PostgresPlace(await createDatabase(), 60_000);
});
afterEach(() => place.clear());

test('of two services that share the work, only one ever has a robot, and nothing is left behind', async () => {
  const open = () => place.open({ wanted: () => ['refused'] });
  const services = await Promise.all([open(), open()]);
  const [one] = services;
  const robots = ['r1', 'r2', 'r3', 'r4', 'r5'];
  const told = new Map<string, number[]>(robots.map((robot) => [robot, []]));
  const inHand = new Set<string>();

  async function serve({ notices: noticeLedger }: (typeof services)[number]): Promise<void> {
    const open = await noticeLedger.openNotices(10);
    await noticeLedger.address(open.map((notice) => ({ notice, robots })));
    for (const robot of await noticeLedger.takeDueRobots(2, 60_000)) {
      expect(inHand.has(robot)).toBe(false);
      inHand.add(robot);
      const taken = await noticeLedger.takeLines(robot, 5);
      inHand.delete(robot);
      if (taken === null) continue;
      inHand.add(robot);
      const notices = taken.lines.map(({ notice }) => notice);
      const { id } = await noticeLedger.beginMessage(robot, crypto.randomUUID(), notices);
      told.get(robot)?.push(...notices);
      inHand.delete(robot);
      await noticeLedger.finishMessage(robot, id, { kind: 'sent', told: notices, restMs: 0 });
    }
  }

  const redeemed = Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const { ledger } = services[index % 2] ?? one;
      const { message } = await ledger.claim(newMessage(), [newLine()]);
      await ledger.settle(lineOf({ won: true, message }), { state: 'refused', vendorMsg: null });
    }),
  );
  const isOver = () => [...told.values()].every((notices) => notices.length >= 40);
  while (!isOver()) await Promise.all(services.map(serve));
  await redeemed;
  for (const notices of told.values()) {
    expect(notices).toHaveLength(40);
    expect(new Set(notices).size).toBe(40);
  }
});

test('of two services that take the same request and the same decision, one does', async () => {
  const services = await Promise.all([place.open(), place.open()]);
  const asked = await Promise.all(
    [...services, ...services, ...services].map(({ people }) => people.askBinding(newRequest())),
  );
  const numbers = new Set(asked.map((request) => request?.number));
  expect(numbers.size).toBe(1);
  const number = asked[0]?.number ?? -1;
  const decided = await Promise.all(
    services.map(({ people }, index) => people.decideBinding(number, 'agreed', `wecom:m${index}`, 30_000)),
  );
  expect(decided.filter(({ won }) => won)).toHaveLength(1);
});
