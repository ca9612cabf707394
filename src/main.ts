import process from 'node:process';
import { startApp } from './app.ts';
import { formatProblems } from './config.ts';
import { CannotListen } from './http/cannot-listen.ts';
import { createLog, flush } from './log.ts';
import { MappingError } from './mapping/mapping-error.ts';
import { helpOn } from './tools/arguments.ts';
import { settingsOrExit } from './tools/settings.ts';

const CRASHED = 1;
const WRONG_SETTINGS = 2;

const USAGE = `npm start
  without settings: the sandbox, on http://127.0.0.1:3000
  live: settings in the environment or in .env; docs/settings.md lists them all`;

helpOn(USAGE);
const config = settingsOrExit();
const log = createLog({ level: config.logLevel });

async function end(code: number): Promise<never> {
  await flush(log);
  process.exit(code);
}

async function crash(error: unknown): Promise<never> {
  log.fatal({ crash: error }, 'the service crashed');
  return end(CRASHED);
}
process.on('uncaughtException', (error) => void crash(error));
process.on('unhandledRejection', (error) => void crash(error));

try {
  const app = await startApp(config, log);
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping: running redemptions are finished first');
    app.stop().then(
      () => end(0),
      (error: unknown) => crash(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (error) {
  if (error instanceof CannotListen) {
    process.stderr.write(`${formatProblems([{ name: error.setting, message: error.remedy }])}\n`);
    await end(WRONG_SETTINGS);
  }
  // What keeps the service from starting is for the operator to mend: a sentence, not a stack.
  log.fatal({ err: error }, 'the service cannot start');
  await end(error instanceof MappingError ? WRONG_SETTINGS : CRASHED);
}
