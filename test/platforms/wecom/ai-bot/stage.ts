import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { createLog } from '../../../../src/log.ts';
import { createWecomSocketBot } from '../../../../src/platforms/wecom/ai-bot/bot.ts';
import type { Delivery } from '../../../../src/platforms/wecom/ai-bot/socket.ts';
import type { Payload } from '../../../../src/platforms/wecom/ai-bot/render.ts';
import type { Reply, ReplyForm } from '../../../../src/chat/channel.ts';
import { nothingFetched } from '../../../support/not-fetched.ts';
import { VirtualTime } from '../../../support/virtual-time.ts';
import { startWecomGateway, type WecomGatewayOptions } from '../../../support/gateways/wecom.ts';
import { driveSocket } from '../../../support/drive-socket.ts';
import { plainReply } from '../../../support/webhook.ts';

/** The AI bot before a simulated gateway, by one clock that is moved by hand. */
export async function stage(options: WecomGatewayOptions = {}) {
  const time = new VirtualTime();
  const gateway = await startWecomGateway({ now: () => time.now(), ...options });
  let logged = '';
  const log = createLog({ level: 'debug', destination: { write: (line) => void (logged += line) } });
  const { botId, secret, url } = gateway;
  const makeBot = (change: { readonly secret?: string; readonly corpId?: string } = {}) =>
    createWecomSocketBot(
      { botId, secret, url, corpId: null, ...change },
      { time, randomBytes, log, download: nothingFetched },
    );
  const bot = makeBot();
  const open = new Set<{ close(): Promise<unknown> }>();

  async function connect(to = bot) {
    const driven = await driveSocket<Delivery, Payload>(to.socket);
    open.add(driven);
    return driven;
  }
  type Driven = Awaited<ReturnType<typeof connect>>;

  async function online(): Promise<Driven> {
    const driven = await connect();
    await expect.poll(() => driven.taken(), { interval: 2 }).toBe(1);
    return driven;
  }

  /** What the bot read of the newest delivery, and how it can be answered. */
  async function newest(driven: Driven, count: number) {
    await expect.poll(() => driven.deliveries.length, { interval: 2 }).toBeGreaterThanOrEqual(count);
    const delivery = driven.deliveries[count - 1];
    if (delivery === undefined) throw new Error('nothing was delivered');
    const { content, respond } = delivery;
    const incoming = await bot.read(content);
    if (incoming.kind === 'ignored') throw new Error(`ignored: ${incoming.why}`);
    const { as }: ReplyForm<(typeof incoming)['reply']['as']> = incoming.reply;
    return {
      incoming,
      respond,
      final: (text: string, change: Partial<Reply> = {}) =>
        respond(bot.render.final(as, { ...plainReply(text), ...change })),
      waiting: (text: string) => respond(bot.render.waiting(as, text)),
      nothing: () => respond(null),
    };
  }

  return {
    ...{ time, gateway, bot, makeBot, connect, online, newest },
    late: (() => {
      if (bot.late === null) throw new Error('no late way');
      return bot.late;
    })(),
    logged: () => logged,
    async close() {
      for (const one of open) await one.close();
      await gateway.close();
    },
  };
}

export type Stage = Awaited<ReturnType<typeof stage>>;

/** Lets sockets go on. */
export const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

export const QUESTION = {
  id: 'R-7K3M9Q2A',
  title: '核销6次？',
  detail: '尾号4024，人民路店',
  buttons: [
    { label: '确认', says: '确认 R-7K3M9Q2A' },
    { label: '取消', says: '取消 R-7K3M9Q2A' },
  ],
};
