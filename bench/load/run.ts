import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from '../usage.ts';
import { Connection } from './connection.ts';
import type { Job } from './job.ts';
import { goesRound, type Prepared } from './messages.ts';
import { Webhooks } from './webhooks.ts';

const SAMPLES = 200;
/** A reply that has not come by then, after the last message was sent, will not come. */
const LAST_REPLY_MS = 30_000;

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
export async function run(job: Job, messages: readonly Prepared[]): Promise<Measured> {
  const replies: Reply[] = [];
  const samples: Sample[] = [];
  const problems: string[] = [];
  const distance = sampleDistance(job, messages.length);
  const toSend = [...messages];
  let sent = 0;
  let answered = 0;
  let measuring = false;
  let over = false;

  const webhooks = job.webhookPort === null ? null : await Webhooks.open(job.webhookPort);
  const connections = await Promise.all(
    Array.from({ length: job.connections }, (_, index) =>
      Connection.open(job.urls[index % job.urls.length] ?? '', (why) => {
        problems.push(`connection lost: ${why}`);
        finish();
      }),
    ),
  );
  const idle = [...connections];
  const finished = Promise.withResolvers<undefined>();
  const finish = () => {
    over = true;
    finished.resolve(undefined);
  };

  function send(connection: Connection): boolean {
    const message = over ? undefined : toSend[Math.floor(sent / job.deliveries)];
    if (message === undefined) {
      over = true;
      if (sent === answered) finish();
      return false;
    }
    sent += 1;
    const began = performance.now();
    const onReply = (body: Buffer) => {
      answered += 1;
      if (measuring) replies.push({ message, ms: performance.now() - began });
      if (body.length === 0) problems.push('empty reply');
      else if (answered % distance === 0) samples.push({ message, body: Buffer.from(body) });
      // Not before: two of the same on their way could not be told apart by their replies.
      if (goesRound(job.say)) toSend.push(message);
      if (job.everyMs === null) send(connection);
      else idle.push(connection);
      if (over && sent === answered) finish();
    };
    if (webhooks === null) {
      connection.send(message.request, (status, body) => {
        if (status !== 200) problems.push(`status ${status}`);
        onReply(body);
      });
      return true;
    }
    // The connection is free again when both have come: the response, and the reply to the webhook.
    const confirmed = Promise.withResolvers<undefined>();
    webhooks.expect(message.session, (body) => void confirmed.promise.then(() => onReply(body)));
    connection.send(message.request, (status, body) => {
      if (status !== 200 || body.length > 0) problems.push(`response ${status} with ${body.length} bytes`);
      confirmed.resolve(undefined);
    });
    return true;
  }

  const pace = job.everyMs === null ? undefined : setInterval(() => idle.splice(0, 1).forEach(send), job.everyMs);
  if (pace === undefined) for (const connection of connections) send(connection);

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
  for (const connection of connections) connection.close();
  webhooks?.close();
  const used = Math.ceil(sent / job.deliveries);
  return { replies, samples, problems, ms, cpuMs: after.cpuMs - before.cpuMs, rssMb: after.rssMb, messages: used };
}

/** Spreads the samples over the run, as far as its length can be known. */
function sampleDistance({ say, everyMs, deliveries }: Job, prepared: number): number {
  if (everyMs !== null) return 1;
  return goesRound(say) ? 97 : Math.ceil((prepared * deliveries) / SAMPLES / 4);
}
