import { z } from 'zod';
import { percentile } from '../stats.ts';
import { checkReply } from './check.ts';
import type { Job, LoadResult } from './job.ts';
import type { OpenLanes } from './lanes.ts';
import { prepareMessages } from './messages.ts';
import { run, type Measured } from './run.ts';

const MAX_PROBLEMS = 5;

/** Does one job over the lanes that `open` opens, and checks samples of what was answered. */
export async function measure(job: Job, open: OpenLanes): Promise<LoadResult> {
  const { replies, samples, problems, ...measured } = await run(job, prepareMessages(job), open);
  let busy = 0;
  for (const { message, body } of samples) {
    const verdict = await checkReply(job, message, body.toString());
    if (verdict === 'busy') busy += 1;
    else if (verdict !== null) problems.push(verdict);
  }
  return {
    ...measured,
    answered: replies.length,
    latency: times(replies.map(({ ms }) => ms)),
    added: job.vendorUrl === null ? null : times(await addedDelays(job.vendorUrl, replies)),
    checked: samples.length,
    busy,
    problems: [...new Set(problems)].slice(0, MAX_PROBLEMS),
  };
}

function times(values: readonly number[]): LoadResult['latency'] {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99), max: percentile(values, 1) };
}

/** For those replies that the vendor had a part in. */
async function addedDelays(vendorUrl: string, replies: Measured['replies']): Promise<number[]> {
  const answer = await fetch(`${vendorUrl}/times`);
  const vendorMs = z.record(z.string(), z.number()).parse(await answer.json());
  return replies.flatMap(({ message, ms }) => {
    const own = vendorMs[message.card];
    return own === undefined ? [] : [ms - own];
  });
}
