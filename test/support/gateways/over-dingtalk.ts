import { dingtalkText } from '../dingtalk.ts';
import { sayInDingtalk } from '../chats.ts';
import { startPlatforms } from '../platforms.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET } from '../service.ts';
import type { Gateway } from './gateway.ts';

/** Sooner than the real one, which waits for a minute or more. */
const REDELIVERED_AFTER_MS = 3_000;
const WEBHOOK_LASTS_MS = 5_400_000;

/** DingTalk's robot. What it does not confirm is delivered again, and it answers by each message's own webhook. */
export async function overDingtalk(): Promise<Gateway> {
  const platforms = await startPlatforms({ dingtalk: { redeliverAfterMs: REDELIVERED_AFTER_MS } });
  const { dingtalk, url, host, mediaHost } = platforms;
  const addresses = { DINGTALK_API_URL: url, DINGTALK_WEBHOOK_HOSTS: host, MEDIA_HOSTS: mediaHost };
  const fieldsOf = (id: string) => ({
    ...{ msgId: id, createAt: Date.now(), sessionWebhook: platforms.sessionWebhook(id) },
    sessionWebhookExpiredTime: Date.now() + WEBHOOK_LASTS_MS,
  });
  return {
    env: { DINGTALK_CLIENT_ID, DINGTALK_APP_SECRET: DINGTALK_SECRET, ...addresses },
    secret: 'DINGTALK_APP_SECRET',
    redelivers: true,
    knowsRepeats: false,
    callbackEnv: { DINGTALK_APP_SECRET: DINGTALK_SECRET, ...addresses },
    say(text, { id }) {
      dingtalk.say(dingtalkText(text, fieldsOf(id)));
      return true;
    },
    redeliver: (id) => dingtalk.deliverAgain(id),
    async callBack(service, text, { id }) {
      await sayInDingtalk(service, text, fieldsOf(id));
    },
    told: () => platforms.delivered.map(({ text, acknowledged }) => ({ text, isConfirmed: acknowledged })),
    loseConfirmation: () => platforms.misbehave('dingtalk', 'reset-after', 1),
    isConnected: () => dingtalk.connected() > 0,
    attempts: () => platforms.calls('dingtalk-gateway'),
    drop: async () => dingtalk.cut(),
    goSilent: () => dingtalk.goSilent(),
    setAway: (isAway) => platforms.misbehave('dingtalk-gateway', 'reset', isAway ? Infinity : 0),
    send: (frame) => dingtalk.sendRaw(frame),
    close: () => platforms.close(),
  };
}
