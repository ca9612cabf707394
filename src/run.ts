import process from 'node:process';
import { formatProblems, readBasics, type Config } from './config.ts';
import { CannotListen } from './http/cannot-listen.ts';
import { createLog, flush } from './log.ts';
import { MappingError } from './mapping/mapping-error.ts';
import { createProgram } from './program.ts';
import { invitationText } from './tools/invitation.ts';

const CRASHED = 1;
const WRONG_SETTINGS = 2;
const WHERE_TO_LOOK = 'npm run doctor says what to do; npm run setup leads through settings and people';

export interface RunOptions {
  /** Null: nothing but the setup. */
  readonly config: Config | null;
  /** Whether people look at standard output: they are told where the setup is in a line of their own. */
  readonly tellsPeople: boolean;
}

/** Starts the program in this process, which ends when it is told to, with the exit code that says why. */
export async function run({ config, tellsPeople }: RunOptions): Promise<void> {
  const cwd = process.cwd();
  const log = createLog({ level: (config ?? readBasics(cwd)).logLevel });

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
    const program = createProgram({
      ...{ cwd, log },
      onInvitation({ url, code }) {
        log.info(`to connect real groups open ${url} and enter the code ${code}`);
        if (tellsPeople) process.stdout.write(invitationText({ url, code }));
      },
    });
    await program.start(config);
    let stopping = false;
    const stop = (signal: NodeJS.Signals) => {
      if (stopping) return;
      stopping = true;
      log.info({ signal }, 'stopping: running redemptions are finished first');
      program.stop().then(
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
    log.fatal({ err: error }, `the service cannot start: ${WHERE_TO_LOOK}`);
    await end(error instanceof MappingError ? WRONG_SETTINGS : CRASHED);
  }
}
