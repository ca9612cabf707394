import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startChild } from '../support/child.ts';
import { createDatabase } from '../support/databases.ts';
import type { Gateway } from '../support/gateways/gateway.ts';
import { makeLine, QUICK, SLOW, type TypedLine } from '../support/gateways/lines.ts';
import { overWecom } from '../support/gateways/over-wecom.ts';
import { startPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';
import { makeShop, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

/** Another instance takes over within half a minute; a busy machine may need longer. */
const PATIENCE = { timeout: 90_000 };
const SLOW_MS = 3_000;
const A_WHILE_MS = 3_000;

let vendor: SimulatedVendor;
let gateway: Gateway;
let shop: Awaited<ReturnType<typeof makeShop>>;
let services: RunningService[];
/** What is between each of the services and the database. */
let databases: PostgresProxy[];
/** Both share a database, and the platform lets only one of them connect. */
beforeEach(async () => {
  vendor = await startSimulatedVendor({ ...VENDOR, cards: [QUICK, SLOW], slowMs: SLOW_MS });
  gateway = await overWecom();
  const databaseUrl = await createDatabase();
  databases = await Promise.all([startPostgresProxy(databaseUrl), startPostgresProxy(databaseUrl)]);
  shop = await makeShop(vendor.url, { DATABASE_URL: databaseUrl }, gateway.env);
  const imported = startChild('src/tools/mapping.ts', shop.env, ['import', join(shop.dataDir, 'mapping.json')]);
  expect(await imported.exited, imported.errors()).toBe(0);
  services = await Promise.all(databases.map(({ url }) => startServiceProcess({ ...shop.env, DATABASE_URL: url })));
  await expect.poll(() => gateway.isConnected(), PATIENCE).toBe(true);
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.end('SIGTERM')));
  await Promise.all(databases.map((database) => database.close()));
  await gateway.close();
  await vendor.close();
  await shop.clear();
});

const isUp = ({ lines }: RunningService) => lines.some((line) => line.includes('"reason":"connected"'));

/** The instance that has the connection, and the one that stands by. */
async function roles(): Promise<{ readonly holder: RunningService; readonly other: RunningService }> {
  await expect.poll(() => services.filter(isUp), PATIENCE).toHaveLength(1);
  const [one, two] = services;
  if (one === undefined || two === undefined) throw new Error('two services');
  return isUp(one) ? { holder: one, other: two } : { holder: two, other: one };
}

function typeLine(card?: typeof QUICK | typeof SLOW): TypedLine {
  const line = makeLine(gateway, vendor, card);
  expect(gateway.say(line.text, line)).toBe(true);
  return line;
}

async function isAnswered(line: TypedLine): Promise<void> {
  await expect.poll(line.told, PATIENCE).toMatchObject([{ text: expect.stringContaining('核销成功') as string }]);
  expect(line.booked()).toBe(1);
}

async function problemsOf({ url }: RunningService): Promise<unknown> {
  return ((await (await fetch(`${url}/readyz`)).json()) as { problems: unknown }).problems;
}

test('the other instance answers when the one with the connection dies, also what that one had in hand', async () => {
  const { holder, other } = await roles();
  await isAnswered(typeLine());
  expect(await problemsOf(other)).toEqual([]);

  const cutOff = typeLine(SLOW);
  await expect.poll(cutOff.booked).toBe(1);
  await holder.end('SIGKILL');
  await expect.poll(() => gateway.isConnected(), PATIENCE).toBe(true);
  await isAnswered(typeLine());

  await expect.poll(() => cutOff.told().length, PATIENCE).toBeGreaterThan(0);
  expect(cutOff.told()[0]).toMatchObject({ text: expect.stringContaining('结果未知') as string, isConfirmed: true });
  await sleep(A_WHILE_MS);
  expect(cutOff.booked()).toBe(1);
}, 240_000);

test('what only the instance with the connection can send waits for it', async () => {
  const { other } = await roles();
  const line = typeLine(SLOW);
  await expect.poll(line.booked).toBe(1);
  gateway.setAway(true);
  await gateway.drop();
  // The outcome is known long since, and the instance that stands by could try.
  await sleep(SLOW_MS + A_WHILE_MS);
  expect(line.told()).toEqual([]);
  gateway.setAway(false);
  await isAnswered(line);
  await sleep(A_WHILE_MS);
  expect([line.booked(), line.told().length]).toEqual([1, 1]);
  expect(isUp(other)).toBe(false);
  expect(other.lines.filter((text) => text.includes('late reply'))).toEqual([]);
}, 240_000);

test('the other instance has the connection when the one that had it is stopped', async () => {
  const { holder, other } = await roles();
  const line = typeLine(SLOW);
  await expect.poll(line.booked).toBe(1);
  expect(await holder.end('SIGTERM')).toBe(0);
  await isAnswered(line);
  await expect.poll(() => isUp(other), PATIENCE).toBe(true);
  await isAnswered(typeLine());
  expect(line.told()).toHaveLength(1);
}, 240_000);

test('neither instance fights another client that takes over the connection', async () => {
  const { holder, other } = await roles();
  gateway.kick?.();
  await holder.line((line) => line.includes('"reason":"kicked"'));
  // Longer than a lease lasts.
  await sleep(20_000);
  expect([gateway.attempts(), isUp(other)]).toEqual([1, false]);
  expect(await problemsOf(holder)).toMatchObject([{ what: 'connection' }]);
}, 240_000);

/** Longer than a lease lasts. */
const OUTAGE_MS = 20_000;

test('people are answered while the database is away for both, however long that is', async () => {
  const { other } = await roles();
  for (const database of databases) database.setAlive(false);
  await sleep(OUTAGE_MS);
  const line = typeLine();
  const isTold = () => gateway.told().filter(({ text }) => text.includes('未提交'));
  await expect.poll(isTold, PATIENCE).toMatchObject([{ isConfirmed: true }]);
  for (const database of databases) database.setAlive(true);
  await isAnswered(typeLine());
  expect([line.booked(), gateway.attempts(), isUp(other)]).toEqual([0, 1, false]);
}, 240_000);

test('the other instance takes over from one that has lost the database, which does not fight', async () => {
  const { holder, other } = await roles();
  const database = databases[services.indexOf(holder)];
  database?.setAlive(false);
  await other.line((line) => line.includes('"reason":"connected"'));
  await isAnswered(typeLine());
  database?.setAlive(true);
  await holder.line((line) => line.includes('"reason":"standby"'));
  await isAnswered(typeLine());
  expect(gateway.attempts()).toBe(2);
  expect(await problemsOf(other)).toEqual([]);
}, 240_000);
