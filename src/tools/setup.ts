import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import process from 'node:process';
import { readBasics, seeConfig, type Basics } from '../config.ts';
import { isLoopback } from '../loopback.ts';
import { PRIVATE_FOLDER } from '../private-files.ts';
import { CODE_LASTS_MS, hashOf, newCode, removeCode, writeCode } from '../setup/code.ts';
import { readArguments, stop } from './arguments.ts';
import { invitationText } from './invitation.ts';

const USAGE = `npm run setup
  leads from the sandbox to real groups, in a browser on this machine: prints the address and a one-time code
  beside a service of this folder that runs: the setup of that one
  otherwise it starts: the sandbox where there are no settings, else nothing but the setup, which becomes the service at its end`;

/** A service on this machine answers at once. */
const WITHIN_MS = 3_000;

readArguments(USAGE, { options: {} });
const basics = readBasics();
const at = setupAddress(basics);
const runs = at !== null && (await ask(new URL('/healthz', at))) !== null;
if (runs) await invite(at);
else await start();

/** Where the setup of what listens there is; null where the port is picked at the start. */
function setupAddress({ host, port }: Basics): string | null {
  const own = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  if (!isLoopback(own))
    stop(
      `HOST is ${host}. The setup opens on this machine only: set HOST to 127.0.0.1 behind a proxy, or to 0.0.0.0, at least for the time of the setup`,
    );
  return port === 0 ? null : `http://${own.includes(':') ? `[${own}]` : own}:${port}/setup`;
}

/** Resolves with the headers of the answer; null where nothing answers. */
async function ask(url: URL): Promise<IncomingMessage['headers'] | null> {
  try {
    const asking = get(url, { signal: AbortSignal.timeout(WITHIN_MS), agent: false });
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.headers;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // What takes a connection and says nothing, or something else, is there all the same.
    return code === 'ECONNREFUSED' ? null : {};
  }
}

/** Has the service that runs let in who knows this code. */
async function invite(url: string): Promise<void> {
  const { dataDir } = basics;
  const [code, id] = [newCode(), randomUUID()];
  try {
    mkdirSync(dataDir, { recursive: true, mode: PRIVATE_FOLDER });
    writeCode(dataDir, { hash: hashOf(code), id, madeAt: Date.now() });
  } catch (error) {
    stop(`The code cannot be left in DATA_DIR (${dataDir}): ${error instanceof Error ? error.message : String(error)}`);
  }
  const headers = await ask(new URL(url));
  if (headers?.['setup-code'] !== id) {
    removeCode(dataDir);
    stop(
      `What answers at ${new URL(url).host} is not the service of this folder, or one that has no setup. Stop it, or set another PORT; if it is the service, start it anew and try again`,
    );
  }
  process.stdout.write(invitationText({ url, code }));
  process.stdout.write(`  It counts once, and for ${CODE_LASTS_MS / 60_000} minutes.\n\n`);
}

async function start(): Promise<void> {
  const { config } = seeConfig();
  const { run } = await import('../run.ts');
  // Only where nothing is set: half of the settings is for the setup to make whole.
  await run({ config: config?.mode === 'sandbox' ? config : null, tellsPeople: true });
}
