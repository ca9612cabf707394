/** Fills a ledger of one version, and says as JSON how that went; started by `bench/ledger.ts` for each run. */
import { pathToFileURL } from 'node:url';
import process from 'node:process';
import type { z } from 'zod';
import type { DeliveryNotes } from '../src/chat/delivery-notes.ts';
import type { openPostgresLedger } from '../src/ledger/postgres/ledger.ts';
import type { openSqliteLedger } from '../src/ledger/sqlite/ledger.ts';
import type { createLog } from '../src/log.ts';
import type { Ledger } from '../src/redemption/ledger.ts';
import type { NewLine, NewMessage } from '../src/redemption/message.ts';
import type { realTime } from '../src/time/real.ts';
import { Fill, type Filled } from './ledger-job.ts';

const AT_ONCE = 200;

/** As long as what a group chat of WeCom really sends. */
const message = (serial: number): NewMessage => ({
  channel: 'wecom-bot',
  account: 'aibXXXXXXXXXXXXXX',
  messageId: `CAIQ${String(serial).padStart(28, '0')}`,
  user: `wecom:user${serial % 500}`,
  conversation: `wecom:wrkSFfCgAA${String(serial % 100).padStart(22, '0')}`,
  text: '@核销助手 核销 914095353294404024 2',
  returnAddress: {
    responseUrl: `https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=${'x'.repeat(64)}`,
    user: `user${serial % 500}`,
    chatId: `wrkSFfCgAA${String(serial % 100).padStart(22, '0')}`,
  },
});

const line: NewLine = {
  line: 0,
  card: '914095353294404024',
  count: 2,
  remark: '',
  store: { code: 'EW_N2949193145', name: '人民路店' },
  employeeId: 11,
  unsent: null,
};

/** What is done when a reply went out; `stop` resolves when all of it is on record. */
type Notes = Pick<DeliveryNotes, 'answered' | 'stop'>;

/** Versions before notes were written many at a time wrote each by itself, and were measured so. */
interface WithoutNotes {
  replyAnswered?(message: number, asOf: number): Promise<void>;
}

/** Claims, settles and marks as told, 200 at once. */
async function fill(ledger: Ledger & WithoutNotes, notes: Notes, total: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < total) {
      const claim = await ledger.claim(message(next++), [line]);
      for (const row of claim.message.redemptions) await ledger.settle(row, { state: 'succeeded', vendorMsg: '成功' });
      if (ledger.replyAnswered === undefined) notes.answered({ message: claim.message.id, asOf: 0 });
      else await ledger.replyAnswered(claim.message.id, 0);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await notes.stop();
}

const { root, at, redemptions } = Fill.parse(JSON.parse(process.argv[2] ?? ''));

async function load<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(`${root}/src/${path}`).href)) as T;
}

const log = (await load<{ createLog: typeof createLog }>('log.ts')).createLog({ level: 'silent' });
const opened = at.startsWith('postgres:')
  ? await (
      await load<{ openPostgresLedger: typeof openPostgresLedger }>('ledger/postgres/ledger.ts')
    ).openPostgresLedger(at, { log })
  : await (await load<{ openSqliteLedger: typeof openSqliteLedger }>('ledger/sqlite/ledger.ts')).openSqliteLedger(at);
const time = (await load<{ realTime: typeof realTime }>('time/real.ts')).realTime;
const { createDeliveryNotes } = await load<{
  createDeliveryNotes: (parts: { ledger: Ledger; time: typeof realTime; log: typeof log }) => Notes;
}>('chat/delivery-notes.ts');

const began = performance.now();
const cpu = process.cpuUsage();
await fill(opened.ledger, createDeliveryNotes({ ledger: opened.ledger, time, log }), redemptions);
const ms = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
await opened.ledger.close();
const filled: z.infer<typeof Filled> = { perSecond: (redemptions * 1000) / ms, cpuUs: (user + system) / redemptions };
process.stdout.write(JSON.stringify(filled));
