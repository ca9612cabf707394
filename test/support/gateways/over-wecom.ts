import { z } from 'zod';
import { sayToBot } from '../chats.ts';
import { BOT_KEYS } from '../service.ts';
import type { Gateway, Told } from './gateway.ts';
import { startWecomGateway } from './wecom.ts';

const TELLING = ['aibot_respond_msg', 'aibot_send_msg'];
/** An answer that is finished, or a push. */
const Shows = z.union([
  z.object({ stream: z.object({ finish: z.literal(true), content: z.string() }) }),
  z.object({ markdown: z.object({ content: z.string() }) }),
]);

/** WeCom's AI bot. Messages that find no connection are lost; a chat takes 30 messages a minute. */
export async function overWecom(): Promise<Gateway> {
  const gateway = await startWecomGateway();
  const { botId, secret, url, mediaHost } = gateway;
  return {
    env: { WECOM_BOT_ID: botId, WECOM_BOT_SECRET: secret, WECOM_SOCKET_URL: url, MEDIA_HOSTS: mediaHost },
    secret: 'WECOM_BOT_SECRET',
    redelivers: false,
    knowsRepeats: false,
    callbackEnv: { WECOM_BOT_TOKEN: BOT_KEYS.token, WECOM_BOT_AES_KEY: BOT_KEYS.aesKey },
    say: (text, { id, chat = 0 }) => gateway.say({ content: text, messageId: id, chatId: `wrCHAT${chat}` }),
    redeliver: (id) => void gateway.redeliver(id),
    async callBack(service, text, { id }) {
      await sayToBot(service, { content: text, messageId: id, chatId: 'wrCHAT0' });
    },
    told: () =>
      gateway.commands.flatMap(({ cmd, body, errcode, isCarriedOut }): Told[] => {
        const shows = Shows.safeParse(body).data;
        if (shows === undefined || !isCarriedOut || !TELLING.includes(cmd)) return [];
        const text = 'stream' in shows ? shows.stream.content : shows.markdown.content;
        return [{ text, isConfirmed: errcode === 0 }];
      }),
    loseConfirmation: () => gateway.cut('aibot_respond_msg', 'after'),
    isConnected: () => gateway.isSubscribed(),
    attempts: () => gateway.subscribes(),
    drop: () => gateway.dropInTheMiddle(),
    goSilent: () => gateway.goSilent(),
    setAway: (isAway) => gateway.setAway(isAway),
    send: (frame) => gateway.send(frame),
    kick: () => gateway.kick(),
    close: () => gateway.close(),
  };
}
