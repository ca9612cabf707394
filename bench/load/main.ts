/** The load generator as a process of its own: takes a job as JSON, prints the result as JSON. */
import process from 'node:process';
import { z } from 'zod';
import { percentile } from '../stats.ts';
import { checkReply } from './check.ts';
import { Job, type LoadResult } from './job.ts';
import { prepareMessages } from './messages.ts';
import { run } from './run.ts';

const MAX_PROBLEMS = 5;

const job = Job.parse(JSON.parse(process.argv[2] ?? ''));
const messages = prepareMessages(job);
const { replies, samples, problems, ...measured } = await run(job, messages);

let busy = 0;
for (const { message, body } of samples) {
  const verdict = await checkReply(job, message, body.toString());
  if (verdict === 'busy') busy += 1;
  else if (verdict !== null) problems.push(verdict);
}

const result: LoadResult = {
  ...measured,
  answered: replies.length,
  latency: times(replies.map(({ ms }) => ms)),
  added: job.vendorUrl === null ? null : times(await addedDelays(job.vendorUrl)),
  checked: samples.length,
  busy,
  problems: [...new Set(problems)].slice(0, MAX_PROBLEMS),
};
process.stdout.write(JSON.stringify(result));

function times(values: readonly number[]): LoadResult['latency'] {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99), max: percentile(values, 1) };
}

/** For those replies that the vendor had a part in. */
async function addedDelays(vendorUrl: string): Promise<number[]> {
  const answer = await fetch(`${vendorUrl}/times`);
  const vendorMs = z.record(z.string(), z.number()).parse(await answer.json());
  return replies.flatMap(({ message, ms }) => {
    const own = vendorMs[message.card];
    return own === undefined ? [] : [ms - own];
  });
}
