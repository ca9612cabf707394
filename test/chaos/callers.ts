import { setTimeout as sleep } from 'node:timers/promises';
import { type Heard, pollBot, sayInDingtalk, sayToApp, sayToBot } from '../support/chats.ts';
import type { Platforms } from '../support/platforms.ts';
import type { Delivery, Told } from './evidence.ts';
import type { PlannedMessage } from './plan.ts';
import type { ServiceRuns } from './runs.ts';

/** What WeCom waits; DingTalk waits less, but has been answered by then. */
const PATIENCE_MS = 5_000;
const POLL_EVERY_MS = 150;

export interface Callers {
  readonly deliveries: readonly Delivery[];
  /** Final texts that came whole in a response. */
  readonly told: readonly Told[];
  /** Messages that the platforms are still at. */
  readonly busy: () => number;
  /** Begins to deliver a message, as its platform would; the end of it comes by itself. */
  say(message: PlannedMessage): void;
  /** Makes no more deliveries and polls, and resolves when those that are under way have ended. */
  stop(): Promise<void>;
}

/** The platforms' side of the callbacks: delivers, repeats what was not answered with 200, follows streams. */
export function createCallers(services: ServiceRuns, platforms: Platforms): Callers {
  const deliveries: Delivery[] = [];
  const told: Told[] = [];
  const saying = new Set<Promise<void>>();
  let stopped = false;

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
    const hangUp = AbortSignal.timeout(hangUpMs ?? PATIENCE_MS);
    const heard = service === null ? null : await saySomewhere(service.url, message, platforms, hangUp).catch(lost);
    deliveries.push({
      message: message.id,
      sentAt,
      endedAt: Date.now(),
      status: heard?.status ?? null,
      hungUp: heard === null && hangUp.aborted,
      run: service?.run ?? null,
    });
    if (heard !== null && service !== null) note(message, heard, sentAt, service.run);
    return heard;
  }

  async function deliverUntilTaken(message: PlannedMessage): Promise<void> {
    for (let attempt = 1; attempt <= message.attempts && !stopped; attempt++) {
      const hangUpMs = attempt < message.attempts ? message.hangUpMs : null;
      const first = attempt === 1;
      const answers = await Promise.all(
        Array.from({ length: first && message.doubled ? 2 : 1 }, () => deliver(message, first ? hangUpMs : null)),
      );
      const taken = answers.filter((heard) => heard?.status === 200);
      if (taken.some((heard) => heard?.finished === false)) await follow(message);
      if (taken.length > 0) return;
      await sleep(message.retryMs);
    }
  }

  async function follow(message: PlannedMessage): Promise<void> {
    for (let poll = 0; poll < message.polls && !stopped; poll++) {
      await sleep(POLL_EVERY_MS);
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
      const done = deliverUntilTaken(message).finally(() => saying.delete(done));
      saying.add(done);
    },
    async stop() {
      stopped = true;
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
  const { id, channel, user, lines, sessionLasts } = message;
  const content = lines.map(({ card, count, tag }) => `核销 ${card} ${count} ${tag}`).join('\n');
  switch (channel) {
    case 'wecom-app':
      return sayToApp(url, { content, user, messageId: id }, hangUp);
    case 'wecom-bot':
      return sayToBot(url, { content, user, messageId: id, responseUrl: platforms.responseUrl(id) }, hangUp);
    case 'dingtalk': {
      const sessionWebhook = platforms.sessionWebhook(id);
      if (!sessionLasts) platforms.endSession(id);
      return sayInDingtalk(url, content, { msgId: id, senderStaffId: user, sessionWebhook }, hangUp);
    }
  }
}

/** Null for a connection that did not come about, broke, or was hung up; everything else is a mistake of the harness. */
function lost(error: unknown): null {
  if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return null;
  throw error;
}
