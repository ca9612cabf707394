import { z } from 'zod';
import { startFeishuGateway, type FeishuGateway } from '../support/gateways/feishu.ts';
import { startWecomGateway, type WecomGateway } from '../support/gateways/wecom.ts';
import type { Delivery, Run, Told } from './evidence.ts';

/** What was acknowledged so shortly before its connection was cut may not have been heard of. */
const CROSSING_MS = 300;

interface Sent {
  readonly message: string;
  readonly at: number;
  /** When it was confirmed or answered; null: it was not. */
  takenAt: number | null;
}

/** What went over the bots' connections, as their platforms saw it. */
export interface Frames {
  /** A message goes out to the service. */
  sent(message: string): void;
  /** The service has confirmed a message, or answered it. */
  taken(message: string): void;
  /** WeCom's gateway cuts its connections now. */
  cutting(): void;
  /** WeCom's gateway, whose bot answers by its connection. */
  readonly wecom: WecomGateway;
  /** Feishu, whose connection only brings messages. */
  readonly feishu: FeishuGateway;
  deliveries(runs: readonly Run[]): Delivery[];
  /** Final texts that people saw there: with WeCom in answer to a message, or pushed to their chat. */
  told(runs: readonly Run[]): Told[];
}

export async function startFrames(): Promise<Frames> {
  const sent: Sent[] = [];
  const told: Omit<Told, 'run'>[] = [];
  const cuts: number[] = [];

  function sentNow(message: string): void {
    sent.push({ message, at: Date.now(), takenAt: null });
  }

  function taken(message: string): void {
    const last = sent.findLast((one) => one.message === message);
    if (last !== undefined) last.takenAt ??= Date.now();
  }

  const wecom = await startWecomGateway({
    // The real number is not known, and no service is started this often.
    subscribesPerMinute: Infinity,
    onShown({ answers, text, finished }, acknowledged) {
      if (answers !== null) taken(answers);
      if (!finished) return;
      const at = Date.now();
      const way = answers === null ? 'late' : 'response';
      const bubble = answers === null ? `push ${told.length}` : `stream ${answers}`;
      const sentAt = sent.findLast(({ message }) => message === answers)?.at ?? at;
      told.push({ channel: 'wecom-bot', way, message: answers, bubble, text, acknowledged, sentAt, at });
    },
  });

  const feishu = await startFeishuGateway({
    ackWithinMs: 500,
    redeliverAfterMs: Array<number>(100).fill(1_000),
    onPush: (event) => sentNow(messageIdOf(event)),
    onConfirmed: (event) => taken(messageIdOf(event)),
    onShown({ messageId, replyTo, text }, acknowledged) {
      const at = Date.now();
      const late = { channel: 'feishu', way: 'late', message: replyTo, bubble: messageId } as const;
      told.push({ ...late, text, acknowledged, sentAt: at, at });
    },
  });

  return {
    sent: sentNow,
    taken,
    cutting: () => void cuts.push(Date.now()),
    wecom,
    feishu,
    deliveries: (runs) =>
      sent.map(({ message, at, takenAt }) => ({
        message,
        transport: 'connection',
        sentAt: at,
        endedAt: takenAt ?? at,
        taken: takenAt !== null,
        hungUp: false,
        run: runAt(runs, at),
      })),
    told: (runs) =>
      told.map((one) => ({
        ...one,
        acknowledged:
          one.acknowledged &&
          !(one.channel === 'wecom-bot' && cuts.some((at) => one.at <= at && at < one.at + CROSSING_MS)),
        run: runAt(runs, one.at),
      })),
  };
}

const MessageEvent = z.object({ event: z.object({ message: z.object({ message_id: z.string() }) }) });

const messageIdOf = (event: unknown) => MessageEvent.parse(event).event.message.message_id;

/** The run that was there at an instant, or was the last one there. */
export function runAt(runs: readonly Run[], at: number): number {
  return runs.findLastIndex(({ startedAt }) => startedAt <= at);
}
