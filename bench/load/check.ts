import { readDingtalkReply } from '../../test/support/dingtalk.ts';
import { APP_KEYS, BOT_KEYS } from '../../test/support/service.ts';
import { openAppReply, openBotReply } from '../../test/support/wecom.ts';
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

const OPEN: Readonly<Record<Job['channel'], (body: string) => string | Promise<string>>> = {
  'wecom-app': async (body) => (await openAppReply(APP_KEYS, body)).Content,
  'wecom-bot': (body) => {
    const reply = openBotReply(BOT_KEYS, body);
    if (reply.msgtype === 'text') return reply.text.content;
    return reply.stream.finish ? reply.stream.content : 'still working';
  },
  dingtalk: (body) => readDingtalkReply(body).text.content,
};
