import type { Reception } from '../chat/reception.ts';
import type { BotSeen } from '../operation/bots.ts';
import type { Bot } from '../platforms/bot.ts';

/** Notes when messages come, by channel, for operators who look whether a bot is reached at all. */
export interface SeenBots {
  /** The same reception, watched. */
  readonly reception: Pick<Reception, 'hear'>;
  /** `isUp`: whether the connection of a channel is up here. */
  tell(bots: readonly Bot[], isUp: (channel: string) => boolean): readonly BotSeen[];
}

export function watchMessages(reception: Pick<Reception, 'hear'>, now: () => number): SeenBots {
  const lastMessageAt = new Map<string, number>();
  return {
    reception: {
      hear(incoming, carrier) {
        if (incoming.kind === 'message') lastMessageAt.set(incoming.message.channel, now());
        return reception.hear(incoming, carrier);
      },
    },
    tell: (bots, isUp) =>
      bots.map(({ channel, webhook, socket }) => ({
        channel,
        name: webhook?.path ?? socket?.name ?? channel,
        by: socket === undefined ? 'callbacks' : 'connection',
        up: socket === undefined ? null : isUp(channel),
        lastMessageAt: lastMessageAt.get(channel) ?? null,
      })),
  };
}
