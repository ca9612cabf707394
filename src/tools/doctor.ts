/** `npm run doctor`: looks at everything that a live service needs, and says what to do where something is wrong. */
import { access, constants } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { Language } from '../pages/text.ts';
import { ALL_CHECKS } from '../setup/checks/all.ts';
import type { Outcome } from '../setup/checks/check.ts';
import { openContext } from '../setup/checks/context.ts';
import { printReport, type Paint } from '../setup/checks/print.ts';
import { runChecks, withResult } from '../setup/checks/run.ts';
import { ASK_TO_WRITE, waitForMessage } from '../setup/checks/wait.ts';
import { NOT_CHECKED } from '../setup/checks/words.ts';
import type { Report } from '../setup/ports.ts';
import { readArguments, stop } from './arguments.ts';

const USAGE = `npm run doctor
  looks at settings, machine, ledger, vendor, chat platforms, people and group robots, and changes nothing
  works beside a running service and without one; exit code 0: nothing failed, 1: something did, 2: it could not run
  --send   group robots get a test message
  --wait   waits for the first message to the bot of the running service
  --json   for programs (npm run --silent doctor -- --json)`;

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red', skipped: 'gray' } as const satisfies Record<
  Outcome,
  string
>;

const { values } = readArguments(USAGE, {
  options: { json: { type: 'boolean' }, send: { type: 'boolean' }, wait: { type: 'boolean' } },
});

const cwd = await folder();
const language = languageHere();
const report = await look();
const text = values.json === true ? toJson(report) : printReport(report, language, paint());
process.stdout.write(`${text}\n`, () => process.exit(report.counts.fail > 0 ? 1 : 0));

async function look(): Promise<Report> {
  await using context = await openContext({ cwd, sends: values.send === true });
  const found = await runChecks(ALL_CHECKS, context);
  if (values.wait !== true) return found;
  const { config, http } = context;
  const onWait = () => process.stderr.write(`${ASK_TO_WRITE[language]}\n`);
  return withResult(found, await waitForMessage(config, { http, sleep, onWait }));
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
