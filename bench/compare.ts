import { Job, LoadResult } from './load/job.ts';
import { runProgram } from './process.ts';
import { median, spreadOf, type Spread } from './stats.ts';

/** The run gave wrong answers, so its figures mean nothing. */
export class VoidRun extends Error {
  override readonly name = 'VoidRun';
}

/** The last reply may take two minutes, see `load/run.ts`. */
const SLACK_MS = 150_000;

/** Has the load generator, or the subject's gateway, do one job. Throws VoidRun when anything was answered wrongly. */
export async function load(job: Job): Promise<LoadResult> {
  const within = job.warmUpMs + job.measureMs + SLACK_MS;
  const text = JSON.stringify(job);
  const printed = await (job.gateway === null
    ? runProgram('bench/load/main.ts', { place: 'measuring', args: [text] }, within)
    : askGateway(job.gateway, text, within));
  const result = LoadResult.parse(JSON.parse(printed));
  if (result.problems.length > 0) throw new VoidRun(result.problems.join('; '));
  if (result.checked === 0) throw new VoidRun('no reply was checked');
  return result;
}

async function askGateway(url: string, job: string, withinMs: number): Promise<string> {
  const answer = await fetch(`${url}/job`, { method: 'POST', body: job, signal: AbortSignal.timeout(withinMs) });
  const result = await answer.text();
  if (!answer.ok) throw new Error(`the gateway could not do its job: ${result}`);
  return result;
}

/** The middle of several runs on one side. */
export interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly addedP50: number | null;
  readonly addedP99: number | null;
  /** Microseconds for each answered message, all threads; null where the system does not tell. */
  readonly cpuUs: number | null;
  readonly rssMb: number;
  readonly busy: number;
}

export interface Comparison {
  readonly subject: Figures;
  readonly reference: Figures;
  /** Messages answered per second, and time to the reply (p50), each subject to reference. */
  readonly rate: Spread;
  readonly time: Spread;
}

export type Side = (round: number) => Promise<LoadResult>;

/** Runs both sides in turns, so that a disturbance of the machine disturbs both. */
export async function compare(subject: Side, reference: Side, rounds: number): Promise<Comparison> {
  const ours: LoadResult[] = [];
  const theirs: LoadResult[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const turns = [async () => ours.push(await subject(round)), async () => theirs.push(await reference(round))];
    // The side that comes second in one round comes first in the next.
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  const ratios = (of: (result: LoadResult) => number) =>
    spreadOf(ours.map((result, round) => of(result) / of(theirs[round] ?? result)));
  return {
    subject: figuresOf(ours),
    reference: figuresOf(theirs),
    rate: ratios(perSecond),
    time: ratios(({ latency }) => latency.p50),
  };
}

export function figuresOf(results: readonly LoadResult[]): Figures {
  const middle = (of: (result: LoadResult) => number) => median(results.map(of));
  const cpuUs = middle(({ cpuMs, answered }) => (cpuMs * 1000) / answered);
  const added = results.flatMap((result) => result.added ?? []);
  return {
    perSecond: middle(perSecond),
    p50: middle(({ latency }) => latency.p50),
    p99: middle(({ latency }) => latency.p99),
    max: Math.max(...results.map(({ latency }) => latency.max)),
    addedP50: added.length === 0 ? null : median(added.map(({ p50 }) => p50)),
    addedP99: added.length === 0 ? null : median(added.map(({ p99 }) => p99)),
    cpuUs: cpuUs > 0 ? cpuUs : null,
    rssMb: Math.max(...results.map(({ rssMb }) => rssMb)),
    busy: results.reduce((sum, { busy }) => sum + busy, 0),
  };
}

function perSecond({ answered, ms }: LoadResult): number {
  return (answered * 1000) / ms;
}
