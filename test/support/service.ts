import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, type Child } from './child.ts';
import type { WecomKeys } from './wecom.ts';

/** Credentials of the made-up shop that the tests run. */
export const APP_KEYS: WecomKeys = {
  token: 'AppToken01',
  aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  receiveId: 'wwCORP00000000001',
};
export const BOT_KEYS: WecomKeys = {
  token: 'BotToken01',
  aesKey: 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU',
  receiveId: '',
};
export const DINGTALK_SECRET = 'this is a secret';
/** Of the same app; its robot has the same code. */
export const DINGTALK_CLIENT_ID = 'dingappkey1';
export const VENDOR = { appId: 'EW_N5946005323', key: '0123456789abcdef0123456789abcdef' };

export const MAPPING = {
  stores: [
    { code: 'EW_N2949193145', name: '人民路店' },
    { code: 'EW_N2949193146', name: '解放路店' },
  ],
  staff: [
    { user: 'wecom:zhangsan', name: '张三', employeeId: 11, store: 'EW_N2949193145', role: 'staff' },
    { user: 'dingtalk:staff001', name: '小王', employeeId: 12, store: 'EW_N2949193145', role: 'staff' },
    { user: 'feishu:ou_staff001', name: '小飞', employeeId: 13, store: 'EW_N2949193145', role: 'staff' },
  ],
  conversations: [{ id: 'wecom:wrSECOND', store: 'EW_N2949193146' }],
};

export interface RunningService extends Child {
  readonly url: string;
}

/** The settings of all channels that are reached by callbacks. */
const CALLBACKS = {
  WECOM_CORP_ID: APP_KEYS.receiveId,
  WECOM_APP_AGENT_ID: '1000002',
  WECOM_APP_TOKEN: APP_KEYS.token,
  WECOM_APP_AES_KEY: APP_KEYS.aesKey,
  WECOM_BOT_TOKEN: BOT_KEYS.token,
  WECOM_BOT_AES_KEY: BOT_KEYS.aesKey,
  DINGTALK_APP_SECRET: DINGTALK_SECRET,
};

/** A folder with the mapping above, and the settings of a live service with these channels that keeps its data there. */
export async function makeShop(
  vendorUrl: string,
  change: Record<string, string> = {},
  channels: Readonly<Record<string, string>> = CALLBACKS,
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'shop-'));
  await mkdir(dataDir, { recursive: true });
  await writeFile(join(dataDir, 'mapping.json'), JSON.stringify(MAPPING, null, 2));
  const env: Record<string, string> = {
    PORT: '0',
    DATA_DIR: dataDir,
    LIANTUOFU_URL: vendorUrl,
    LIANTUOFU_APP_ID: VENDOR.appId,
    LIANTUOFU_KEY: VENDOR.key,
    ...channels,
    BOT_NAMES: '核销助手',
    // Tests use the same few cards again and again; those about questions turn them on.
    CONFIRM_COUNT_OVER: '999',
    CONFIRM_REPEAT_WITHIN_S: '0',
    ...change,
  };
  return { dataDir, env, clear: () => rm(dataDir, { recursive: true, force: true }) };
}

/** Starts the real program and waits until it listens. */
export async function startServiceProcess(env: Record<string, string>): Promise<RunningService> {
  const child = startChild('src/main.ts', env);
  const listening = await child.line((line) => line.includes('"msg":"listening"'));
  const { url } = JSON.parse(listening) as { url: string };
  return { ...child, url };
}
