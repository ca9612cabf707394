import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { readConfig } from '../../../src/config.ts';
import { startHttp } from '../../../src/http/server.ts';
import { createLog } from '../../../src/log.ts';
import type { Mapping } from '../../../src/mapping/mapping.ts';
import { createMayLookInside } from '../../../src/operation/insiders.ts';
import { createMetrics } from '../../../src/operation/metrics.ts';
import { addOperationRoutes } from '../../../src/operation/routes.ts';
import { createBots } from '../../../src/platforms/bots.ts';
import { createPlatformHttp } from '../../../src/platforms/http.ts';
import { addressOf, startSimulatedRobots, type Shown } from '../../../src/sandbox/robots.ts';
import { startSimulatedVendor } from '../../../src/sandbox/vendor.ts';
import type { CheckContext } from '../../../src/setup/checks/check.ts';
import { OUTSIDE_CHECKS } from '../../../src/setup/checks/outside.ts';
import { runChecks } from '../../../src/setup/checks/run.ts';
import { sampleLog } from '../../../src/log/sampled.ts';
import type { Report } from '../../../src/setup/ports.ts';
import { realTime } from '../../../src/time/real.ts';
import { addWebhook } from '../../../src/transports/webhook/callbacks.ts';
import { startFeishuGateway } from '../../support/gateways/feishu.ts';
import { nothingFetched } from '../../support/not-fetched.ts';
import { APP_SECRET, startPlatforms } from '../../support/platforms.ts';
import { APP_KEYS, BOT_KEYS, DINGTALK_CLIENT_ID, DINGTALK_SECRET, MAPPING, VENDOR } from '../../support/service.ts';
import { EXPIRED_TLS, TLS } from '../../support/tls.ts';
import { startTunnel } from '../../support/tunnel.ts';
import { contextWith } from './context-with.ts';

/** What the proxy in front does with a request; null: it leads it on. */
export type FrontManner = (request: IncomingMessage, response: ServerResponse) => string | null;

/** As nginx does with the configuration in docs/setup/server.md. */
export const CALLBACKS_ONLY: FrontManner = ({ url = '' }, response) => {
  if (/^\/(?:wecom\/|dingtalk$|feishu$)/u.test(url)) return url;
  response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>');
  return null;
};

export type Outside = Awaited<ReturnType<typeof openOutside>>;

