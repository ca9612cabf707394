import type { FeishuEndpoint, FeishuMisbehaviour } from '../support/gateways/feishu.ts';
import type { Endpoint, Misbehaviour } from '../support/platforms.ts';
import { type Random, seededRandom } from '../../src/sandbox/seeded-random.ts';

export const CHANNELS = ['wecom-app', 'wecom-bot', 'dingtalk', 'feishu'] as const;
/** As the ledger has them. */
export type ChannelName = (typeof CHANNELS)[number];

/** How messages come to the service: by callbacks of the platform, or by a connection that the service opens. */
export type Transport = 'webhook' | 'connection';

/** The platforms that the service can be connected to. */
export type Connected = Exclude<ChannelName, 'wecom-app'>;

/** How the service is set up in a round. */
export interface Setup {
  readonly transports: Readonly<Record<ChannelName, Transport>>;
  /** Whether it may write to people by DingTalk's OpenAPI; with a connection it always may. */
  readonly dingtalkApi: boolean;
}

/** A card as the simulated vendor reads it from its file. */
export interface PlannedCard {
  readonly card: string;
  readonly balance: number;
  readonly manner: 'normal' | 'silent';
  readonly detail: 'shown' | 'denied';
}

export interface PlannedLine {
  /** Typed as the remark, so that the vendor's books name the line without the ledger. Letters only. */
  readonly tag: string;
  /** Position in its message, from 0. */
  readonly line: number;
  readonly card: string;
  readonly count: number;
}

export interface PlannedMessage {
  readonly id: string;
  readonly channel: ChannelName;
  /** As the platform names the person. */
  readonly user: string;
  /** Since the service began to listen. */
  readonly atMs: number;
  readonly lines: readonly PlannedLine[];
  /** How many callbacks the platform makes at most when none is answered with 200. */
  readonly attempts: number;
  /** The first delivery comes twice at the same time. */
  readonly doubled: boolean;
  /** The platform hangs up after so long at its first delivery; null when it is patient. */
  readonly hangUpMs: number | null;
  /** Pause before each further delivery. */
  readonly retryMs: number;
  /** It is delivered once more so long after that, whatever became of it, by the transport of that time; null: it is not. */
  readonly againAfterMs: number | null;
  /** How many refresh polls the bot's platform makes at most. */
  readonly polls: number;
  /** Whether DingTalk still knows the session when the service wants to use it. */
  readonly sessionLasts: boolean;
}

/** What goes wrong at a platform's API. */
interface ApiTrouble {
  readonly endpoint: Endpoint;
  readonly how: Misbehaviour;
  readonly times: number;
}

/** What commands on WeCom's connection meet: a number refuses them, `taken` ones are carried out and not acknowledged. */
interface CommandTrouble {
  readonly command: string;
  readonly how: number | 'cut' | 'taken' | 'taken-and-cut';
}

interface FeishuTrouble {
  readonly feishu: FeishuEndpoint;
  readonly how: FeishuMisbehaviour;
  readonly times: number;
}

export type Trouble = ApiTrouble | CommandTrouble | FeishuTrouble;

/** What a platform does to its connections. */
export interface Disturbance {
  readonly channel: Connected;
  /** `away`: cut, and not to be reached for a while. */
  readonly how: 'cut' | 'announce' | 'away' | 'kick' | 'lose-session';
  readonly atMs: number;
}

export interface PlannedRound {
  readonly end: 'kill' | 'term';
  /** When it ends, counted from its start as a process or from when it listens. */
  readonly from: 'spawn' | 'listening';
  readonly afterMs: number;
  /** Nothing listens where the vendor should. */
  readonly vendorDown: boolean;
  readonly setup: Setup;
  /** Before it starts, so much time is taken to have passed that no lease of a dead service lasts. */
  readonly endsLeases: boolean;
  readonly troubles: readonly Trouble[];
  readonly disturbances: readonly Disturbance[];
  readonly messages: readonly PlannedMessage[];
}

export interface Plan {
  readonly rounds: readonly PlannedRound[];
  /** Of the final start. */
  readonly lastSetup: Setup;
  /** Said in peace, behind the last round: so slow that every channel has to answer late. */
  readonly last: readonly PlannedMessage[];
  readonly cards: readonly PlannedCard[];
}

