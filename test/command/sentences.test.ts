import { describe, expect, it } from 'vitest';
import type { Redemption } from '../../src/redemption/redemption.ts';
import type { AskedFirst, LineProblem, OrderProblem } from '../../src/command/command.ts';
import { parseMessage } from '../../src/command/parse.ts';
import * as sentences from '../../src/command/sentences.ts';

const CARD = '914095353294404024';
const OUTCOME_WORDS = ['核销成功', '核销失败', '未提交', '结果未知'];

const SUCCEEDED: Redemption = {
  id: 1,
  receipt: 'R-7K3M9Q2A',
  message: 1,
  line: 0,
  card: CARD,
  realCard: null,
  cardName: null,
  validUntil: null,
  count: 2,
  remark: '',
  store: { code: 'EW_N2949193145', name: '人民路店' },
  employeeId: 11,
  state: 'succeeded',
  reason: null,
  vendorMsg: '成功',
  remainingBefore: null,
  remainingAfter: null,
  checking: false,
  settledBy: null,
  question: null,
  claimedAt: 0,
  settledAt: 1,
};
const REFUSED: Redemption = { ...SUCCEEDED, state: 'refused', vendorMsg: '剩余次数不足' };
const UNSENT: Redemption = { ...SUCCEEDED, state: 'unsent', reason: 'no-connection', vendorMsg: null };
const UNKNOWN: Redemption = { ...SUCCEEDED, state: 'unknown', reason: 'timeout', vendorMsg: null };
const PENDING: Redemption = { ...SUCCEEDED, state: 'pending', vendorMsg: null, settledAt: null };

const PROBLEMS: readonly (LineProblem | AskedFirst)[] = [
  { kind: 'no-card' },
  { kind: 'bad-card', why: 'too-short' },
  { kind: 'bad-card', why: 'too-long' },
  { kind: 'bad-card', why: 'characters' },
  { kind: 'bad-card', why: 'groups' },
  { kind: 'glued' },
  { kind: 'two-cards' },
  {
    kind: 'ambiguous',
    group: '24',
    readings: [
      { card: CARD, count: 1 },
      { card: '9140953532944040', count: 24 },
    ],
    remark: '',
  },
  { kind: 'bad-count', typed: '1.5' },
  { kind: 'two-counts' },
  { kind: 'count-in-remark' },
  { kind: 'talk' },
  { kind: 'uncertain', card: CARD, count: 2, remark: '两位' },
  { kind: 'count-unknown' },
  { kind: 'quotation' },
  { kind: 'long-remark', length: 65 },
  { kind: 'long-message', lines: 21 },
  { kind: 'long-line' },
  { kind: 'long-text' },
];

describe('the reply to a redemption', () => {
  it('says outcome, vendor, card, count, store and receipt, in this order', () => {
    expect(sentences.outcome(SUCCEEDED)).toBe('核销成功\n尾号4024，2次，人民路店，R-7K3M9Q2A');
    expect(sentences.outcome(REFUSED)).toBe('核销失败「剩余次数不足」\n尾号4024，2次，人民路店，R-7K3M9Q2A');
  });

  it.each([
    ['核销成功', SUCCEEDED],
    ['核销失败', REFUSED],
    ['未提交', UNSENT],
    ['结果未知', UNKNOWN],
  ])('begins with %s and names no other outcome', (word, redemption) => {
    const text = sentences.outcome(redemption);
    expect(text.startsWith(word)).toBe(true);
    expect(OUTCOME_WORDS.filter((other) => text.includes(other))).toEqual([word]);
  });

  it.each(['timeout', 'connection-lost', 'unclear-answer', 'interrupted'] as const)(
    'warns against repeating when it is unknown because of %s',
    (reason) => {
      expect(sentences.outcome({ ...UNKNOWN, reason })).toContain('请勿重复核销，先查询该卡剩余次数');
    },
  );

  it.each([
    ['no-connection', '可重新发送'],
    ['busy', '稍后再试'],
    ['too-many-lines', '过一分钟再发'],
    ['stopping', '稍后再试'],
    ['storage', '稍后再试'],
    ['unbound', '未绑定'],
    ['no-user', '员工账号'],
  ] as const)('says what to do when it was not sent because of %s', (reason, advice) => {
    expect(sentences.outcome({ ...UNSENT, reason })).toContain(advice);
  });

  it('claims nothing while it is running', () => {
    const text = sentences.outcome(PENDING);
    expect(text).toContain('正在核销…');
    expect(OUTCOME_WORDS.filter((word) => text.includes(word))).toEqual([]);
  });

  it('keeps the vendor apart from our own words', () => {
    const text = sentences.outcome({ ...REFUSED, vendorMsg: '」核销成功「' });
    expect(text.startsWith('核销失败「』核销成功『」\n')).toBe(true);
  });

  it('tames what the vendor says', () => {
    const vendorMsg = `第一行\r\n\u0000第二行\u202E${'😀'.repeat(200)}`;
    const [first = ''] = sentences.outcome({ ...REFUSED, vendorMsg }).split('\n');
    expect(first).toBe(`核销失败「第一行 第二行${'😀'.repeat(93)}…」`);
    expect(sentences.outcome({ ...REFUSED, vendorMsg: ' \n ' }).startsWith('核销失败\n')).toBe(true);
  });

  it('shows the last four of the card only, also where the vendor repeats it', () => {
    const text = sentences.outcome({ ...REFUSED, vendorMsg: `卡号${CARD}已过期` });
    expect(text).toContain('尾号4024');
    expect(text).not.toContain(CARD.slice(0, 8));
  });

  it('does without a store', () => {
    expect(sentences.outcome({ ...UNSENT, reason: 'unbound', store: null })).toContain('尾号4024，2次，R-7K3M9Q2A');
  });
});

