import { post } from '../post.ts';
import { FEISHU_APP, feishuCallback, feishuText } from './feishu-callbacks.ts';
import { startFeishuGateway } from './feishu.ts';
import type { Gateway } from './gateway.ts';

/** After these three seconds and an answer's time; the real one waits for 15 seconds, and longer each time. */
const REDELIVERED_AFTER_MS = Array<number>(100).fill(2_000);

/** Feishu's app. What it does not confirm is delivered again, and it answers by the server API. */
export async function overFeishu(): Promise<Gateway> {
  const gateway = await startFeishuGateway({ ackWithinMs: 1_000, redeliverAfterMs: REDELIVERED_AFTER_MS });
  const { lines, url } = gateway;
  const { appId, appSecret, encryptKey, verificationToken } = FEISHU_APP;
  const ids = { FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret, FEISHU_API_URL: url };
  const events = new Map<string, Record<string, unknown>>();

  function write(text: string, id: string, chat: number): Record<string, unknown> {
    const message = { messageId: id, group: `oc_chat${chat}`, at: Date.now() };
    const event = events.get(id) ?? feishuText(`@_user_1 ${text}`, message);
    events.set(id, event);
    gateway.notes(message);
    return event;
  }

  return {
    env: ids,
    secret: 'FEISHU_APP_SECRET',
    redelivers: true,
    knowsRepeats: true,
    callbackEnv: { ...ids, FEISHU_ENCRYPT_KEY: encryptKey, FEISHU_VERIFICATION_TOKEN: verificationToken },
    say(text, { id, chat = 0 }) {
      void gateway.send(write(text, id, chat));
      return true;
    },
    redeliver: (id) => void gateway.send(write('', id, 0)),
    async callBack(service, text, { id }) {
      const seconds = String(Math.floor(Date.now() / 1000));
      await post(service, '/feishu', feishuCallback(write(text, id, 0), FEISHU_APP, seconds));
    },
    told: () => gateway.shown.map(({ text, messageId }) => ({ text, isConfirmed: gateway.isConfirmed(messageId) })),
    loseConfirmation: () => gateway.misbehave('message', 'reset-after', 1),
    isConnected: () => lines.open() > 0,
    attempts: () => gateway.calls('endpoint'),
    drop: async () => lines.drop(),
    goSilent: () => lines.fallSilent(true),
    setAway: (isAway) => gateway.misbehave('endpoint', 'reset', isAway ? Infinity : 0),
    send: (frame) => lines.spoil(frame),
    close: () => gateway.close(),
  };
}
