import type { LateResult, MessageRecord, NewMessage } from '../redemption/message.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { Unheard } from '../liantuofu/availability.ts';
import type { LookResult } from '../liantuofu/card-looks.ts';
import type { CallInfo } from '../liantuofu/client.ts';
import type { MerchantTrouble } from '../liantuofu/troubles.ts';
import type { Log } from '../log.ts';
import type { Metrics } from './metrics.ts';
import type { NotificationResult } from '../notices/notifications.ts';

/** Of a message whose pictures were read; `result` is `codes`, `none` or why they were not. */
interface PicturesRead {
  readonly channel: string;
  readonly pictures: number;
  readonly codes: number;
  readonly result: string;
  readonly ms: number;
}

export type Observer = ReturnType<typeof createObserver>;

/** What happens, told to the log and to the metrics. */
export function createObserver(log: Log, metrics: Metrics) {
  const { inFlightBy } = metrics;
  const changeInFlight = (channel: string, by: number) => inFlightBy.set(channel, (inFlightBy.get(channel) ?? 0) + by);

  return {
    /** A callback, or a delivery over a connection, has begun; to be called with what came of it when it is answered. */
    callback: (channel: string): ((status: number | string) => void) => {
      const startedAt = performance.now();
      changeInFlight(channel, 1);
      return (status) => {
        changeInFlight(channel, -1);
        metrics.callbackSeconds.observe({ channel, status }, (performance.now() - startedAt) / 1000);
      };
    },

    connectionUp: (channel: string, isUp: boolean): void => {
      metrics.connectionUp.set({ channel }, isUp ? 1 : 0);
    },

    /** The connection itself writes the log. */
    connectionChanged: (channel: string, reason: string): void => {
      metrics.connectionChanges.inc({ channel, reason });
    },

    frameDropped: (channel: string): void => {
      metrics.framesDropped.inc({ channel });
    },

    /** One line per redemption; `ms` from the claim to the outcome. */
    settled: (redemption: Redemption, message: NewMessage): void => {
      metrics.redemptions.inc({ channel: message.channel, outcome: redemption.state });
      log.info(
        {
          receipt: redemption.receipt,
          outcome: redemption.state,
          reason: redemption.reason,
          channel: message.channel,
          user: message.user,
          store: redemption.store?.code,
          cardEnd: redemption.card.slice(-4),
          count: redemption.count,
          ms: redemption.settledAt === null ? null : redemption.settledAt - redemption.claimedAt,
        },
        'redemption',
      );
    },

    /** People were told the contrary meanwhile. */
    overruled: ({ receipt, state, reason, settledBy, store, card, count }: Redemption): void => {
      if (settledBy?.how !== 'overruled') return;
      metrics.overruled.inc({ outcome: state });
      const { was, by } = settledBy;
      log.error(
        {
          receipt,
          outcome: state,
          reason,
          was,
          how: by.how,
          by: by.how === 'look' ? null : by.user,
          store: store?.code,
          cardEnd: card.slice(-4),
          count,
          remedy: 'check this redemption in the vendor’s books; the person and the managers are being told',
        },
        'a redemption that had been settled without the vendor’s answer was something else',
      );
    },

    unsaved: ({ receipt, state }: Redemption, error: unknown): void => {
      log.error({ receipt, state, err: error }, 'the outcome could not be stored; trying again until it is');
    },

    called: ({ outcome, ms }: CallInfo): void => {
      metrics.vendorSeconds.observe({ outcome: outcome.state }, ms / 1000);
    },

    /** The room that sends them writes the log. */
    notified: (platform: string, result: NotificationResult, count: number): void => {
      metrics.notifications.inc({ platform, result }, count);
    },

    /** Something that counts towards a monthly quota of a platform. */
    metered: (platform: string, kind: string): void => {
      metrics.metered.inc({ platform, kind });
    },

    /** One line per message that shows pictures; nothing of what they show. */
    pictured: ({ channel, pictures, codes, result, ms }: PicturesRead): void => {
      metrics.pictures.inc({ channel, result });
      metrics.pictureSeconds.observe(ms / 1000);
      log.info({ channel, pictures, codes, result, ms: Math.round(ms) }, 'pictures');
    },

    looked: (result: LookResult): void => {
      metrics.cardLooks.inc({ result });
    },

    looksPaused: (why: Unheard): void => {
      metrics.cardLookPauses.inc({ why });
    },

    /** Everything that is wrong with the merchant now; the room that finds it writes the log. */
    merchantTroubles: (present: readonly MerchantTrouble[]): void => {
      metrics.vendorTroubles.reset();
      for (const { trouble } of present) metrics.vendorTroubles.inc({ kind: trouble });
    },

    /** One line per unknown that became known, by a look at its card, by hand or by a list. */
    unknownSettled: ({ receipt, state, settledBy, remainingBefore, remainingAfter, store, card }: Redemption): void => {
      metrics.unknownsSettled.inc({ outcome: state, how: settledBy?.how ?? 'vendor' });
      log.info(
        {
          receipt,
          outcome: state,
          how: settledBy?.how ?? 'vendor',
          by: settledBy !== null && 'user' in settledBy ? settledBy.user : null,
          remainingBefore,
          remainingAfter,
          store: store?.code,
          cardEnd: card.slice(-4),
        },
        'an unknown redemption became known',
      );
    },

    looksFailed: (error: unknown): void => {
      log.warn({ err: error }, 'unknown redemptions could not be looked after; trying again');
    },

    lateReply: ({ channel, user, replyAttempts }: MessageRecord, { kind }: LateResult): void => {
      metrics.lateReplies.inc({ channel, result: kind });
      const about = { channel, user, attempt: replyAttempts, result: kind };
      if (kind === 'give-up') log.error(about, 'a reply could not be told within a day and was given up');
      else log.info(about, 'late reply');
    },
  };
}
