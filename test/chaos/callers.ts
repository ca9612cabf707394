import { setTimeout as sleep } from 'node:timers/promises';
import { type Heard, pollBot, sayInDingtalk, sayToApp, sayToBot } from '../support/chats.ts';
import { dingtalkText } from '../support/dingtalk.ts';
import { FEISHU_APP, feishuCallback, feishuText } from '../support/gateways/feishu-callbacks.ts';
import type { Platforms } from '../support/platforms.ts';
import { post } from '../support/post.ts';
import type { Delivery, Told } from './evidence.ts';
import type { Frames } from './frames.ts';
import type { PlannedMessage, Setup } from './plan.ts';
import type { ServiceRuns } from './runs.ts';

/** What WeCom waits; the others wait less, but have been answered by then. */
const PATIENCE_MS = 5_000;
const POLL_EVERY_MS = 150;
const MISSED_AT_MOST = 10;

export interface Callers {
  /** Callbacks. */
  readonly deliveries: readonly Delivery[];
  /** Final texts that came whole in a response. */
  readonly told: readonly Told[];
  /** Messages that the platforms are still at. */
  readonly busy: () => number;
  /** Begins to deliver a message, as its platform would; the end of it comes by itself. */
  say(message: PlannedMessage): void;
  /** From now on messages come by these transports. */
  follow(setup: Setup): void;
  /** Makes no more deliveries and polls, and resolves when those that are under way have ended. */
  stop(): Promise<void>;
}

/**
 * The platforms' side of messages. Callbacks: delivers, repeats what was not answered with 200, follows streams.
 * Connections: delivers; the gateways of DingTalk and Feishu repeat what was not confirmed. A person who sees that WeCom's bot is not there
 * says it again, some times.
 */
export function createCallers(services: ServiceRuns, platforms: Platforms, frames: Frames): Callers {
  const deliveries: Delivery[] = [];
  const told: Told[] = [];
  const saying = new Set<Promise<void>>();
  const stopping = new AbortController();
  let transports: Setup['transports'] | null = null;

  const isStopped = () => stopping.signal.aborted;
  /** A pause that ends with all of this. */
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  function note(message: PlannedMessage, { text, finished }: Heard, sentAt: number, run: number): void {
    if (text === null || !finished) return;
    // What the bot says about a message replaces what stood in the same bubble.
    const bubble = message.channel === 'wecom-bot' ? `stream ${message.id}` : `response ${told.length}`;
    told.push({
      channel: message.channel,
      way: 'response',
      message: message.id,
      bubble,
      text,
      acknowledged: true,
      sentAt,
      at: Date.now(),
      run,
    });
  }

  /** One delivery; null when it was not answered whole. */
  async function deliver(message: PlannedMessage, hangUpMs: number | null): Promise<Heard | null> {
    const sentAt = Date.now();
    const service = services.current();
    if (message.channel === 'wecom-bot') frames.wecom.saidElsewhere(toBot(message));
    if (message.channel === 'feishu') frames.feishu.notes(toFeishu(message));
    const hangUp = AbortSignal.timeout(hangUpMs ?? PATIENCE_MS);
    const heard = service === null ? null : await saySomewhere(service.url, message, platforms, hangUp).catch(lost);
    deliveries.push({
      message: message.id,
      transport: 'webhook',
      sentAt,
      endedAt: Date.now(),
      taken: heard?.status === 200,
      hungUp: heard === null && hangUp.aborted,
      run: service?.run ?? null,
    });
    if (heard !== null && service !== null) note(message, heard, sentAt, service.run);
    return heard;
  }

  /** Delivers a message as its platform would at the time, and once more where that is planned. */
  async function sayInTheEnd(message: PlannedMessage): Promise<void> {
    await deliverUntilTaken(message);
    if (message.againAfterMs === null) return;
    await pause(message.againAfterMs);
    // Of two that come at once to a message that is done with, the service cannot tell that one answer serves both.
    if (!isStopped()) await deliverUntilTaken({ ...message, doubled: false });
  }

  async function deliverUntilTaken(message: PlannedMessage): Promise<void> {
    let missed = 0;
    for (let attempt = 1; attempt <= message.attempts && !isStopped(); attempt++) {
      while (transports?.[message.channel] === 'connection' && !isStopped()) {
        if (sayByConnection(message, platforms, frames) || ++missed === MISSED_AT_MOST) return;
        await pause(message.retryMs);
      }
      const hangUpMs = attempt < message.attempts ? message.hangUpMs : null;
      const first = attempt === 1;
      const answers = await Promise.all(
        Array.from({ length: first && message.doubled ? 2 : 1 }, () => deliver(message, first ? hangUpMs : null)),
      );
      const taken = answers.filter((heard) => heard?.status === 200);
      if (taken.some((heard) => heard?.finished === false)) await poll(message);
      if (taken.length > 0) return;
      await pause(message.retryMs);
    }
  }

  /** WeCom asks on as long as the bot is reached by callbacks. */
  async function poll(message: PlannedMessage): Promise<void> {
    for (let time = 0; time < message.polls && !isStopped(); time++) {
      await pause(POLL_EVERY_MS);
      if (transports?.[message.channel] === 'connection') return;
      const sentAt = Date.now();
      const service = services.current();
      const heard = service === null ? null : await pollBot(service.url, message.id).catch(lost);
      if (heard === null || service === null) continue;
      note(message, heard, sentAt, service.run);
      if (heard.status === 200 && heard.finished) return;
    }
  }

  return {
    deliveries,
    told,
    busy: () => saying.size,
    say(message) {
      const done = sayInTheEnd(message).finally(() => saying.delete(done));
      saying.add(done);
    },
    follow(setup) {
      ({ transports } = setup);
    },
    async stop() {
      stopping.abort();
      await Promise.all(saying);
    },
  };
}

