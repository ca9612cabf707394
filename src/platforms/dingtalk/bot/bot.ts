import type { Log } from '../../../log.ts';
import type { LateWay } from '../../../chat/late-way.ts';
import type { SocketBot } from '../../../transports/socket/socket.ts';
import type { WebhookBot } from '../../../transports/webhook/webhook.ts';
import type { FetchPicture } from '../../../redemption/shown.ts';
import type { Bot } from '../../bot.ts';
import type { ConsoleLinks } from '../../links.ts';
import { BOT_PATH } from '../settings.ts';
import type { Usage } from '../usage.ts';
import { CHANNEL, read } from './read.ts';
import { createRender, type RobotMessage } from './render.ts';
import { createDingtalkSocket, type DingtalkSocketOptions } from './socket.ts';
import { createVerify, isConsoleCheck, type Verified, type VerifyOptions } from './verify.ts';
import { judgeWebhook, refusedHost, type ReturnAddress } from './webhook.ts';

/** For storing a message: its reply goes another way. */
const DEADLINE_MS = 2_000;

interface RobotOptions {
  /** When set, the only robot that is listened to. */
  readonly robotCode: string | null;
  readonly late: LateWay;
  readonly fetchPicture: FetchPicture;
  readonly links?: ConsoleLinks | undefined;
}

export interface DingtalkOptions extends VerifyOptions, RobotOptions {
  /** Whether the late way has the OpenAPI: then it needs no webhook. */
  readonly hasApi: boolean;
  /** `host[:port]`s on which a reply address may be. */
  readonly webhookHosts: readonly string[];
  readonly usage: Usage;
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
  const { hasApi, webhookHosts, usage, now, log } = options;
  const verify = createVerify(options);

  /** Whether the late way can take the reply; otherwise it goes into the response. */
  function hasWayBack({ sessionWebhook, expiresAt, staffId, conversation }: ReturnAddress): boolean {
    const reachable = hasApi && (staffId !== null || conversation !== null);
    if (sessionWebhook === null) return reachable;
    const state = judgeWebhook(sessionWebhook, expiresAt, webhookHosts, now());
    if (state === 'elsewhere' && !reachable) {
      log.error(
        refusedHost(sessionWebhook),
        'webhook refused: the reply stands in the response, where it may not be shown',
      );
    }
    return state === 'usable' || reachable;
  }

  return {
    ...robot(options, hasApi),
    read: (verified) => read(verified, hasWayBack),
    webhook: {
      path: BOT_PATH,
      deadlineMs: DEADLINE_MS,
      checkUrl: () => '',
      verify(request) {
        if (isConsoleCheck(request)) return null;
        const verified = verify(request);
        usage.count('push');
        return verified;
      },
      wrap: (message) => ({ type: 'application/json', body: JSON.stringify(message) }),
    },
  };
}

export interface DingtalkStreamOptions extends DingtalkSocketOptions, RobotOptions {}

/** The same robot, Stream mode. Its messages are known by the same ids, so one that comes both ways is one message. */
export function createDingtalkStream(
  options: DingtalkStreamOptions,
): Bot<Verified, RobotMessage, object> & SocketBot<Verified, RobotMessage, object> {
  return {
    ...robot(options, true),
    // Nothing but the late way takes a reply.
    read: (verified) => read(verified, () => true),
    socket: createDingtalkSocket(options),
  };
}

/** What both modes have. */
function robot({ robotCode, late, fetchPicture, links }: RobotOptions, hasApi: boolean) {
  const address = (staffId: string): ReturnAddress => ({
    sessionWebhook: null,
    expiresAt: null,
    staffId,
    group: false,
    conversation: null,
    robotCode: null,
  });
  return {
    platform: 'dingtalk' as const,
    channel: CHANNEL,
    account: robotCode,
    render: createRender(links),
    late,
    fetchPicture,
    firstAddress: (id: string) => (hasApi ? address(id) : null),
  };
}
