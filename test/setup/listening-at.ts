import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';
import { readConfig, type LiveConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { keyOf, type NotCarriedOut } from '../../src/redemption/message.ts';
import { startListening } from '../../src/setup/listening.ts';
import type { Listening } from '../../src/setup/ports.ts';
import { FEISHU_APP } from '../support/gateways/feishu-callbacks.ts';
import { APP_KEYS, BOT_KEYS, DINGTALK_SECRET, VENDOR } from '../support/service.ts';

export const log = createLog({ level: 'silent' });
export const CARD = '914095353294404024';
export const OTHER_KEYS = {
  token: 'OtherToken01',
  aesKey: 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI',
  receiveId: '',
};
export const APP = {
  WECOM_CORP_ID: APP_KEYS.receiveId,
  WECOM_APP_AGENT_ID: '1000002',
  WECOM_APP_TOKEN: APP_KEYS.token,
  WECOM_APP_AES_KEY: APP_KEYS.aesKey,
};
export const BOT = { WECOM_BOT_TOKEN: BOT_KEYS.token, WECOM_BOT_AES_KEY: BOT_KEYS.aesKey };
export const DINGTALK = { DINGTALK_APP_SECRET: DINGTALK_SECRET, DINGTALK_MODE: 'http' };
export const FEISHU = {
  FEISHU_APP_ID: FEISHU_APP.appId,
  FEISHU_APP_SECRET: FEISHU_APP.appSecret,
  FEISHU_ENCRYPT_KEY: FEISHU_APP.encryptKey,
  FEISHU_VERIFICATION_TOKEN: FEISHU_APP.verificationToken,
};

/** Live settings with these channels. */
export function configOf(channels: Record<string, string>): LiveConfig {
  const config = readConfig({ LIANTUOFU_APP_ID: VENDOR.appId, LIANTUOFU_KEY: VENDOR.key, ...channels });
  if (config.mode !== 'live') throw new Error('not live');
  return config;
}

/** Keeps what is never carried out in this process. */
export const keepIn = (kept: Map<string, NotCarriedOut>) => async (messages: readonly NotCarriedOut[]) => {
  for (const message of messages) kept.set(keyOf(message), message);
};

/** Listens with these settings at an address where `addRoutes` answers what it leaves. */
export async function listenAt(
  open: AsyncDisposableStack,
  channels: Record<string, string>,
  addRoutes: (router: Router) => void = () => undefined,
) {
  const kept = new Map<string, NotCarriedOut>();
  const listening = await startListening({ ...configOf(channels), keep: keepIn(kept), log });
  const app = new Koa();
  app.use(listening.callbacks);
  const router = new Router();
  addRoutes(router);
  app.use(router.routes());
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.defer(async () => {
    await listening.stop();
    server.closeAllConnections();
    server.close();
  });
  return {
    listening,
    /** Stops; resolves with what was kept. */
    stop: async () => {
      await listening.stop();
      return [...kept.values()];
    },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
}

export const botOf = (listening: Listening) => listening.view().bots[0];
/** The time of now as WeCom and Feishu sign it. */
export const seconds = () => ({ timestamp: String(Math.floor(Date.now() / 1000)) });