async function saySomewhere(
  url: string,
  message: PlannedMessage,
  platforms: Platforms,
  hangUp: AbortSignal,
): Promise<Heard> {
  const { id, channel, user } = message;
  const content = contentOf(message);
  switch (channel) {
    case 'wecom-app':
      return sayToApp(url, { content, user, messageId: id }, hangUp);
    case 'wecom-bot':
      return sayToBot(url, { ...toBot(message), responseUrl: platforms.responseUrl(id) }, hangUp);
    case 'dingtalk':
      return sayInDingtalk(url, content, toRobot(message, platforms), hangUp);
    case 'feishu': {
      const event = feishuText(`@_user_1 ${content}`, { ...toFeishu(message), at: Date.now() });
      const callback = feishuCallback(event, FEISHU_APP, String(Math.floor(Date.now() / 1000)));
      const { status } = await post(url, '/feishu', callback, hangUp);
      return { status, text: null, finished: true };
    }
  }
}

/** One delivery, or two at once. False where it is lost: WeCom has no connection. The others keep it for one. */
function sayByConnection(message: PlannedMessage, platforms: Platforms, frames: Frames): boolean {
  const { dingtalk } = platforms;
  const { id, channel, doubled } = message;
  for (let time = 0; time < (doubled ? 2 : 1); time++) {
    switch (channel) {
      case 'wecom-app':
        throw new Error('a WeCom app has no connection');
      case 'wecom-bot':
        if (!frames.wecom.say(toBot(message))) return false;
        frames.sent(id);
        break;
      case 'dingtalk':
        if (dingtalk.knows(id)) dingtalk.deliverAgain(id);
        else {
          const createAt = Date.now();
          const expires = { createAt, sessionWebhookExpiredTime: createAt + 5_400_000 };
          dingtalk.say(dingtalkText(contentOf(message), { ...toRobot(message, platforms), ...expires }));
        }
        break;
      case 'feishu':
        void frames.feishu.say(`@_user_1 ${contentOf(message)}`, toFeishu(message));
    }
  }
  return true;
}

const contentOf = ({ lines }: PlannedMessage) =>
  lines.map(({ card, count, tag }) => `核销 ${card} ${count} ${tag}`).join('\n');

const toFeishu = ({ id, user }: PlannedMessage) => ({ messageId: id, openId: user, group: `oc_${user}` });

/** Each person has a group, or the platform's limit per chat would be all that is tried. */
const toBot = (message: PlannedMessage) => ({
  content: contentOf(message),
  user: message.user,
  messageId: message.id,
  chatId: `wr${message.user}`,
});

function toRobot({ id, user, sessionLasts }: PlannedMessage, platforms: Platforms) {
  const sessionWebhook = platforms.sessionWebhook(id);
  if (!sessionLasts) platforms.endSession(id);
  return { msgId: id, senderStaffId: user, sessionWebhook };
}

/** Null for a connection that did not come about, broke, or was hung up; everything else is a mistake of the harness. */
function lost(error: unknown): null {
  if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return null;
  throw error;
}
