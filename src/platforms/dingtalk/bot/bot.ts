import type { Log } from '../../../log.ts';
import { EMPTY_RESPONSE, type Channel } from '../../../chat/channel.ts';
import { parse } from './read.ts';
import { createVerify, isConsoleCheck, type VerifyOptions } from './verify.ts';
import { judgeWebhook, refusedHost } from './webhook.ts';

export interface DingtalkOptions extends VerifyOptions {
  /** `host[:port]`s on which a reply address may be. */
  readonly webhookHosts: readonly string[];
  readonly log: Pick<Log, 'error'>;
}

/**
 * DingTalk robot of one's own corp (企业内部机器人), HTTP mode. Its console saves an address only when an unsigned request
 * without a body is answered with 200 (eryajf/chatgpt-dingtalk issues 1, 113 and 125); nothing else comes of such a one.
 */
export function createDingtalk(options: DingtalkOptions): Channel {
  const { webhookHosts, now, log } = options;
  const verify = createVerify(options);

  /** Whether the reply can go where the message says; where it says nothing usable the response has to do. */
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
    name: 'dingtalk',
    path: '/dingtalk',
    checkUrl: () => EMPTY_RESPONSE,
    receive: async (request) =>
      isConsoleCheck(request)
        ? { kind: 'ignored', why: 'the console checks the address' }
        : parse(verify(request), hasWayBack),
  };
}
