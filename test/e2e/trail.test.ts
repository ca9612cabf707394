import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createShowTrail } from '../../src/desk/trail.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { createLog } from '../../src/log.ts';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startService } from '../../src/service.ts';
import { sayToApp } from '../support/chats.ts';
import { APP_SECRET, startPlatforms } from '../support/platforms.ts';
import { makeShop, VENDOR } from '../support/service.ts';

const SILENT = SANDBOX_CARDS.find(({ manner }) => manner === 'silent')?.card ?? '';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('the time line tells a question, its answer, a repeated delivery, an unknown that looks settled, and a late reply', async () => {
  const vendor = await startSimulatedVendor({ ...VENDOR, slowMs: 60_000 });
  onTestFinished(() => vendor.close());
  const platforms = await startPlatforms();
  onTestFinished(() => platforms.close());
  const shop = await makeShop(vendor.url, {
    ...{ WECOM_API_URL: platforms.url, WECOM_APP_SECRET: APP_SECRET, DAILY_SUMMARY_AT: 'off' },
    ...{ LIANTUOFU_TIMEOUT_MS: '800', CONFIRM_COUNT_OVER: '1' },
  });
  onTestFinished(shop.clear);
  const config = readConfig(shop.env);
  if (config.mode !== 'live') throw new Error('not live');
  const service = await startService(config, { log: createLog({ level: 'silent' }), lookAfterMs: [500, 60_000] });
  let receipt = '';
  try {
    const question = { content: `核销 ${SILENT} 2`, messageId: '90000000000001' };
    const asked = await sayToApp(service.url, question);
    receipt = /R-[0-9A-Z]{8}/u.exec(asked.text ?? '')?.[0] ?? '';
    await pause(300);
    await sayToApp(service.url, question);
    await pause(300);
    const answer = { content: '确认', messageId: '90000000000002' };
    // The platform asks again while the first is in hand.
    await Promise.all([sayToApp(service.url, answer), pause(100).then(() => sayToApp(service.url, answer))]);
    const told = () => platforms.delivered.some(({ text }) => text.includes('核销成功'));
    await expect.poll(told, { timeout: 30_000 }).toBe(true);
    await pause(300);
  } finally {
    await service.stop();
  }

  const { ledger } = await openSqliteLedger(join(shop.dataDir, 'ledger.db'));
  onTestFinished(() => ledger.close());
  const showTrail = createShowTrail({ ledger, staff: { findStaff: () => undefined } });
  const trail = await showTrail(receipt, { user: 'wecom:zhangsan', role: 'staff', member: undefined });
  if (trail.kind !== 'trail') throw new Error('no trail');
  const { entries } = trail;
  expect(trail.redemption).toMatchObject({ state: 'succeeded', settledBy: { how: 'look' } });
  const kinds: readonly string[] = entries.map(({ kind }) => kind);
  const once = ['received', 'asked', 'confirmed', 'seen', 'sent', 'unknown', 'look', 'settled'];
  expect(kinds.filter((kind) => once.includes(kind))).toEqual(once);
  expect(entries.every(({ at }) => at !== null)).toBe(true);
  const redelivered = entries.filter((entry) => entry.kind === 'redelivered');
  expect(redelivered.reduce((sum, { times }) => sum + times, 0)).toBe(2);
  expect(entries.filter(({ kind }) => kind === 'told').length).toBeGreaterThanOrEqual(2);
  expect(entries.at(-1)).toMatchObject({ kind: 'late', result: 'sent' });
  expect(trail.coming).toEqual([]);
  const said = entries.flatMap((entry) => (entry.kind === 'received' ? entry.text : []));
  expect(said).toEqual([`核销 …${SILENT.slice(-4)} 2`]);
  expect(await showTrail(receipt, { user: 'wecom:other', role: 'staff', member: undefined })).toEqual({
    kind: 'no-such-receipt',
  });
}, 90_000);
