/** What a browser looks like, from what it calls itself: a hint for its person, and no proof. */
export interface Browser {
  readonly app: keyof typeof APPS | 'other';
  readonly system: keyof typeof SYSTEMS | 'other';
}

/** The first that fits: most call themselves by the names of others as well. */
const APPS = {
  wecom: /\bwxwork\//iu,
  dingtalk: /\bdingtalk\b/iu,
  feishu: /\b(?:lark|feishu)\b/iu,
  wechat: /\bmicromessenger\//iu,
  edge: /\bedg(?:e|a|ios)?\//iu,
  firefox: /\b(?:firefox|fxios)\//iu,
  chrome: /(?:chrome|crios|chromium)\//iu,
  safari: /\bsafari\//iu,
} as const;
const SYSTEMS = {
  iphone: /\biphone\b/iu,
  ipad: /\bipad\b/iu,
  harmony: /\b(?:openharmony|harmonyos)\b/iu,
  android: /\bandroid\b/iu,
  windows: /\bwindows\b/iu,
  mac: /\bmacintosh\b/iu,
  linux: /\blinux\b/iu,
} as const;

/** Reads a `User-Agent`. */
export function browserOf(agent: string): Browser {
  return { app: firstThatFits(APPS, agent), system: firstThatFits(SYSTEMS, agent) };
}

function firstThatFits<Name extends string>(patterns: Readonly<Record<Name, RegExp>>, text: string): Name | 'other' {
  const names = Object.keys(patterns) as Name[];
  return names.find((name) => patterns[name].test(text)) ?? 'other';
}

const MAX_AGENT = 200;
/** Twelve digits or more may be a card's or a phone's. */
const LONG_NUMBER = /\d{12,}/gu;
const UNPRINTABLE = /[^\x20-\x7e]+/gu;

/** What is kept of a `User-Agent`: its beginning, and no long number. */
export function cleanAgent(agent: string): string {
  // Cut before and after: what is left of a number that is cut may be short.
  const printable = agent
    .slice(0, 4 * MAX_AGENT)
    .replace(UNPRINTABLE, ' ')
    .replace(LONG_NUMBER, '…');
  return printable.slice(0, MAX_AGENT).trim();
}