/** People in the mapping; all others are unbound. */
export const PEOPLE: Readonly<Record<ChannelName, readonly [string, ...string[]]>> = {
  'wecom-app': ['zhangsan', 'lisi', 'wangwu'],
  'wecom-bot': ['zhaoliu', 'sunqi', 'zhouba'],
  dingtalk: ['staff001', 'staff002', 'staff003'],
  feishu: ['ou_staff001', 'ou_staff002', 'ou_staff003'],
};

/** Every so many rounds one ends with SIGTERM, and another one is long. */
const TERM_EVERY = 11;
const LONG_EVERY = 11;

/** Decides everything that is decided by chance, from the seed alone. */
export function makePlan(seed: number, rounds: number): Plan {
  const cards: PlannedCard[] = [];
  let messages = 0;

  const newCard = (random: Random, manner: PlannedCard['manner']): string => {
    const card = `9140${String(cards.length).padStart(14, '0')}`;
    // Some cannot be looked at beforehand. Where these are empty it is the vendor who refuses, which has to happen often.
    const detail = cards.length % 3 === 0 ? 'denied' : 'shown';
    const empty = manner === 'normal' && random.chance(detail === 'denied' ? 0.4 : 0.1);
    cards.push({ card, balance: empty ? 0 : 50, manner, detail });
    return card;
  };

  function planMessage(random: Random, channel: ChannelName, atMs: number, slowLines: number): PlannedMessage {
    const id = String(++messages).padStart(6, '0');
    const stranger = random.chance(0.03);
    // Lines for one card are called one after the other: that is how a message becomes slower than a platform waits.
    const slowCard = slowLines > 0 ? newCard(random, 'silent') : null;
    const sameCard = slowCard ?? (random.chance(0.2) ? newCard(random, 'normal') : null);
    const count = slowLines > 0 ? slowLines : random.int(1, 3);
    return {
      id,
      channel,
      // The last letter is none of `letters`, so that no name is the beginning of another.
      user: stranger
        ? `${channel === 'feishu' ? 'ou_' : ''}stranger${letters(messages)}z`
        : random.pick(PEOPLE[channel]),
      atMs,
      lines: Array.from({ length: count }, (_, line) => ({
        tag: `tag${letters(messages * 10 + line)}`,
        line,
        card: sameCard ?? newCard(random, 'normal'),
        count: random.int(1, 3),
      })),
      // DingTalk promises no repetition.
      attempts: channel === 'dingtalk' ? random.int(1, 3) : 3,
      doubled: random.chance(0.25),
      // Only where a reply that was lost on the way can never be held for another person's response.
      hangUpMs: channel === 'wecom-app' && random.chance(0.25) ? random.int(20, 600) : null,
      retryMs: random.int(30, 700),
      againAfterMs: random.chance(0.4) ? random.int(0, 6_000) : null,
      polls: random.chance(0.8) ? Infinity : random.int(0, 2),
      sessionLasts: random.chance(0.85),
    };
  }

  const planRound = (round: number): PlannedRound => {
    const random = seededRandom(`${seed}:${round}`);
    const term = round % TERM_EVERY === TERM_EVERY - 1;
    const long = round % LONG_EVERY === 4;
    const starting = !term && !long && random.chance(0.1);
    const afterMs = long ? random.int(1_500, 5_000) : random.int(0, starting ? 700 : 1_500);
    const until = starting ? 300 : afterMs + 50;
    const setup = planSetup(random);
    return {
      end: term ? 'term' : 'kill',
      from: starting ? 'spawn' : 'listening',
      afterMs,
      vendorDown: !term && !long && random.chance(0.1),
      setup,
      endsLeases: random.chance(0.7),
      troubles: Array.from({ length: random.int(0, 2) }, () => random.pick<Trouble>(TROUBLES)),
      disturbances: CONNECTED.filter((channel) => setup.transports[channel] === 'connection').flatMap((channel) =>
        Array.from({ length: random.int(0, 2) }, () => ({
          channel,
          how: random.pick(DISTURBANCES[channel]),
          atMs: random.int(0, until),
        })),
      ),
      messages: Array.from({ length: random.int(4, 9) }, (_, message) => {
        const channel = random.pick(CHANNELS);
        const slow = (long && message < 2) || (term && message < 1);
        return planMessage(random, channel, random.int(0, slow ? 200 : until), slow ? 3 : 0);
      }),
    };
  };

  const planned = Array.from({ length: rounds }, (_, round) => planRound(round));
  const random = seededRandom(`${seed}:last`);
  const last = CHANNELS.map((channel) => planMessage(random, channel, 0, SLOWER_THAN[channel]));
  return { rounds: planned, lastSetup: planSetup(random), last, cards };
}

