/**
 * What the service is compared with: the same protocols on `node:http`, `node:crypto` and undici, without a framework,
 * validation, a ledger, a log or metrics. The least that a correct, signed reply costs.
 */
import { hash, randomInt } from 'node:crypto';
import { createServer } from 'node:http';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Agent, Pool, request as post } from 'undici';
import { help } from '../../src/command/sentences.ts';
import { VENDOR } from '../../test/support/service.ts';
import { CHANNELS } from './channels.ts';

const { values } = parseArgs({ options: { port: { type: 'string' }, vendor: { type: 'string', default: '' } } });
const vendor = values.vendor === '' ? null : new Pool(values.vendor, { connections: 64, pipelining: 1 });
const webhooks = new Agent({ connections: 64, pipelining: 1 });
const HELP = help();

const server = createServer((request, response) => {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const message = CHANNELS[path]?.({
      query: new URLSearchParams(query),
      headers: request.headers,
      body: Buffer.concat(chunks),
    });
    if (message === undefined || message === null) {
      response.writeHead(403).end();
      return;
    }
    const { webhook } = message;
    // Answered at once, as the service does.
    if (webhook !== null) response.writeHead(200, { 'content-length': 0 }).end();
    const send = (text: string) => {
      const body = message.reply(text);
      if (webhook !== null) {
        void tell(webhook, body);
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    };
    const [verb, card = '', count = '1'] = message.text.split(' ');
    if (verb !== '核销' || vendor === null) send(HELP);
    else redeem(vendor, card, count).then(send, () => response.writeHead(500).end());
  });
});

async function tell(webhook: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const answer = await post(webhook, { dispatcher: webhooks, method: 'POST', headers, body });
  const { errcode } = (await answer.body.json()) as { errcode: number };
  if (errcode !== 0) throw new Error(`errcode ${errcode}`);
}

async function redeem(pool: Pool, card: string, count: string): Promise<string> {
  const receipt = `R-${randomInt(10 ** 8)}`;
  const params = {
    appId: VENDOR.appId,
    cardNo: card,
    consumeEmployeeId: '11',
    consumeMerchantCode: 'EW_N2949193145',
    consumeSource: '0',
    count,
    random: String(randomInt(10 ** 14)),
    remark: receipt,
  };
  const joined = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  const sign = hash('md5', `${joined.join('&')}&key=${VENDOR.key}`);
  const { body } = await pool.request({
    path: '/open/timescard/userTimesCardConsume',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ ...params, sign }).toString(),
  });
  const { code, msg } = (await body.json()) as { code: string; msg: string };
  const outcome = code === 'SUCCESS' ? '核销成功' : '核销失败';
  return `${outcome}「${msg}」\n尾号${card.slice(-4)}，${count}次，人民路店，${receipt}`;
}

server.keepAliveTimeout = 65_000;
server.listen(Number(values.port), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
