import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from '../usage.ts';
import type { Job } from './job.ts';
import type { Lane, OpenLanes } from './lanes.ts';
import { goesRound, type Prepared } from './messages.ts';

const SAMPLES = 200;
/** A reply that has not come by then, after the last message was sent, will not come. */
const LAST_REPLY_MS = 120_000;

interface Reply {
  readonly message: Prepared;
  readonly ms: number;
}

interface Sample {
  readonly message: Prepared;
  readonly body: Buffer;
}

export interface Measured {
  /** Those that came within the measured time. */
  readonly replies: readonly Reply[];
  readonly samples: readonly Sample[];
  readonly problems: string[];
  readonly ms: number;
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly messages: number;
}

/** Sends the messages, first to warm up, then measured, and waits for every reply. */
export async function run(job: Job, messages: readonly Prepared[], open: OpenLanes): Promise<Measured> {
  const replies: Reply[] = [];
  const samples: Sample[] = [];
  const problems: string[] = [];
  const distance = sampleDistance(job, messages.length);
  const toSend = [...messages];
  let sent = 0;
  let answered = 0;
  let measuring = false;
  let over = false;

  const finished = Promise.withResolvers<undefined>();
  const finish = () => {
    over = true;
    finished.resolve(undefined);
  };
  const opened = await open(job, {
    wrong: (what) => problems.push(what),
    lost(why) {
      problems.push(why);
      finish();
    },
  });
  const idle = [...opened.lanes];

  function send(lane: Lane): void {
    const message = over ? undefined : toSend[Math.floor(sent / job.deliveries)];
    if (message === undefined) {
      over = true;
      if (sent === answered) finish();
      return;
    }
    sent += 1;
    const began = performance.now();
    lane.send(message, (body) => {
      answered += 1;
      if (measuring) replies.push({ message, ms: performance.now() - began });
      if (body.length === 0) problems.push('empty reply');
      else if (answered % distance === 0) samples.push({ message, body: Buffer.from(body) });
      // Not before: two of the same on their way could not be told apart by their replies.
      if (goesRound(job)) toSend.push(message);
      if (job.everyMs === null) send(lane);
      else idle.push(lane);
      if (over && sent === answered) finish();
    });
  }

  const pace = job.everyMs === null ? undefined : setInterval(() => idle.splice(0, 1).forEach(send), job.everyMs);
  if (pace === undefined) for (const lane of opened.lanes) send(lane);

  // The open connections keep the process alive, not the clock, which may outlive a run that ends early.
  const wait = (ms: number) => Promise.race([sleep(ms, undefined, { ref: false }), finished.promise]);
  await wait(job.warmUpMs);
  const before = usageOf(job.pids);
  const began = performance.now();
  measuring = true;
  await wait(job.measureMs);
  measuring = false;
  const ms = performance.now() - began;
  const after = usageOf(job.pids);

  over = true;
  clearInterval(pace);
  if (sent > answered) await wait(LAST_REPLY_MS);
  if (sent > answered) problems.push(`${sent - answered} of ${sent} messages without a reply`);
  opened.close();
  const used = Math.ceil(sent / job.deliveries);
  return { replies, samples, problems, ms, cpuMs: after.cpuMs - before.cpuMs, rssMb: after.rssMb, messages: used };
}

/** Spreads the samples over the run, as far as its length can be known. */
function sampleDistance(job: Job, prepared: number): number {
  if (job.everyMs !== null) return 1;
  return goesRound(job) ? 97 : Math.ceil((prepared * job.deliveries) / SAMPLES / 4);
}
