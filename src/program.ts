import type Router from '@koa/router';
import type { Context, Next } from 'koa';
import { startApp } from './app.ts';
import { loadConfig, readBasics, SettingsError, type Basics, type Config } from './config.ts';
import { createAddress } from './http/address.ts';
import { startHttp } from './http/server.ts';
import type { Log } from './log.ts';
import { sampleLog } from './log/sampled.ts';
import { isLoopback } from './loopback.ts';
import { isAtThisMachine, isFromOwnPage } from './pages/this-machine.ts';
import type { Service } from './service.ts';
import type { Door } from './setup/door.ts';
import type { Access, OpenSetup, Restarted, RunningProgram, World } from './setup/ports.ts';
import { realTime } from './time/real.ts';

/** How long what runs may take to end where there are no redemptions, in milliseconds. */
const GRACE_MS = 2_000;
const SETUP = /^\/setup(?:\/|$)/u;

/** One address, one world that answers there, and the setup, which stays while worlds come and go. */
export interface Program {
  /** Starts what these settings say; without any, nothing but the setup. Rejects where that cannot be. */
  start(config: Config | null): Promise<void>;
  /** Lets running redemptions finish and ends everything. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  /** The folder of `.env`. */
  readonly cwd: string;
  readonly log: Log;
  /** Told where the setup is, and the code that opens it, each time that a new one counts. */
  readonly onInvitation: (invitation: Invitation) => void;
  /** Absent: loads the setup when it is first asked for. */
  readonly openSetup?: (program: RunningProgram, access: Access) => Promise<OpenSetup>;
}

export interface Invitation {
  readonly world: World;
  /** Such as `http://127.0.0.1:3000/setup`. */
  readonly url: string;
  readonly code: string;
}

