/** `npm run doctor`: looks at everything that a live service needs, and says what to do where something is wrong. */
import { access, constants } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { styleText } from 'node:util';
import { createLog } from '../log.ts';
import type { Language, Text } from '../pages/text.ts';
import { ALL_CHECKS } from '../setup/checks/all.ts';
import type { Outcome } from '../setup/checks/check.ts';
import { openContext } from '../setup/checks/context.ts';
import { printReport, type Paint } from '../setup/checks/print.ts';
import { runChecks, withResult } from '../setup/checks/run.ts';
import { WAIT_SECONDS, waitForMessage } from '../setup/checks/wait.ts';
import { NOT_CHECKED } from '../setup/checks/words.ts';
import type { Report } from '../setup/ports.ts';
import { readArguments, stop } from './arguments.ts';

const USAGE = `npm run doctor
  looks at settings, machine, ledger, vendor, chat platforms, people and group robots, and changes nothing
  works beside a running service and without one; exit code 0: nothing failed, 1: something did, 2: it could not run
  --send   group robots get a test message
  --wait   waits for the first message to the bot, ten minutes at the most; --wait=60: a minute. Where a service runs, that
           hears it; otherwise this command listens itself, and redeems nothing
  --json   for programs (npm run --silent doctor -- --json)`;

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red', skipped: 'gray' } as const satisfies Record<
  Outcome,
  string
>;

const { values } = readArguments(USAGE, {
  // Seconds may be given to --wait, or not.
  args: process.argv.slice(2).map((argument) => (argument === '--wait' ? `--wait=${WAIT_SECONDS}` : argument)),
  options: { json: { type: 'boolean' }, send: { type: 'boolean' }, wait: { type: 'string' } },
});
const withinMs = values.wait === undefined ? null : readSeconds(values.wait) * 1_000;

const cwd = await folder();
const language = languageHere();
const ending = new AbortController();
const report = await look();
const text = values.json === true ? toJson(report) : printReport(report, language, paint());
process.stdout.write(`${text}\n`, () => process.exit(exitCode()));

async function look(): Promise<Report> {
  await using context = await openContext({ cwd, sends: values.send === true });
  const found = await runChecks(ALL_CHECKS, context);
  if (withinMs === null) return found;
  const { signal } = ending;
  // What people were told is kept before it ends.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => ending.abort(name));
  const log = createLog({ level: 'silent' });
  const say = (said: Text) => void process.stderr.write(`${said[language]}\n`);
  const sleep = (ms: number) => pause(ms, undefined, { signal });
  return withResult(found, await waitForMessage({ context, report: found, withinMs, signal, sleep, log, say }));
}

/** Of a program that was told to end, what shells expect. */
function exitCode(): number {
  if (ending.signal.aborted) return ending.signal.reason === 'SIGINT' ? 130 : 143;
  return report.counts.fail > 0 ? 1 : 0;
}

function readSeconds(given: string): number {
  const seconds = /^\d{1,5}$/u.test(given) ? Number(given) : 0;
  if (seconds >= 1 && seconds <= 86_400) return seconds;
  return stop(`--wait takes a number of seconds from 1 to 86400, such as --wait=60, or none.\n\n${USAGE}`);
}

async function folder(): Promise<string> {
  try {
    const here = process.cwd();
    await access(here, constants.R_OK | constants.X_OK);
    return here;
  } catch {
    return stop(
      'This folder cannot be read: run it in the folder of the program, as the account that runs the service.',
    );
  }
}

/** As LC_ALL, LC_MESSAGES and LANG have it. */
function languageHere(): Language {
  return /^zh\b/u.test(new Intl.DateTimeFormat().resolvedOptions().locale) ? 'zh' : 'en';
}

/** No colours where no terminal reads them, or none are wanted (NO_COLOR). */
function paint(): Paint {
  return (outcome, words) => styleText(COLOURS[outcome], words, { stream: process.stdout });
}

function toJson({ results, counts }: Report): string {
  const checks = results.map(({ name, group, about, outcome, seen, todo }) => ({
    ...{ name, group, outcome },
    ...{ about: about[language], seen: seen[language], todo: todo?.[language] ?? null },
  }));
  return JSON.stringify({ counts, checks, notChecked: NOT_CHECKED.map((words) => words[language]) }, null, 2);
}
