import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { startFlags } from '../test/support/child.ts';
import { makeShop, MAPPING } from '../test/support/service.ts';
import { startProgram, type Place, type Program } from './process.ts';
import { usageOf } from './usage.ts';
import type { Version } from './version.ts';

const READY_WITHIN_MS = 60_000;

/** What is under load, the service or something bare. */
export interface Subject {
  readonly url: string;
  /** To which it has opened its connection; null where it is reached by its URL. */
  readonly gateway: Gateway | null;
  readonly pid: number;
  /** From its start to the first answer that it is ready, in milliseconds. */
  readonly readyMs: number;
  /** Before the first message, a little after the start. */
  readonly idleRssMb: number;
}

export interface ServiceSubject extends Subject {
  readonly dataDir: string;
  /** Standard output so far. */
  log(): Promise<string>;
  /** Stops it; its data stays until the stage is over. */
  stop(): Promise<void>;
}

/** The other end of a bot's connection, which brings the load; one for each that is under load. */
export interface Gateway {
  readonly platform: 'wecom' | 'dingtalk';
  readonly url: string;
}

export interface Vendor {
  readonly url: string;
  /** Requests so far. */
  calls(): Promise<number>;
  /** How long the answers since the last time were made to take, in milliseconds, in the order of the requests. */
  drawn(): Promise<readonly number[]>;
}

export interface ServiceOptions {
  readonly vendor: Vendor;
  /** Where its bot of that platform connects to, instead of having a webhook. */
  readonly gateway?: Gateway;
  readonly env?: Readonly<Record<string, string>>;
  /** One that was used before. Default: a new one. */
  readonly dataDir?: string;
  readonly place?: Place;
  /** The folder of another version, to be run instead of this one. */
  readonly root?: string;
  /** Called with the new data folder and all settings before the service starts. */
  readonly prepare?: (dataDir: string, settings: Readonly<Record<string, string>>) => Promise<void>;
}

export interface StageOptions {
  /** Where the service leaves CPU profiles, if it is to. */
  readonly profileDir: string | null;
  /** What this version is compared with; null for a bare server. */
  readonly version: Version | null;
}

/** Everything that one case starts; all of it ends, and every file goes, with `[Symbol.asyncDispose]`. */
export class Stage {
  readonly #parts = new AsyncDisposableStack();
  readonly #profileDir: string | null;
  readonly #version: Version | null;

  constructor({ profileDir, version }: StageOptions) {
    this.#profileDir = profileDir;
    this.#version = version;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }

  /** For what else a case starts. */
  defer(end: () => Promise<void>): void {
    this.#parts.defer(end);
  }

  /** A vendor whose answers take from `fromMs` to `toMs`. */
  async startVendor(fromMs = 0, toMs = fromMs): Promise<Vendor> {
    const port = await freePort();
    const args = ['--port', String(port), '--from', String(fromMs), '--to', String(toMs)];
    const program = this.#add(startProgram('bench/vendor.ts', { place: 'measuring', args }));
    const url = `http://127.0.0.1:${port}`;
    await untilReady(`${url}/calls`, program);
    const ask = async (what: string): Promise<unknown> => (await fetch(`${url}/${what}`)).json();
    return {
      url,
      calls: async () => Calls.parse(await ask('calls')).calls,
      drawn: async () => Drawn.parse(await ask('drawn')),
    };
  }

  /** It waits for a client. */
  async startGateway(platform: Gateway['platform']): Promise<Gateway> {
    const port = await freePort();
    const args = ['--port', String(port), '--platform', platform];
    const program = this.#add(startProgram('bench/gateway/main.ts', { place: 'measuring', args }));
    const url = `http://127.0.0.1:${port}`;
    await untilListening(url, program);
    return { platform, url };
  }

  async startBare(vendor: Vendor): Promise<Subject> {
    const port = await freePort();
    const args = ['--port', String(port), '--vendor', vendor.url];
    const began = performance.now();
    const program = this.#add(startProgram('bench/bare/main.ts', { place: 'measured', args }));
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, program);
    return observe({ url, gateway: null }, program, began);
  }

  /** A bare client, connected to a gateway of its own. */
  async startBareClient(platform: Gateway['platform'], vendor: Vendor): Promise<Subject> {
    const gateway = await this.startGateway(platform);
    const args = ['--platform', platform, '--gateway', gateway.url, '--vendor', vendor.url];
    const began = performance.now();
    const program = this.#add(startProgram('bench/bare/client.ts', { place: 'measured', args }));
    await untilReady(gateway.url, program);
    return observe({ url: gateway.url, gateway }, program, began);
  }