function planSetup(random: Random): Setup {
  const transport = (): Transport => (random.chance(0.6) ? 'connection' : 'webhook');
  const dingtalk = transport();
  return {
    transports: { 'wecom-app': 'webhook', 'wecom-bot': transport(), dingtalk, feishu: transport() },
    dingtalkApi: dingtalk === 'connection' || random.chance(0.5),
  };
}

/** Silent lines that take longer, together, than the channel's response may, at a vendor time-out of 1.5 s. */
const SLOWER_THAN: Readonly<Record<ChannelName, number>> = {
  'wecom-app': 4,
  'wecom-bot': 3,
  dingtalk: 2,
  feishu: 2,
};

const CONNECTED: readonly Connected[] = ['wecom-bot', 'dingtalk', 'feishu'];

const DISTURBANCES: Readonly<Record<Connected, readonly [Disturbance['how'], ...Disturbance['how'][]]>> = {
  'wecom-bot': ['cut', 'cut', 'away', 'kick', 'lose-session'],
  dingtalk: ['cut', 'announce', 'announce'],
  feishu: ['cut'],
};

// Only what ends within a round or two. Where an answer is lost after the delivery, a second one is right.
const TROUBLES = [
  { endpoint: 'wecom-app', how: -1, times: 2 },
  { endpoint: 'wecom-app', how: 60020, times: 1 },
  { endpoint: 'wecom-app', how: 45009, times: 1 },
  { endpoint: 'wecom-app', how: 40014, times: 1 },
  { endpoint: 'wecom-app', how: 'reset-after', times: 2 },
  { endpoint: 'wecom-app', how: 'hang', times: 1 },
  { endpoint: 'token', how: 'html-500', times: 2 },
  { endpoint: 'wecom-bot', how: 'reset-after', times: 1 },
  { endpoint: 'wecom-bot', how: 'html-500', times: 1 },
  { endpoint: 'dingtalk', how: -1, times: 2 },
  { endpoint: 'dingtalk', how: 'reset', times: 1 },
  { endpoint: 'dingtalk', how: 'html-500', times: 1 },
  { endpoint: 'dingtalk', how: 'reset-after', times: 1 },
  { endpoint: 'dingtalk', how: 300001, times: 3 },
  { endpoint: 'dingtalk-group', how: 'reset-after', times: 1 },
  { endpoint: 'dingtalk-group', how: 'html-500', times: 1 },
  { endpoint: 'dingtalk-person', how: 'reset-after', times: 1 },
  { endpoint: 'dingtalk-token', how: 'html-500', times: 1 },
  { endpoint: 'dingtalk-gateway', how: 'html-500', times: 2 },
  { endpoint: 'dingtalk-gateway', how: 'reset', times: 1 },
  { feishu: 'message', how: 'reset-after', times: 2 },
  { feishu: 'message', how: 'reset', times: 1 },
  { feishu: 'message', how: 'html-500', times: 1 },
  { feishu: 'message', how: 'status-429', times: 1 },
  { feishu: 'message', how: 230049, times: 2 },
  { feishu: 'token', how: 'html-500', times: 1 },
  { feishu: 'bot', how: 'html-500', times: 2 },
  { feishu: 'endpoint', how: 'html-500', times: 1 },
  { feishu: 'endpoint', how: 'reset', times: 1 },
  { command: 'aibot_respond_msg', how: -1 },
  { command: 'aibot_respond_msg', how: 846605 },
  { command: 'aibot_respond_msg', how: 'cut' },
  { command: 'aibot_respond_msg', how: 'taken' },
  { command: 'aibot_respond_msg', how: 'taken-and-cut' },
  { command: 'aibot_send_msg', how: -1 },
  { command: 'aibot_send_msg', how: 'cut' },
  { command: 'aibot_send_msg', how: 'taken' },
  { command: 'aibot_send_msg', how: 'taken-and-cut' },
  { command: 'aibot_subscribe', how: 'cut' },
  { command: 'aibot_subscribe', how: -1 },
] as const satisfies readonly Trouble[];

/** A number without digits: digits in a remark could be taken for a count or a card. */
function letters(number: number): string {
  return number.toString(10).replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
}
