import type { Log } from '../../../log.ts';
import type { LateWay } from '../../../chat/late-way.ts';
import type { WebhookBot } from '../../../transports/webhook/webhook.ts';
import type { Bot } from '../../bot.ts';
import { BOT_PATH } from '../settings.ts';
import { CHANNEL, read } from './read.ts';
import { render, type RobotMessage } from './render.ts';
import { createVerify, isConsoleCheck, type Verified, type VerifyOptions } from './verify.ts';
import { judgeWebhook, refusedHost } from './webhook.ts';

/** For storing a message: its reply goes another way. */
const DEADLINE_MS = 2_000;

export interface DingtalkOptions extends VerifyOptions {
  /** `host[:port]`s on which a reply address may be. */
  readonly webhookHosts: readonly string[];
  readonly late: LateWay;
  readonly log: Pick<Log, 'error'>;
}

/**
 * DingTalk robot of one's own corp (企业内部机器人), HTTP mode. Its console saves an address only when an unsigned request
 * without a body is answered with 200 (eryajf/chatgpt-dingtalk issues 1, 113 and 125); such a request has no other
 * effect.
 */
export function createDingtalk(
  options: DingtalkOptions,
): Bot<Verified, RobotMessage, object> & WebhookBot<Verified, RobotMessage, object> {
  const { robotCode, webhookHosts, late, now, log } = options;
  const verify = createVerify(options);

  /** Whether the reply can go to the webhook of the message; without a usable one it goes into the response. */
  function hasWayBack(sessionWebhook: string | null, expiresAt: number | null): boolean {
    if (sessionWebhook === null) return false;
    const state = judgeWebhook({ sessionWebhook, expiresAt }, webhookHosts, now());
    if (state === 'elsewhere') {
      log.error(
        refusedHost(sessionWebhook),
        'webhook refused: the reply stands in the response, where it may not be shown',
      );
    }
    return state === 'usable';
  }

  return {
    platform: 'dingtalk',
    channel: CHANNEL,
    account: robotCode,
    read: (verified) => read(verified, hasWayBack),
    render,
    webhook: {
      path: BOT_PATH,
      deadlineMs: DEADLINE_MS,
      checkUrl: () => '',
      verify: (request) => (isConsoleCheck(request) ? null : verify(request)),
      wrap: (message) => ({ type: 'application/json', body: JSON.stringify(message) }),
    },
    late,
    firstAddress: () => null,
  };
}