  /** Another version of the service with the same settings, or a bare server, as the run was asked to compare with. */
  async startReference(options: ServiceOptions): Promise<Subject> {
    if (this.#version === null) return this.startBare(options.vendor);
    return this.startService({ ...options, root: this.#version.root });
  }

  /** The service as `npm start` runs it, live, with all channels. */
  async startService({
    vendor,
    gateway,
    env,
    dataDir,
    prepare,
    place = 'measured',
    root,
  }: ServiceOptions): Promise<ServiceSubject> {
    const port = await freePort();
    const shop = await makeShop(vendor.url, {
      PORT: String(port),
      USER_LINES_PER_MINUTE: '1000000',
      LIANTUOFU_CARD_DETAIL: 'off',
      ...(gateway === undefined ? {} : CONNECT[gateway.platform](gateway)),
      ...env,
    });
    this.defer(shop.clear);
    // No message here is a person's of Feishu, which older versions take for a mistake.
    const staff = MAPPING.staff.filter(({ user }) => !user.startsWith('feishu:'));
    await writeFile(join(shop.dataDir, 'mapping.json'), JSON.stringify({ ...MAPPING, staff }));
    await prepare?.(shop.dataDir, shop.env);
    const folder = dataDir ?? shop.dataDir;
    const output = join(shop.dataDir, 'bench.log');
    const profiling = this.#profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${this.#profileDir}`];
    const began = performance.now();
    const program = this.#add(
      startProgram('src/main.ts', {
        place,
        nodeArgs: [...(root === undefined ? startFlags() : startFlags(pathToFileURL(`${root}/`))), ...profiling],
        ...(root === undefined ? {} : { root }),
        env: { ...shop.env, DATA_DIR: folder },
        cwd: folder,
        output,
      }),
    );
    const url = `http://127.0.0.1:${port}`;
    await untilReady(`${url}/readyz`, program);
    if (gateway !== undefined) await untilReady(gateway.url, program);
    return {
      ...(await observe({ url, gateway: gateway ?? null }, program, began)),
      dataDir: folder,
      log: () => readFile(output, 'utf8'),
      stop: () => program.end(),
    };
  }

  #add(program: Program): Program {
    this.defer(() => program.end());
    return program;
  }
}

const Calls = z.object({ calls: z.number() });
const Drawn = z.array(z.number());

/** The settings by which a bot connects to a gateway. */
const CONNECT: Readonly<Record<Gateway['platform'], (gateway: Gateway) => Record<string, string>>> = {
  wecom: ({ url }) => ({
    // A bot is reached in one way.
    WECOM_BOT_TOKEN: '',
    WECOM_BOT_AES_KEY: '',
    // As the messages of the load say.
    WECOM_BOT_ID: 'aibBOT01',
    WECOM_BOT_SECRET: 'botSecret0123456789',
    WECOM_SOCKET_URL: url.replace('http:', 'ws:'),
  }),
  dingtalk: ({ url }) => ({
    DINGTALK_CLIENT_ID: 'dingappkey1',
    DINGTALK_API_URL: url,
    DINGTALK_WEBHOOK_HOSTS: new URL(url).host,
  }),
};

async function observe(at: Pick<Subject, 'url' | 'gateway'>, { pid }: Program, began: number): Promise<Subject> {
  const readyMs = performance.now() - began;
  await sleep(1_000);
  return { ...at, pid, readyMs, idleRssMb: usageOf([pid]).rssMb };
}

/** How many redemptions the ledger in this folder calls succeeded. */
export function countSucceeded(dataDir: string): number {
  const db = new DatabaseSync(join(dataDir, 'ledger.db'), { readOnly: true });
  const row = db.prepare(`select count(*) as n from redemptions where state = 'succeeded'`).get();
  db.close();
  return Number(row?.['n']);
}

function untilReady(url: string, program: Program): Promise<void> {
  return until(url, program, ({ status }) => status !== 503);
}

function untilListening(url: string, program: Program): Promise<void> {
  return until(url, program, () => true);
}

async function until(url: string, program: Program, accept: (answer: Response) => boolean): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline && program.running()) {
    const answer = await fetch(url).catch(() => null);
    await answer?.arrayBuffer();
    if (answer !== null && accept(answer)) return;
    await sleep(5);
  }
  throw new Error(`${url} did not become ready`);
}

/** A port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
