import type { LateWay } from '../../src/chat/late-way.ts';
import { backOffMs } from '../../src/platforms/back-off.ts';
import type { Bot } from '../../src/platforms/bot.ts';
import { joinBots, type Bots } from '../../src/platforms/bots.ts';
import type { LateResult, MessageRecord } from '../../src/redemption/message.ts';
import type { Connection } from './connection.ts';
import type { Told } from './evidence.ts';
import type { Process } from './machine.ts';
import type { Plan } from './plan.ts';
import type { Platform, Said } from './platform.ts';

const POLLS_STOPPED_MS = 60_000;
const MAX_ATTEMPTS_UNHEARD = 5;

const CHANNELS = ['wecom-app', 'wecom-bot', 'wecom-socket', 'dingtalk'] as const;
type Channel = (typeof CHANNELS)[number];

/** Back to where a message came from, or to a person who is written to first. */
type Address = { readonly message: string; readonly polled: boolean } | { readonly user: string };

/**
 * What a service is about to tell late. A person who is written to first is told no message that it answers: here it is
 * known by its words.
 */
export class Composing {
  readonly #texts = new Map<number, { readonly record: MessageRecord; readonly text: string; told: number }>();

  begin(record: MessageRecord, text: string): void {
    this.#texts.set(record.id, { record, text, told: 0 });
  }

  end(record: MessageRecord): void {
    this.#texts.delete(record.id);
  }

  /** Of several with the same words, the one that was told least. */
  messageOf(user: string, words: string): string | null {
    const [one] = [...this.#texts.values()]
      .filter(({ record, text }) => record.user === user && text === words)
      .toSorted((a, b) => a.told - b.told);
    if (one === undefined) return null;
    one.told += 1;
    return one.record.messageId;
  }
}

export interface BotsParts {
  readonly plan: Plan;
  readonly process: Process;
  readonly platform: Platform;
  readonly connection: Connection;
  readonly composing: Composing;
}

/** The bots of one service, which only reach people late, with the platforms' manners. */
export function botsOf(parts: BotsParts): Bots {
  const { plan, process } = parts;
  const isUpgraded = process.machine.surroundings.scheduler.now >= plan.firstFrom;
  const hasSecret = !plan.people.some(({ channel }) => channel === 'held');
  return joinBots(
    CHANNELS.map((channel): Bot => {
      const platform = channel === 'dingtalk' ? 'dingtalk' : 'wecom';
      const mute = channel === 'wecom-app' && !hasSecret;
      const writesFirst = isUpgraded && !mute && plan.first.some((one) => one === channel);
      return {
        ...{ channel, account: 'account', platform },
        late: mute ? null : lateWay(channel, parts),
        firstAddress: (id) => (writesFirst ? { user: `${platform}:${id}` } : null),
        read: unused,
        render: { final: unused, waiting: unused },
      };
    }),
  );
}

function lateWay(channel: Channel, { process, platform, connection, composing }: BotsParts): LateWay {
  const { chance, faults, scheduler } = process.machine.surroundings;
  const isSocket = channel === 'wecom-socket';

  /** Whether the platform shows it; it swallows what it has shown before. */
  function arrive(said: Said, told: Told): 'shown' | 'swallowed' | 'refused' | 'lost' {
    if (isSocket && connection.holder !== process) return 'lost';
    const before = platform.told.filter(({ message, by, seen }) => message === said.id && by === channel && seen);
    // A response_url works once.
    if (channel === 'wecom-bot' && before.length > 0) return 'refused';
    // The duplicate check.
    if (channel === 'wecom-app' && before.some(({ text }) => text === told.text)) return 'swallowed';
    platform.show(told);
    return 'shown';
  }

  return {
    waitMs: (returnAddress) =>
      channel === 'wecom-bot' && (returnAddress as { readonly polled: boolean }).polled ? POLLS_STOPPED_MS : 0,
    ...(isSocket ? { isOpen: () => connection.isOpenFor(process) } : {}),
    send(returnAddress, { text }, attempt) {
      const address = returnAddress as Address;
      const isFirst = 'user' in address;
      const message = isFirst ? composing.messageOf(address.user, text) : address.message;
      const said = platform.said.find(({ id }) => id === message);
      if (said === undefined) return Promise.resolve({ kind: 'hold' });
      if (channel === 'dingtalk' && !isFirst && !said.hasWebhook) return Promise.resolve({ kind: 'hold' });
      const retry: LateResult = { kind: 'retry', afterMs: backOffMs(attempt) };
      if (isSocket) {
        connection.use();
        if (!connection.isOpenFor(process)) return Promise.resolve(retry);
      }
      const { user } = said.person;
      const told = platform.record(said, isFirst ? 'first' : 'late', text, process, channel);
      const refused = faults.happens('late way refuses', user);
      const held = faults.happens('late way holds', user);
      const lost = faults.happens('late answer lost', user);
      return new Promise((resolve) => {
        const answer = (result: LateResult) =>
          process.deliver(chance.int(`late ${user}`, 1, 300), 'late way answered', () => {
            told.heard = result.kind === 'sent';
            resolve(result);
          });
        scheduler.after(chance.int(`late ${user}`, 1, 300), () => {
          if (refused) {
            answer(retry);
            return;
          }
          if (held) {
            answer(channel === 'wecom-app' ? { kind: 'hold', afterMs: 30_000 } : { kind: 'hold' });
            return;
          }
          const arrives = !lost || chance.draw(`late ${user}`) < 0.5;
          const how = arrives ? arrive(said, told) : 'nothing';
          if (lost || how === 'lost') {
            answer(isFirst ? retry : unheard(channel, attempt));
            return;
          }
          if (how !== 'refused') told.handedOver = true;
          answer(how === 'refused' ? { kind: 'hold' } : { kind: 'sent' });
        });
      });
    },
  };
}

function unheard(channel: Channel, attempt: number): LateResult {
  if (channel === 'wecom-bot' && attempt > 1) return { kind: 'hold' };
  if (channel === 'dingtalk' && attempt >= MAX_ATTEMPTS_UNHEARD) return { kind: 'hold' };
  return { kind: 'retry', afterMs: backOffMs(attempt) };
}

function unused(): never {
  throw new Error('what comes in is read by nothing here');
}
