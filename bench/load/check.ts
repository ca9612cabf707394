import { z } from 'zod';
import { readDingtalkReply } from '../../test/support/dingtalk.ts';
import { APP_KEYS, BOT_KEYS } from '../../test/support/service.ts';
import { openAppReply, openBotReply, readBotReply, type BotReply } from '../../test/support/wecom.ts';
import type { Job } from './job.ts';
import type { Prepared } from './messages.ts';

const BUSY = ['未提交', '请稍后再试'];

/** Reads a reply as the platform would; returns what is wrong with it, `busy`, or null when it is as expected. */
export async function checkReply(job: Job, { expect }: Prepared, body: string): Promise<string | null> {
  try {
    const text = await OPEN[job.channel](body);
    if (expect.every((part) => text.includes(part))) return null;
    if (job.mayBeBusy && BUSY.every((part) => text.includes(part))) return 'busy';
    return `unexpected reply: ${text.slice(0, 80).replaceAll('\n', ' ')}`;
  } catch (error) {
    return `unreadable reply: ${String(error)}`;
  }
}

const Frame = z.strictObject({
  cmd: z.literal('aibot_respond_msg'),
  headers: z.strictObject({ req_id: z.string() }),
  body: z.unknown(),
});

const OPEN: Readonly<Record<Job['channel'], (body: string) => string | Promise<string>>> = {
  'wecom-app': async (body) => (await openAppReply(APP_KEYS, body)).Content,
  'wecom-bot': (body) => textOf(openBotReply(BOT_KEYS, body)),
  'wecom-socket': (body) => textOf(readBotReply(Frame.parse(JSON.parse(body)).body)),
  dingtalk: (body) => readDingtalkReply(body).text.content,
  'dingtalk-socket': (body) => readDingtalkReply(body).text.content,
};

function textOf(reply: BotReply): string {
  if (reply.msgtype === 'text') return reply.text.content;
  return reply.stream.finish ? reply.stream.content : 'still working';
}
