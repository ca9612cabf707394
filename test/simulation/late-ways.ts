import { backOffMs } from '../../src/platforms/back-off.ts';
import type { LateWay, LateWayOf } from '../../src/chat/late-way.ts';
import type { LateResult } from '../../src/redemption/message.ts';
import type { Told } from './evidence.ts';
import type { Process } from './machine.ts';
import type { Platform, Said } from './platform.ts';

const POLLS_STOPPED_MS = 60_000;
const MAX_ATTEMPTS_UNHEARD = 5;

type Channel = 'wecom-app' | 'wecom-bot' | 'dingtalk';

/** How one service reaches people late, with the platforms' manners. */
export function lateWayOf(process: Process, platform: Platform, hasSecret: boolean): LateWayOf {
  const channels: readonly Channel[] = hasSecret ? ['wecom-app', 'wecom-bot', 'dingtalk'] : ['wecom-bot', 'dingtalk'];
  const ways = new Map<string, LateWay>(channels.map((channel) => [channel, lateWay(channel, process, platform)]));
  return ({ channel }) => ways.get(channel);
}

function lateWay(channel: Channel, process: Process, platform: Platform): LateWay {
  const { chance, faults, scheduler } = process.machine.surroundings;

  /** Whether the platform shows it; it swallows what it has shown before. */
  function arrive(said: Said, told: Told): 'shown' | 'swallowed' | 'refused' {
    const before = platform.told.filter(({ message, way, seen }) => message === said.id && way === 'late' && seen);
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
    send(returnAddress, { text }, attempt) {
      const { message } = returnAddress as { readonly message: string };
      const said = platform.said.find(({ id }) => id === message);
      if (said === undefined) return Promise.resolve({ kind: 'hold' });
      if (channel === 'dingtalk' && !said.hasWebhook) return Promise.resolve({ kind: 'hold' });
      const { user } = said.person;
      const told = platform.record(said, 'late', text, process);
      const refused = faults.happens('late way refuses', user);
      const held = faults.happens('late way holds', user);
      const lost = faults.happens('late answer lost', user);
      return new Promise((resolve) => {
        const answer = (result: LateResult) =>
          process.deliver(chance.int(`late ${user}`, 1, 300), 'late way answered', () => resolve(result));
        scheduler.after(chance.int(`late ${user}`, 1, 300), () => {
          if (refused) {
            answer({ kind: 'retry', afterMs: backOffMs(attempt) });
            return;
          }
          if (held) {
            answer(channel === 'wecom-app' ? { kind: 'hold', afterMs: 30_000 } : { kind: 'hold' });
            return;
          }
          const arrives = !lost || chance.draw(`late ${user}`) < 0.5;
          const how = arrives ? arrive(said, told) : 'nothing';
          if (lost) {
            answer(unheard(channel, attempt));
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
