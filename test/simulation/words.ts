/** What a text says of one redemption. */
export interface Claim {
  readonly receipt: string;
  readonly state: 'succeeded' | 'refused' | 'unsent' | 'unknown' | 'asked' | 'pending';
  /** How it was settled, where the text says so. */
  readonly how: 'look' | 'hand' | null;
  /** Whether the text promises that more will be told of it. */
  readonly promised: boolean;
}

const WORDS: Readonly<Record<string, Claim['state']>> = {
  核销成功: 'succeeded',
  核销失败: 'refused',
  未提交: 'unsent',
  结果未知: 'unknown',
  待确认: 'asked',
  '正在核销…': 'pending',
};
/** What promises that more will be told. */
const PROMISE = '几分钟内核对清楚就告诉您';
/** Behind them stand receipts of which nothing is said; the questions only where they begin a line. */
const NEW_TOPIC = /在等|^是哪一种？|^要核销哪一张？/u;
const TOKEN = new RegExp(
  [...Object.keys(WORDS), PROMISE, '（按余次核对', '人工核对）', NEW_TOPIC.source, 'R-[2-9A-Z]{8}(?! 已经确认过)'].join(
    '|',
  ),
  'gmu',
);

/** Says that nothing of a message is carried out, or was. */
export function refusesAll(text: string): boolean {
  return /^未提交：(?:系统暂时存不了记录|这是一条旧消息)(?!.*R-[2-9A-Z]{8})/su.test(text);
}

/** Where the next of several lines, or the reply to an earlier message, begins. */
const NEXT_LINE = /\n(?=[①-⑳]+ |【之前的消息】)|(?<=【之前的消息】)\n/u;

/** Reads what a text says about which receipt: the outcome word that stands before it in the reply to its line. */
export function readClaims(text: string): readonly Claim[] {
  return text.split(NEXT_LINE).flatMap(readLine);
}

function readLine(text: string): Claim[] {
  const claims: Claim[] = [];
  let state: Claim['state'] | null = null;
  let how: Claim['how'] = null;
  let promised = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const word = WORDS[token];
    if (word !== undefined) {
      state = word;
      how = null;
      promised = false;
    } else if (NEW_TOPIC.test(token)) state = null;
    else if (token === '（按余次核对') how = 'look';
    else if (token === '人工核对）') how = 'hand';
    else if (token === PROMISE) promised = true;
    else if (state !== null) claims.push({ receipt: token, state, how, promised });
  }
  return claims;
}
