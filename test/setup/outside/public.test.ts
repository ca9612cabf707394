import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { unreached } from '../../../src/setup/checks/unreached.ts';
import { USER_AGENT } from '../../../src/setup/checks/public-ask.ts';
import { CALLBACKS_ONLY, named, openOutside, type Outside } from '../checks/outside-stage.ts';

let outside: Outside;
beforeEach(async () => {
  outside = await openOutside();
});
afterEach(() => outside.close());

test('an address that nothing comes back from is a warning: it may be reached from outside', async () => {
  const report = await outside.look({
    PUBLIC_URL: 'https://api.example',
    HTTPS_PROXY: await hole(),
  });
  const found = named(report, 'public-address');
  expect(found.outcome).toBe('warn');
  expect(found.seen.zh).toMatch(/NAT 回环/u);
  expect(found.todo?.zh).toContain('https://api.example/healthz');
});

/** A proxy that takes connections and says nothing. */
async function hole(): Promise<string> {
  const server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a service that does not run with these settings yet is a warning only where the proxy cannot reach it', async () => {
  outside.front.leadTo('http://127.0.0.1:1');
  expect(named(await outside.look({}, { service: null }), 'public-address').outcome).toBe('warn');
  outside.front.behave((_, response) => {
    response.writeHead(404).end();
    return null;
  });
  expect(named(await outside.look({}, { service: null }), 'public-address').outcome).toBe('fail');
});

test('a public page of setup or sandbox is found, and a website of the shop beside the callbacks is none', async () => {
  outside.front.behave((request, response) => {
    if (request.url !== '/') return CALLBACKS_ONLY(request, response);
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>欢迎光临人民路店</title>');
    return null;
  });
  expect(named(await outside.look(), 'metrics-not-public').outcome).toBe('ok');
  outside.front.behave((request, response) => {
    if (request.url !== '/setup') return CALLBACKS_ONLY(request, response);
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<link rel="stylesheet" href="/setup/assets/style.css">');
    return null;
  });
  expect(named(await outside.look(), 'metrics-not-public').seen.zh).toContain('/setup');
});

test('what is asked says who asks, so that a service can tell it from a console', async () => {
  const agents = new Set<string | undefined>();
  outside.front.behave((request, response) => {
    agents.add(request.headers['user-agent']);
    return CALLBACKS_ONLY(request, response);
  });
  await outside.look();
  expect([...agents]).toEqual([USER_AGENT]);
});

test('a public address on this machine shows nothing of what the world sees, and has no certificate', async () => {
  const report = await outside.look({ PUBLIC_URL: outside.service.url });
  expect(named(report, 'public-address').outcome).toBe('ok');
  expect(named(report, 'certificate').outcome).toBe('skipped');
  expect(named(report, 'metrics-not-public').outcome).toBe('skipped');
});

test('an AI bot by callbacks is proved by a message that came', async () => {
  const bot = { channel: 'wecom-bot', name: '/wecom/bot', by: 'callbacks', up: null, lastMessageAt: 1 } as const;
  const service = { url: outside.service.url, ready: true, problems: [], bots: [bot] };
  expect(named(await outside.look({}, { service }), 'wecom-bot-callbacks').outcome).toBe('ok');
  const silent = { ...service, bots: [{ ...bot, lastMessageAt: null }] };
  const found = named(await outside.look({}, { service: silent }), 'wecom-bot-callbacks');
  expect(found.outcome).toBe('skipped');
  expect(found.todo?.zh).toContain('npm run doctor -- --wait');
});

test.each([
  ['ENOTFOUND', false, 'dns'],
  ['EAI_AGAIN', false, 'dns'],
  ['ECONNREFUSED', false, 'refused'],
  ['UND_ERR_CONNECT_TIMEOUT', false, 'timeout'],
  ['EHOSTUNREACH', false, 'timeout'],
  ['AbortError', false, 'timeout'],
  ['TimeoutError', true, 'no-answer'],
  ['CERT_HAS_EXPIRED', false, 'certificate'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', false, 'certificate'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', false, 'certificate'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', false, 'certificate'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', false, 'no-tls'],
  ['EPROTO', false, 'no-tls'],
  ['ECONNRESET', true, 'cut-off'],
  ['UND_ERR_ABORTED', false, 'proxy'],
  ['answer without errcode (503)', true, 'other'],
] as const)('%s (left: %s) is %s', (cause, left, kind) => {
  const found = unreached({ cause, left }, 'api.example');
  expect(found.kind).toBe(kind);
  expect(found.seen.zh).toContain('api.example');
});
