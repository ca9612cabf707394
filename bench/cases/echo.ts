import { compare, load } from '../compare.ts';
import type { Job } from '../load/job.ts';
import { freePort, Stage } from '../stage.ts';
import { goalOf, jobFor, type Both, type Case, type Row } from './case.ts';

const HELP = { text: '帮助', expect: '例：核销', recorded: false };

/** Has both sides say what the bot can do. */
export async function compareEchoes({ name, service, other, effort, change, goal }: Both): Promise<Row> {
  const { subject, reference, rate } = await compare(
    () => load(jobFor([service], effort, { say: HELP, ...change })),
    () => load(jobFor([other], effort, { say: HELP, ...change })),
    effort.rounds,
  );
  return {
    name,
    figures: subject,
    reference,
    ratio: rate,
    idleRssMb: service.idleRssMb,
    loadedRssMb: subject.rssMb,
    ...goalOf(rate, effort, goal),
    found: '',
  };
}

/**
 * A person asks for help: everything that a callback costs without a redemption. DingTalk's robot answers by the
 * webhook of the message, on both sides.
 */
function echo(name: string, channel: Job['channel'], goal: number): Case {
  return {
    name,
    comparable: true,
    async run(effort) {
      await using stage = new Stage(effort);
      const vendor = await stage.startVendor();
      const webhookPort = channel === 'dingtalk' ? await freePort() : null;
      const env = webhookPort === null ? {} : { DINGTALK_WEBHOOK_HOSTS: `127.0.0.1:${webhookPort}` };
      const service = await stage.startService({ vendor, env });
      const other = await stage.startReference({ vendor, env });
      const change = { channel, webhookPort };
      return [await compareEchoes({ name, service, other, vendor, effort, change, goal })];
    },
  };
}

export const ECHOES: readonly Case[] = [
  echo('wecom-echo', 'wecom-app', 0.58),
  echo('bot-echo', 'wecom-bot', 0.58),
  echo('dingtalk-echo', 'dingtalk', 0.5),
];
