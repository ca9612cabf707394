/**
 * What the service is compared with: the same protocols on `node:http`, `node:crypto` and undici, without a framework,
 * validation, a ledger, a log or metrics. The least that a correct, signed reply costs.
 */
import { createServer } from 'node:http';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { CHANNELS } from './channels.ts';
import { tell } from './dingtalk.ts';
import { createCarry } from './redeem.ts';

const { values } = parseArgs({ options: { port: { type: 'string' }, vendor: { type: 'string', default: '' } } });
const carry = createCarry(values.vendor);

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
    carry(message.text).then(send, () => response.writeHead(500).end());
  });
});

server.keepAliveTimeout = 65_000;
server.listen(Number(values.port), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
