const REDACTED = '[redacted]';

/** Names, in lower case without `_` and `-`, whose value is never shown. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  ...['sign', 'signature', 'msgsignature', 'random', 'nonce', 'key', 'appkey', 'liantuofukey', 'password'],
  ...['token', 'accesstoken', 'apptoken', 'bottoken', 'aeskey', 'appaeskey', 'botaeskey', 'encodingaeskey'],
  ...['secret', 'appsecret', 'corpsecret', 'clientsecret', 'authorization', 'cookie', 'setcookie'],
  ...['encryptkey', 'verificationtoken', 'tenantaccesstoken'],
  ...['sessionwebhook', 'webhook', 'responseurl', 'responsecode', 'returnaddress', 'databaseurl', 'encrypt', 'echostr'],
  ...['ticket', 'xacsdingtalkaccesstoken'],
]);

const CARD_NAMES: ReadonlySet<string> = new Set(['card', 'cardno', 'cardnumber']);

/** What the platforms number, and so may look like a card: needed to find a message or a person again. */
const ID_NAMES: ReadonlySet<string> = new Set([
  ...['user', 'userid', 'messageid', 'msgid', 'conversation', 'chatid', 'account', 'receipt', 'store', 'storecode'],
  ...['corpid', 'agentid', 'robotcode', 'time', 'hostname', 'path', 'traceid', 'requestid', 'logid'],
]);

const QUERY = /\?[\w.%-]+=[^\s"'<>]*/gu;
const USER_INFO = /:\/\/[^\s/@]+@/gu;
/** `sign=…` in a form or query, `"sign":"…"` in a quoted body. */
const SECRET_PAIR =
  /(?<![a-z])(sign|signature|key|secret|token|ticket|session|response_code|password)(=["']?|["']\s*:\s*["']?)[^\s&"',;)]+/giu;
/** What lets a person into the console. */
const LOGIN_PATH = /(\/login\/)[\w-]+/gu;
/** The id of a person or group, or else twelve digits or more, also in printed groups. */
const ID_OR_CARD = /\b(?:wecom|dingtalk|feishu):[^\s,;，；]*|\d(?:[ -]?\d){11,}/gu;

/** Takes what must not be logged out of one JSON line. */
export function scrubLine(line: string): string {
  return `${JSON.stringify(JSON.parse(line, scrubValue))}\n`;
}

/** A reviver of JSON.parse: sees every value together with its name, the innermost first. */
function scrubValue(name: string, value: unknown): unknown {
  const kind = kindOf(name);
  if (kind === 'secret' && value !== null) return REDACTED;
  if (kind === 'card' && (typeof value === 'string' || typeof value === 'number')) return lastFour(String(value));
  if (typeof value !== 'string') return value;
  return kind === 'id' ? withoutSecrets(value) : scrubText(value);
}

type Kind = 'secret' | 'card' | 'id' | 'other';

/** Names come again and again; outsiders can invent any number of them, so only so many are kept. */
const kinds = new Map<string, Kind>();
const KEPT = 500;

function kindOf(name: string): Kind {
  const known = kinds.get(name);
  if (known !== undefined) return known;
  const plain = name.toLowerCase().replace(/[_-]/gu, '');
  const kind = SECRET_NAMES.has(plain)
    ? 'secret'
    : CARD_NAMES.has(plain)
      ? 'card'
      : ID_NAMES.has(plain)
        ? 'id'
        : 'other';
  if (kinds.size < KEPT) kinds.set(name, kind);
  return kind;
}

/** Takes secrets and card numbers out of a sentence. */
export function scrubText(text: string): string {
  return withoutSecrets(text).replace(ID_OR_CARD, (found) => (/^\d/u.test(found) ? lastFour(found) : found));
}

function withoutSecrets(text: string): string {
  // Each pattern below needs one of these characters.
  if (!/[?=:]|\/login\//.test(text)) return text;
  return text
    .replace(QUERY, '?…')
    .replace(USER_INFO, '://…@')
    .replace(LOGIN_PATH, `$1${REDACTED}`)
    .replace(SECRET_PAIR, (_pair, name: string, separator: string) => `${name}${separator}${REDACTED}`);
}

function lastFour(card: string): string {
  return `…${card.slice(-4)}`;
}
