import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Check, ServiceSeen } from '../../../src/setup/checks/check.ts';
import { openContext } from '../../../src/setup/checks/context.ts';
import { createMachineChecks } from '../../../src/setup/checks/machine-checks.ts';
import { THIS_MACHINE, type Machine } from '../../../src/setup/checks/machine.ts';
import { PEOPLE_CHECKS } from '../../../src/setup/checks/people.ts';
import { runChecks } from '../../../src/setup/checks/run.ts';
import { SERVICE_CHECKS } from '../../../src/setup/checks/service-checks.ts';
import { SETTINGS_CHECKS } from '../../../src/setup/checks/settings.ts';
import { STORAGE_CHECKS } from '../../../src/setup/checks/storage.ts';

const ID = 'EW_N2949193145';

/** A shop where all is well, of which each part can be spoilt. */
export interface Shop {
  readonly folder: string;
  /** What `.env` says. */
  readonly settings: Record<string, string>;
  readonly environment: Record<string, string>;
  /** The text of the mapping file; null: there is none. */
  mapping: string | null;
  machine: Machine;
  service: ServiceSeen | null;
}

export const PEOPLE = {
  stores: [{ code: ID, name: '人民路店' }],
  staff: [
    { user: 'wecom:boss', name: '店长', store: ID, role: 'manager' },
    { user: 'wecom:zhangsan', name: '张三', employeeId: 11, store: ID, role: 'staff' },
  ],
};

export async function openShop(): Promise<Shop> {
  const folder = await mkdtemp(join(tmpdir(), 'planted-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'data'), { mode: 0o700 });
  const unit = `[Service]\nWorkingDirectory=${folder}\nExecStart=${folder}/node_modules/.bin/node src/main.ts\nRestart=on-failure\n`;
  return {
    folder,
    settings: {
      LIANTUOFU_APP_ID: 'EW_N5946005323',
      LIANTUOFU_KEY: 'a-vendor-key-0123456789',
      WECOM_BOT_ID: 'aibBot0001',
      WECOM_BOT_SECRET: 'a-bot-secret-0123456789',
      DATA_DIR: join(folder, 'data'),
      // Nothing listens there.
      PORT: '1',
    },
    environment: {},
    mapping: JSON.stringify(PEOPLE, null, 2),
    machine: {
      ...THIS_MACHINE,
      platform: 'linux',
      node: '24.21.0',
      memory: 4 * 1024 ** 3,
      freeMemory: 2 * 1024 ** 3,
      space: async () => ({ freeBytes: 20 * 1024 ** 3, bytes: 40 * 1024 ** 3 }),
      mounts: async () => '22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw',
      syncMs: async () => 4,
      isContainer: async () => false,
      units: async () => [{ path: '/etc/systemd/system/bot.service', text: unit }],
    },
    service: {
      url: 'http://127.0.0.1:1',
      ready: true,
      problems: [],
      bots: [{ channel: 'wecom-bot', name: 'the bot', by: 'connection', up: true, lastMessageAt: Date.now() }],
    },
  };
}

export function checksHere(machine: Machine): readonly Check[] {
  return [...SETTINGS_CHECKS, ...createMachineChecks(machine), ...SERVICE_CHECKS, ...STORAGE_CHECKS, ...PEOPLE_CHECKS];
}

/** Writes the shop's files where they are not there yet, and looks at it. */
export async function lookAt({ folder, settings, environment, mapping, machine, service }: Shop) {
  const dotenv = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, '.env'), dotenv.join(''), { mode: 0o600 });
  if (mapping !== null) await writeFile(join(folder, 'data', 'mapping.json'), mapping, { mode: 0o600 });
  return look({ folder, environment, machine, service });
}

export async function look({ folder, environment, machine, service }: Omit<Shop, 'settings' | 'mapping'>) {
  await using context = await openContext({ cwd: folder, env: environment });
  return await runChecks(checksHere(machine), { ...context, service });
}

export const openToAll = (path: string) => chmod(path, 0o644);
