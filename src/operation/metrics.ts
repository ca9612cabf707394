import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Metrics = ReturnType<typeof createMetrics>;

/** Everything that is counted, in one registry of its own, so that several services can live in one process. */
export function createMetrics() {
  const registry = new Registry();
  // Event-loop lag, memory, CPU and garbage collection.
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const inFlightBy = new Map<string, number>();

  return {
    registry,
    redemptions: new Counter({
      name: 'redemptions_total',
      help: 'Redemption lines by channel and outcome.',
      labelNames: ['channel', 'outcome'] as const,
      registers,
    }),
    vendorSeconds: new Histogram({
      name: 'vendor_call_seconds',
      help: 'Time of a vendor call, from the moment it was asked for, by outcome.',
      labelNames: ['outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    vendorCallsWaiting: new Gauge({
      name: 'vendor_calls_waiting',
      help: 'Vendor calls that wait for a place among those that are made at once.',
      registers,
    }),
    pictures: new Counter({
      name: 'picture_messages_total',
      help: 'Messages whose pictures were read, by channel and result (codes, none, or why they were not read).',
      labelNames: ['channel', 'result'] as const,
      registers,
    }),
    pictureSeconds: new Histogram({
      name: 'picture_message_seconds',
      help: 'Time until the pictures of a message were fetched and read.',
      buckets: SECONDS,
      registers,
    }),
    cardLooks: new Counter({
      name: 'card_looks_total',
      help: 'Looks at a card by result (found, refused, missing, unavailable, busy, skipped).',
      labelNames: ['result'] as const,
      registers,
    }),
    cardLookPauses: new Counter({
      name: 'card_look_pauses_total',
      help: 'Times that cards were not looked at for a while, by why (signature, app, permission, missing, silence, unreachable).',
      labelNames: ['why'] as const,
      registers,
    }),
    vendorTroubles: new Gauge({
      name: 'vendor_troubles',
      help: 'What the vendor refuses the merchant for at the moment, by kind (signature, app, permission, store, address).',
      labelNames: ['kind'] as const,
      registers,
    }),
    unknownsSettled: new Counter({
      name: 'unknowns_settled_total',
      help: 'Redemptions that were unknown and became known, by outcome and how (look, hand, list).',
      labelNames: ['outcome', 'how'] as const,
      registers,
    }),
    overruled: new Counter({
      name: 'redemptions_overruled_total',
      help: 'Redemptions that a look or a person had settled and whose caller then knew better, by outcome.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    callbackSeconds: new Histogram({
      name: 'callback_seconds',
      help: 'Time from a callback to its response, by channel and status; over a connection from a delivery to its answer (answered, lost, unanswered).',
      labelNames: ['channel', 'status'] as const,
      buckets: SECONDS,
      registers,
    }),
    /** What is in flight by channel. It changes twice a message, so the gauge looks at it only when it is asked for. */
    inFlightBy,
    inFlight: new Gauge({
      name: 'callbacks_in_flight',
      help: 'Callbacks, and deliveries over a connection, that are being answered now.',
      labelNames: ['channel'] as const,
      registers,
      collect() {
        for (const [channel, count] of inFlightBy) this.set({ channel }, count);
      },
    }),
    connectionUp: new Gauge({
      name: 'connection_up',
      help: 'Whether the connection of a bot is up, by channel.',
      labelNames: ['channel'] as const,
      registers,
    }),
    connectionChanges: new Counter({
      name: 'connection_changes_total',
      help: 'Times that the connection of a bot came up or went down, by channel and reason.',
      labelNames: ['channel', 'reason'] as const,
      registers,
    }),
    framesDropped: new Counter({
      name: 'connection_frames_dropped_total',
      help: 'Frames of a bot’s connection that were not understood and dropped, by channel.',
      labelNames: ['channel'] as const,
      registers,
    }),
    lateReplies: new Counter({
      name: 'late_replies_total',
      help: 'Attempts to send a reply after its callback, by channel and result (sent, retry, hold, give-up, drop).',
      labelNames: ['channel', 'result'] as const,
      registers,
    }),
    metered: new Counter({
      name: 'platform_quota_used_total',
      help: 'What counts towards a monthly quota of a platform, by platform and kind (DingTalk: api, push), of this process since it was started.',
      labelNames: ['platform', 'kind'] as const,
      registers,
    }),
    notifications: new Counter({
      name: 'notifications_total',
      help: 'Messages to groups by platform and result (sent, unheard, busy, throttled, content, dead); lines given-up.',
      labelNames: ['platform', 'result'] as const,
      registers,
    }),
    notificationsWaiting: new Gauge({
      name: 'notifications_waiting',
      help: 'Lines that groups are still to be told.',
      registers,
    }),
  };
}