/** A whole outside that is in order: the vendor, three platforms, group robots, and a public address with a proxy in front. */
export async function openOutside() {
  const parts = new AsyncDisposableStack();
  const usual = getCACertificates('default');
  setDefaultCACertificates([TLS.cert, EXPIRED_TLS.cert]);
  parts.defer(() => setDefaultCACertificates(usual));
  const vendor = await startSimulatedVendor(VENDOR);
  parts.defer(() => vendor.close());
  const platforms = await startPlatforms();
  parts.defer(() => platforms.close());
  const feishu = await startFeishuGateway();
  parts.defer(() => feishu.close());
  const group = { platform: 'dingtalk', key: 'robotkey9876', secret: 'SECrobotsecret', group: '核销群' } as const;
  const shown: Shown[] = [];
  const robots = await startSimulatedRobots({ robots: [group], onShown: (message) => shown.push(message) });
  parts.defer(() => robots.close());
  const front = await startFront(parts);
  const tunnel = await startTunnel(front.port);
  parts.defer(() => tunnel.close());

  const { appId, appSecret, encryptKey, verificationToken } = feishu.keys;
  const env: Readonly<Record<string, string>> = {
    LIANTUOFU_URL: vendor.url,
    LIANTUOFU_APP_ID: VENDOR.appId,
    LIANTUOFU_KEY: VENDOR.key,
    WECOM_CORP_ID: APP_KEYS.receiveId,
    WECOM_APP_AGENT_ID: '1000002',
    WECOM_APP_SECRET: APP_SECRET,
    WECOM_APP_TOKEN: APP_KEYS.token,
    WECOM_APP_AES_KEY: APP_KEYS.aesKey,
    WECOM_BOT_TOKEN: BOT_KEYS.token,
    WECOM_BOT_AES_KEY: BOT_KEYS.aesKey,
    WECOM_API_URL: platforms.url,
    DINGTALK_CLIENT_ID,
    DINGTALK_APP_SECRET: DINGTALK_SECRET,
    DINGTALK_MODE: 'http',
    DINGTALK_API_URL: platforms.url,
    FEISHU_APP_ID: appId,
    FEISHU_APP_SECRET: appSecret,
    FEISHU_ENCRYPT_KEY: encryptKey,
    FEISHU_VERIFICATION_TOKEN: verificationToken,
    FEISHU_API_URL: feishu.url,
    PUBLIC_URL: 'https://api.example',
    HTTPS_PROXY: `http://${tunnel.host}`,
    ROBOT_HOSTS: new URL(robots.url).host,
  };
  /** The same bots by connections. */
  const connections = {
    DINGTALK_MODE: 'stream',
    FEISHU_ENCRYPT_KEY: '',
    FEISHU_VERIFICATION_TOKEN: '',
  };
  const robot = { robot: 'dingtalk' as const, url: addressOf(group, robots.url), secret: group.secret };
  const mapping: Mapping = { ...MAPPING, notify: [robot] } as Mapping;
  const service = await startBehind(env, parts);
  front.leadTo(service.url);

  return {
    env,
    connections,
    vendor,
    platforms,
    feishu,
    robots,
    group,
    robot,
    mapping,
    /** What the robots' groups see. */
    shown,
    front,
    tunnel,
    /** What `service` answers at. */
    service,
    /** Starts a service with other settings. */
    serve: (change: Readonly<Record<string, string>>) => startBehind({ ...env, ...change }, parts),
    /** Looks at all of it with these settings. */
    async look(change: Readonly<Record<string, string>> = {}, context: Partial<CheckContext> = {}): Promise<Report> {
      const config = readConfig({ ...env, ...change });
      const http = createPlatformHttp(config.proxy);
      const seen = { url: service.url, ready: true, problems: [], bots: [] };
      try {
        return await runChecks(
          OUTSIDE_CHECKS,
          contextWith({
            ...{ config, http, service: seen, mapping: async () => mapping, now: Date.now, sends: true },
            ...context,
          }),
        );
      } finally {
        await http.close();
      }
    },
    close: () => parts.disposeAsync(),
  };
}

/** The callbacks and the pages of a service with these settings; nothing comes of what it hears. */
async function startBehind(env: Readonly<Record<string, string>>, parts: AsyncDisposableStack) {
  const config = readConfig(env);
  if (config.mode !== 'live') throw new Error('these are not live settings');
  const log = createLog({ level: 'silent' });
  const http = createPlatformHttp();
  parts.defer(() => http.close());
  const heard: string[] = [];
  const bots = createBots(
    { ...config.channels, wecomApiUrl: config.wecomApiUrl },
    { http, download: nothingFetched, now: Date.now, time: realTime, randomBytes, log },
  );
  const sampled = sampleLog(log, realTime);
  parts.defer(() => sampled.stop());
  const server = await startHttp({
    ...{ host: '127.0.0.1', port: 0, log: sampled },
    addRoutes(router) {
      for (const { webhook, ...bot } of bots.all) {
        if (webhook === undefined) continue;
        const reception = {
          hear: async ({ kind }: { readonly kind: string }) => {
            heard.push(kind);
          },
        };
        addWebhook(router, { ...bot, webhook }, { reception, onCallback: () => () => undefined, log: sampled });
      }
      addOperationRoutes(router, {
        metrics: createMetrics(),
        condition: { obstacles: async () => [], problems: () => [] },
        seenBots: () => [],
        mayLookInside: createMayLookInside(null),
      });
    },
  });
  parts.defer(() => server.close(100));
  /** `heard`: what kinds of things came in by authentic callbacks. */
  return { url: server.url, heard };
}

/** A proxy with TLS, for `api.example`. */
async function startFront(parts: AsyncDisposableStack) {
  let target = '';
  let manner = CALLBACKS_ONLY;
  const server = createSecureServer(TLS, (incoming, response) => {
    const path = manner(incoming, response);
    if (path === null) return void incoming.resume();
    const { method, headers } = incoming;
    const onward = request(target + path, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  parts.defer(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (url: string) => void (target = url),
    behave: (how: FrontManner) => void (manner = how),
    show: (tls: typeof TLS) => server.setSecureContext(tls),
  };
}

/** What one check came to. */
export function named({ results }: Report, name: string) {
  const found = results.find((result) => result.name === name);
  if (found === undefined) throw new Error(`no check ${name}`);
  return found;
}
