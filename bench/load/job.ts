import { z } from 'zod';

/** What the load generator, or a gateway, is to do, passed to it as JSON. */
export const Job = z.object({
  /** Base URLs; connections are spread over them. */
  urls: z.array(z.string()),
  /** Processes whose CPU time and memory are read. */
  pids: z.array(z.number()),
  channel: z.enum(['wecom-app', 'wecom-bot', 'wecom-socket', 'dingtalk', 'dingtalk-socket']),
  /** Base URL of the gateway to which the subject has opened its connection; null where it is reached by its URL. */
  gateway: z.string().nullable(),
  /**
   * A fixed text and what its reply must contain; null = redemptions, each of a card of its own. What is recorded needs a
   * message of its own each time, the rest goes round.
   */
  say: z.object({ text: z.string(), expect: z.string(), recorded: z.boolean() }).nullable(),
  /** How often each message is delivered, at once. */
  deliveries: z.number(),
  /** Each waits for a reply before the next message; by a gateway, so many messages at a time are without one. */
  connections: z.number(),
  /** Null = as fast as answers come; else one message each so many milliseconds. */
  everyMs: z.number().nullable(),
  warmUpMs: z.number(),
  measureMs: z.number(),
  /** Prepared beforehand; the run ends early when they are used up. */
  messages: z.number(),
  /** From so many people, `p0` and so on, in turns; null: all from the one that every mapping has. */
  people: z.number().nullable(),
  /** Makes this run's messages and cards different from every other run's; at most 9,999. */
  series: z.number(),
  /** Where the vendor tells how long it took for each card; null when added delay is not asked for. */
  vendorUrl: z.string().nullable(),
  /** Where replies of the DingTalk robot go; null where they stand in the response. */
  webhookPort: z.number().nullable(),
  /** Whether "too busy" is a right answer as well. */
  mayBeBusy: z.boolean(),
});

export type Job = z.infer<typeof Job>;

/** JSON has no NaN, which a time is where no reply came within the measured time. */
const ms = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const Times = z.object({ p50: ms, p99: ms, max: ms });

/** What has come of it, as JSON. Times are milliseconds. */
export const LoadResult = z.object({
  /** Replies within the measured time, and how long that was. */
  answered: z.number(),
  ms: z.number(),
  latency: Times,
  /** Reply time less the vendor's own time. */
  added: Times.nullable(),
  cpuMs: z.number(),
  rssMb: z.number(),
  /** Messages sent in all, the warm-up included, each counted once. */
  messages: z.number(),
  checked: z.number(),
  /** Replies that told a person to come back later. */
  busy: z.number(),
  /** Wrong replies; one is enough to make the run void. */
  problems: z.array(z.string()),
});

export type LoadResult = z.infer<typeof LoadResult>;