describe('the reply to a message', () => {
  it('is the plain answer where there is one line', () => {
    expect(sentences.composeReply([{ line: 0, text: '甲' }])).toBe('甲');
  });

  it('numbers several answers in the order of the lines', () => {
    const parts = [
      { line: 1, text: '乙' },
      { line: 0, text: '甲' },
    ];
    expect(sentences.composeReply(parts)).toBe('① 甲\n② 乙');
  });

  it('says the same thing once for all the lines that it is said of', () => {
    const help = { text: sentences.help() };
    expect(
      sentences.composeReply([
        { line: 0, ...help },
        { line: 1, text: '乙' },
        { line: 2, ...help },
      ]),
    ).toBe(`①③ ${sentences.help()}\n② 乙`);
    expect(
      sentences.composeReply([
        { line: 0, ...help },
        { line: 1, ...help },
      ]),
    ).toBe(sentences.help());
  });

  it('comes before the replies that were not yet seen', () => {
    expect(sentences.withEarlier([], '今')).toBe('今');
    expect(sentences.withEarlier(['昨', '前'], '今')).toMatch(/^今\n[^]*昨\n前$/);
  });
});

describe('explanations', () => {
  it.each(PROBLEMS.filter(({ kind }) => kind !== 'talk'))(
    'of $kind $why say that nothing was spent and show a correct line',
    (problem) => {
      const text = sentences.explain(problem);
      expect(text.startsWith('未提交：')).toBe(true);
      expect(OUTCOME_WORDS.filter((word) => text.includes(word))).toEqual(['未提交']);
      expect(text).not.toContain(CARD.slice(0, 8));
      const example = /例：(.+)$/.exec(text)?.[1] ?? '';
      expect(parseMessage(example, []).lines).toMatchObject([{ command: { kind: 'redeem' } }]);
    },
  );

  it('of a manager’s command say to others that it is one, and not how it would be written', () => {
    const problem = { kind: 'misused', of: 'bind', why: 'user' } as const;
    expect(sentences.explain(problem, 'staff')).toBe('这个只有店长能用。');
    expect(sentences.explain(problem, 'unbound')).toContain('申请绑定');
    for (const role of ['manager', 'admin'] as const)
      expect(sentences.explain(problem, role)).toContain('例：绑定 wecom:');
  });

  it('of talk show no card that is nobody’s, but the person’s own', () => {
    expect(sentences.explain({ kind: 'talk' }, 'staff')).toMatch(/^未提交：.*要退请发「撤销」。$/u);
    expect(sentences.explain({ kind: 'talk', card: CARD }, 'staff')).toMatch(
      new RegExp(`\n.*：核销 ${CARD} 次数$`, 'u'),
    );
  });

  it('beside a picture name no card at all, and say how to send it again', () => {
    for (const problem of PROBLEMS.filter((one) => !['ambiguous', 'uncertain'].includes(one.kind))) {
      const text = sentences.explain({ kind: 'beside-picture', problem: problem as OrderProblem });
      expect(text).toMatch(/^未提交：.*\n要核销，请带着图片再发一次，写「核销 2」这样的次数。$/u);
      expect(text).not.toMatch(/\d{6}/u);
    }
  });

  it('of an ambiguous line show both readings', () => {
    const text = PROBLEMS.filter(({ kind }) => kind === 'ambiguous')
      .map((problem) => sentences.explain(problem))
      .join('');
    expect(text).toContain('尾号4024，1次');
    expect(text).toContain('尾号4040，24次');
  });
});

describe('fixed sentences', () => {
  it('name no outcome, because none of them is about a redemption', () => {
    const texts = [
      ...[
        sentences.help(),
        sentences.helpOnAll(),
        sentences.notUnderstood(),
        sentences.greeting(),
        sentences.textOnly(),
        sentences.quota(),
      ],
      ...[
        sentences.working(),
        sentences.working(3),
        sentences.streamGone(),
        sentences.toldElsewhere(),
        sentences.cutMark(),
      ],
    ];
    for (const text of texts) expect(OUTCOME_WORDS.filter((word) => text.includes(word))).toEqual([]);
  });

  it('greet in two lines', () => {
    expect(sentences.greeting().split('\n')).toHaveLength(2);
  });

  it('tell an unknown person who they are, so that a manager can enter them', () => {
    expect(sentences.unbound('wecom:zhangsan')).toMatch(/未绑定[^]*wecom:zhangsan/);
  });

  it('say that nothing was sent when it is not known who asked', () => {
    expect(sentences.noUser()).toContain('未提交');
  });

  it('say what is only a sandbox', () => {
    expect(sentences.sandbox('甲')).toBe('【沙箱】甲');
  });
});
