/**
 * What a service that is reached by its own connection is compared with: the same frames on `ws`, and undici for what goes
 * by HTTP, without validation, a ledger, a log, metrics, or connecting again. The least that a correct reply costs.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { request as post } from 'undici';
import { WebSocket } from 'ws';
import { dingtalkReply, tell, type DingtalkText } from './dingtalk.ts';
import { createCarry } from './redeem.ts';

const WECOM_PING_MS = 30_000;

const { values } = parseArgs({
  options: { platform: { type: 'string' }, gateway: { type: 'string' }, vendor: { type: 'string', default: '' } },
});
const gateway = values.gateway ?? '';
const carry = createCarry(values.vendor);
const connect = (url: string) => new WebSocket(url, { perMessageDeflate: false });

interface WecomFrame {
  readonly cmd?: string;
  readonly headers: { readonly req_id: string };
  readonly body: { readonly msgid: string; readonly text: { readonly content: string } };
}

function wecom(): void {
  const socket = connect(gateway.replace('http:', 'ws:'));
  let commands = 0;
  const give = (cmd: string, reqId: string, body?: object) =>
    socket.send(JSON.stringify({ cmd, headers: { req_id: reqId }, body }));
  socket.on('open', () => {
    give('aibot_subscribe', 'subscribe', { bot_id: 'bare', secret: 'bare' });
    setInterval(() => give('ping', `ping-${(commands += 1)}`), WECOM_PING_MS);
  });
  socket.on('message', (data: Buffer) => {
    const { cmd, headers, body } = JSON.parse(data.toString()) as WecomFrame;
    // The others acknowledge what was sent.
    if (cmd !== 'aibot_msg_callback') return;
    void carry(body.text.content).then((content) => {
      const stream = { id: body.msgid, finish: true, content };
      give('aibot_respond_msg', headers.req_id, { msgtype: 'stream', stream });
    });
  });
}

interface DingtalkFrame {
  readonly type: string;
  readonly headers: { readonly messageId: string };
  readonly data: string;
}

async function dingtalk(): Promise<void> {
  const answer = await post(`${gateway}/v1.0/gateway/connections/open`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ clientId: 'bare', clientSecret: 'bare', subscriptions: [] }),
  });
  const { endpoint, ticket } = (await answer.body.json()) as { endpoint: string; ticket: string };
  const socket = connect(`${endpoint}?ticket=${encodeURIComponent(ticket)}`);
  socket.on('message', (frame: Buffer) => {
    const { type, headers, data } = JSON.parse(frame.toString()) as DingtalkFrame;
    const { messageId } = headers;
    const says = type === 'SYSTEM' ? data : JSON.stringify({ response: null });
    const about = { messageId, contentType: 'application/json' };
    socket.send(JSON.stringify({ code: 200, headers: about, message: 'OK', data: says }));
    if (type === 'SYSTEM') return;
    const message = JSON.parse(data) as DingtalkText;
    void carry(message.text.content).then((content) => tell(message.sessionWebhook, dingtalkReply(message, content)));
  });
}

if (values.platform === 'dingtalk') await dingtalk();
else wecom();
process.once('SIGTERM', () => process.exit(0));
