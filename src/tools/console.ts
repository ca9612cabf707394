/** `npm run console`: a link by which the operator at this machine logs in to the console of the service that runs here. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { isLoopback } from '../loopback.ts';
import { PRIVATE_FOLDER } from '../private-files.ts';
import { LOGIN_LASTS_MS } from '../redemption/sessions.ts';
import { hashOf, leftLogins, newSecret } from '../wire/logins.ts';
import { readArguments, stop } from './arguments.ts';
import { settingsOrExit } from './settings.ts';

const USAGE = `npm run console
  prints a link that opens the console of the service of this folder, which has to run, as an administrator; it counts once`;

/** A service on this machine answers at once; it may have to load the console first. */
const WITHIN_MS = 10_000;

readArguments(USAGE, { options: {} });
const config = settingsOrExit();
const { host, port, publicUrl } = config;
if (port === 0)
  stop('PORT is 0, so it is not known where the service listens: set PORT to a number, and start the service anew');
// The sandbox keeps its own apart.
const dataDir = config.mode === 'sandbox' ? join(config.dataDir, 'sandbox') : config.dataDir;
const own = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
const address = `http://${own.includes(':') ? `[${own}]` : own}:${port}`;

const [token, id] = [newSecret(), randomUUID()];
try {
  mkdirSync(dataDir, { recursive: true, mode: PRIVATE_FOLDER });
  leftLogins.write(dataDir, { hash: hashOf(token), id, madeAt: Date.now() });
} catch (error) {
  stop(`The link cannot be left in DATA_DIR (${dataDir}): ${error instanceof Error ? error.message : String(error)}`);
}
const headers = await ask(new URL('/console/login', address));
if (headers?.['console-link'] !== id) {
  leftLogins.remove(dataDir);
  stop(
    headers === null
      ? `No service runs at ${address}. Start it in this folder with npm start, then try again`
      : `What answers at ${address} is not the service of this folder, or is an older one: start it anew with npm start, or look at PORT and DATA_DIR, then try again`,
  );
}
const path = `/console/login/${token}`;
const elsewhere = publicUrl === null ? '' : `\n  or anywhere else:\n\n    ${publicUrl.replace(/\/$/u, '')}${path}\n`;
process.stdout.write(`
  To open the console as the operator, open this address ${isLoopback(own) ? 'in a browser on this machine' : 'in a browser'}:

    ${address}${path}
${elsewhere}
  It counts once, and for ${LOGIN_LASTS_MS / 60_000} minutes. Show it to nobody.

`);

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
