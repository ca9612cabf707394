import { pino } from 'pino';
import type { Mapping } from '../../src/mapping/mapping.ts';
import type { PlatformHttp } from '../../src/platforms/http.ts';
import type { CheckContext, Group } from '../../src/setup/checks/check.ts';
import type { LiveConfig } from '../../src/config.ts';
import type { Beginning, Files, HeardPerson, Host, Listening, Report, World } from '../../src/setup/ports.ts';
import { createSetup, type SetupParts } from '../../src/setup/setup.ts';

export const GOOD: Report = { results: [], counts: { ok: 0, warn: 0, fail: 0, skipped: 0 } };
export const VENDOR = { appId: 'EW_N4365306114', key: 'beb2c94ff04754360ef131dde7bb3017', url: '' };
export const SOCKET_BOT = { WECOM_BOT_ID: 'aibBOT01', WECOM_BOT_SECRET: 'secret-of-the-bot' };
export const PEOPLE = {
  stores: [{ code: 'EW_N2949193145', name: '人民路店' }],
  staff: [{ user: 'wecom:zhangsan', name: '张三', employeeId: 11, store: 'EW_N2949193145', role: 'manager' as const }],
  conversations: [],
};

export const PLACES = { dotenv: '/nowhere/.env', mapping: '/nowhere/data/mapping.json' };

/** A setup with everything around it played, and what was done with that. */
export async function openSetup(parts: Partial<SetupParts> & { readonly beginning?: Partial<Beginning> } = {}) {
  const seen = {
    world: 'sandbox' as World,
    listened: [] as LiveConfig[],
    stopped: 0,
    checks: [] as { readonly context: CheckContext; readonly groups: readonly Group[] | undefined }[],
    written: [] as { readonly values: Parameters<Files['write']>[0]; readonly mapping: Mapping }[],
    undone: 0,
    heard: [] as HeardPerson[],
    /** What came last first. */
    order: [] as string[],
  };
  const host: { -readonly [Name in keyof Host]: Host[Name] } = {
    world: () => seen.world,
    cwd: '/nowhere',
    url: () => 'http://127.0.0.1:3000',
    restart: async () => {
      seen.order.push('restart');
      seen.world = 'live';
      return { started: true };
    },
  };
  const files: Files = {
    begin: async () => ({ places: PLACES, dotenv: '', mapping: null, problems: [], ...parts.beginning }),
    write: async (values, mapping) => {
      seen.order.push('write');
      seen.written.push({ values, mapping });
      return {
        paths: ['/nowhere/.env'],
        undo: async () => {
          seen.order.push('undo');
          seen.undone += 1;
        },
      };
    },
  };
  const setup = await createSetup({
    host,
    files,
    env: {},
    listen: async (config): Promise<Listening> => {
      seen.order.push('listen');
      seen.listened.push(config);
      const listening: Pick<Listening, 'view' | 'stop'> = {
        view: () => ({ bots: [], heard: seen.heard }),
        stop: async () => {
          seen.order.push('stop');
          seen.stopped += 1;
        },
      };
      // What carries callbacks is no business of the draft.
      return listening as unknown as Listening;
    },
    check: async (context, groups) => {
      seen.checks.push({ context, groups });
      return GOOD;
    },
    seeService: async () => null,
    http: {} as PlatformHttp,
    now: () => 1_764_247_200_000,
    randomBytes: (count) => new Uint8Array(count).map((_, index) => index),
    log: pino({ level: 'silent' }),
    ...parts,
  });
  return { setup, seen, host, files };
}