export function createProgram({ cwd, log, onInvitation, openSetup = loadSetup }: ProgramOptions): Program {
  const address = createAddress(beforeWorld);
  let basics: Basics = readBasics(cwd);
  /** What the settings said when it began to listen. */
  let listening: Pick<Basics, 'host' | 'port'> = basics;
  let world: World = 'none';
  let running: Service | null = null;
  let door: Promise<Door> | null = null;
  let setup: Promise<OpenSetup> | null = null;
  let opened: OpenSetup | null = null;
  let stopping = false;
  /** What ran last as it was meant to. After a start that failed, going back is to that. */
  let former: World = 'none';
  let failed = false;
  /** Worlds begin and end one after the other. */
  let last: Promise<unknown> = Promise.resolve();

  /** Nothing of the setup is loaded before it is asked for. */
  async function beforeWorld(ctx: Context, next: Next): Promise<void> {
    if (SETUP.test(ctx.path)) await answerSetup(ctx);
    else await (opened === null ? next() : opened.callbacks(ctx, next));
  }

  async function answerSetup(ctx: Context): Promise<void> {
    if (!isAtThisMachine(ctx.req)) return;
    const entrance = await theDoor();
    const waiting = entrance.waiting();
    if (!entrance.isInUse()) return;
    // By which `npm run setup` knows that its code has come to the right service.
    if (waiting !== null) ctx.set('Setup-Code', waiting);
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD' && !isFromOwnPage(ctx.req)) {
      ctx.status = 403;
      ctx.body = '';
      return;
    }
    const { routes } = await theSetup();
    await routes(ctx, () => Promise.resolve());
  }

  function theDoor() {
    door ??= makeDoor();
    return door;
  }

  async function makeDoor(): Promise<Door> {
    const { createDoor } = await import('./setup/door.ts');
    return createDoor({
      dataDir: () => basics.dataDir,
      port: () => Number(new URL(url()).port),
      now: () => Date.now(),
      onUsed: () => void invite(),
    });
  }

  function theSetup(): Promise<OpenSetup> {
    setup ??= openIt().catch((error: unknown) => {
      // It may be better the next time that it is asked for.
      setup = null;
      throw error;
    });
    return setup;
  }

  async function openIt(): Promise<OpenSetup> {
    opened = await openSetup({ cwd, log, world: () => world, url, restart }, await theDoor());
    return opened;
  }

  /** Only where nothing real runs: a live service has a code when `npm run setup` is asked for one. */
  async function invite(): Promise<void> {
    const entrance = await theDoor();
    if (world === 'live') {
      entrance.withdraw();
      return;
    }
    const { protocol, hostname, port } = new URL(url());
    // What listens on all addresses listens on this one too.
    const host = isLoopback(hostname) ? hostname : '127.0.0.1';
    onInvitation({ world, url: `${protocol}//${host}:${port}/setup`, code: entrance.offer() });
  }

  const url = () => running?.url ?? '';

  async function begin(config: Config | null): Promise<void> {
    if (config === null) running = await serveSetupOnly();
    else {
      basics = config;
      log.level = config.logLevel;
      running = await startApp(config, log, address);
    }
    world = config?.mode ?? 'none';
    if (world !== 'live' || door !== null) await invite();
  }

  async function serveSetupOnly(): Promise<Service> {
    const sampled = sampleLog(log, realTime);
    const http = await startHttp({ ...basics, addRoutes: addRoutesWithoutWorld, log: sampled, address });
    log.info({ url: http.url }, 'listening for the setup only');
    return {
      url: http.url,
      async stop() {
        await http.close(GRACE_MS);
        sampled.stop();
      },
    };
  }

  function restart(onEnding: () => void): Promise<Restarted> {
    // Nothing of the setup takes a turn any more: stopping waits for the setup, in the last one.
    if (stopping) return Promise.resolve({ started: false, error: new Error('the program is being stopped') });
    return inTurn(async () => {
      const listensAt = url();
      const isBackToNone = failed && former === 'none';
      await endWorld(onEnding);
      try {
        await begin(isBackToNone ? null : configFor(listensAt));
        [former, failed] = [world, false];
        return { started: true };
      } catch (error) {
        log.error({ err: error }, 'the service could not be started with these settings: only the setup runs');
        failed = true;
        await begin(null);
        return { started: false, error };
      }
    });
  }

  /** The address stays open; what is asked there waits for the next world. */
  async function endWorld(onEnding: () => void): Promise<void> {
    address.keepOpen(true);
    world = 'none';
    try {
      const stopped = running?.stop();
      onEnding();
      await stopped;
    } catch (error) {
      // What it still holds keeps the next one from starting, which says so.
      log.error({ crash: error }, 'the former service did not end as it should');
    }
    address.keepOpen(false);
  }

  /** The settings as they are now. Throws SettingsError. */
  function configFor(listensAt: string): Config {
    const config = loadConfig(cwd);
    const { hostname } = new URL(listensAt);
    if (config.mode === 'sandbox' && !isLoopback(hostname))
      throw new SettingsError([
        {
          name: 'HOST',
          message: `was ${hostname} at the start, where the sandbox must not listen. Start the program anew`,
        },
      ]);
    if (config.host !== listening.host || config.port !== listening.port)
      log.warn({ url: listensAt }, 'HOST and PORT count from the next start of the program on');
    return config;
  }

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  }

  return {
    start: (config) =>
      inTurn(async () => {
        listening = config ?? basics;
        await begin(config);
        former = world;
      }),
    async stop() {
      stopping = true;
      await inTurn(async () => {
        await Promise.all([running?.stop(), opened?.close()]);
      });
    },
  };
}

async function loadSetup(program: RunningProgram, access: Access): Promise<OpenSetup> {
  const { openSetup } = await import('./setup/open.ts');
  return openSetup(program, access);
}

/** Where only the setup runs, operators and their machines are told so. */
function addRoutesWithoutWorld(router: Router): void {
  router.get('/', (ctx) => {
    if (isAtThisMachine(ctx.req)) ctx.redirect('/setup');
  });
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'alive' };
  });
  router.get('/readyz', (ctx) => {
    ctx.status = 503;
    ctx.set('Cache-Control', 'no-store');
    ctx.body = { ready: false };
  });
}
