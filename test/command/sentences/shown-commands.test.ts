import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CATALOGUE, DESK_ENTRIES } from '../../../src/command/catalogue.ts';
import type { LineProblem, Misuse, Uncertain } from '../../../src/command/command.ts';
import { inert } from '../../../src/command/plain.ts';
import * as sentences from '../../../src/command/sentences.ts';
import { ROLES } from '../../../src/redemption/role.ts';
import type { Said, WhyNoEffect } from '../../../src/desk/questions.ts';
import { isUserId } from '../../../src/redemption/user-id.ts';
import { userId } from '../arbitraries.ts';
import { CARD, read, READER, say, STORE, UNKNOWN } from './fixtures.ts';

// What a reply shows as something to type is read as just that, also when the whole line is copied.

const noEffect = (said: Said, why: WhyNoEffect) => sentences.noEffect({ kind: 'no-effect', said, why });
const WHYS: readonly Misuse[] = [
  ...(['missing', 'extra', 'alone', 'too-short', 'too-long', 'characters', 'groups', 'no-card', 'receipt'] as const),
  ...(['receipt-for-card', 'verdict', 'records', 'period', 'number', 'test', 'employee', 'user'] as const),
  ...(['no-store', 'store', 'name'] as const),
];
/** The kind of every verb; of those that share one the last. */
const VERBS = new Map<string, string>(
  Object.values(CATALOGUE).flatMap(({ kind, words }) =>
    words.flatMap(({ word, pinyin }, at) => (pinyin === undefined && at > 0 ? [] : [[word, kind] as const])),
  ),
);
const PROBLEMS: readonly (LineProblem | Uncertain)[] = [
  ...(
    ['no-card', 'glued', 'two-cards', 'two-counts', 'count-unknown', 'count-in-remark', 'talk', 'question'] as const
  ).map((kind) => ({ kind })),
  ...(['quotation', 'long-line', 'long-text'] as const).map((kind) => ({ kind })),
  ...(['too-short', 'too-long', 'characters', 'groups'] as const).map((why) => ({ kind: 'bad-card', why }) as const),
  ...[...VERBS.keys()].map((meant) => ({ kind: 'mistyped-word', meant }) as const),
  ...DESK_ENTRIES.flatMap(({ kind: of }) => WHYS.map((why) => ({ kind: 'misused', of, why }) as const)),
  { kind: 'bad-count', typed: '1.5' },
  { kind: 'long-remark', length: 65 },
  { kind: 'long-message', lines: 21 },
  { kind: 'uncertain', card: CARD, count: 1, remark: '生日' },
];

/** What stands where the person's own belongs. */
const FILLED: readonly (readonly [RegExp, string])[] = [
  [/卡号/gu, CARD],
  [/次数/gu, '2'],
  [/备注/gu, '生日'],
  [/单号/gu, 'R-7K3M9Q2A'],
  [/账号/gu, 'wecom:lisi'],
  [/工号/gu, '12'],
  [/门店/gu, '人民路店'],
  [/姓名/gu, '李四'],
];
const VERB = new RegExp(`^(?:${[...VERBS.keys()].join('|')}|我|帮助)(?=$| )`, 'u');

/** The commands that a reply shows: in 「」, behind a colon, alone on a line, and several of them with `，` between. */
function shown(reply: string): string[] {
  const lines = reply.split('\n');
  const quoted = [...reply.matchAll(/[发回或]「([^」]+)」/gu)]
    .map(([, text = '']) => text)
    .filter((text) => !/^[已未]/u.test(text));
  const examples = lines.flatMap((line) => /(?:^|：)例：(.+)$/u.exec(line)?.[1] ?? []);
  const forms = lines
    .filter((line) => !line.includes('例：') && !line.includes('「'))
    .flatMap((line) => (line.split('：').at(-1) ?? '').replace(/（.*）$/u, '').split('，'))
    .filter((text) => VERB.test(text));
  return [...quoted, ...examples, ...forms];
}

function expectReadable(reply: string) {
  for (const text of shown(inert(reply))) {
    const typed = FILLED.reduce((line, [placeholder, own]) => line.replace(placeholder, own), text);
    const [command, ...more] = read(typed);
    const verb = /^[^ ]+/u.exec(typed)?.[0] ?? '';
    const kind = verb === '我' ? 'me' : verb === '帮助' ? 'help' : VERBS.get(verb);
    const expected = kind === 'bind' && command?.kind === 'bind-request' ? 'bind-request' : kind;
    expect([reply, text, command?.kind, more.length]).toEqual([reply, text, expected, 0]);
    expect(expected).toBeDefined();
    if (command?.kind === 'redeem') expect(command.count).toBe(2);
  }
}

it('in explanations, helps and greetings', () => {
  const replies = ROLES.flatMap((role) => [
    ...PROBLEMS.map((problem) => sentences.explain(problem, role)),
    ...[sentences.help(role), sentences.helpOnAll(role), sentences.notUnderstood()],
  ]);
  const others = [sentences.greeting(), sentences.textOnly(), sentences.streamGone(), sentences.recordsAway()];
  for (const reply of [...replies, ...others, sentences.cutMark(), sentences.adminWithoutStore('wecom:a')])
    expectReadable(reply);
  expect(replies.flatMap(shown).length).toBeGreaterThan(500);
});

it('in questions and answers about redemptions, with their own receipts', () => {
  const receipt = fc.stringMatching(/^R-[2-9A-HJKMNP-TV-Z]{8}$/);
  fc.assert(
    fc.property(receipt, receipt, (one, other) => {
      const choices = [one, other].map((each) => ({
        receipt: each,
        card: CARD,
        count: 2,
        cardName: null,
        remaining: 3,
      }));
      const question = { choices, remark: '生日', store: '人民路店', why: [], validMinutes: 5 };
      const redemption = { ...UNKNOWN, receipt: one };
      const checked = { ...redemption, remainingBefore: 3 };
      const replies = [
        sentences.question(question),
        sentences.question({ ...question, choices: choices.slice(0, 1) }),
        sentences.outcome(redemption, { unsettled: 'unclear' }),
        sentences.checked({ kind: 'checked', redemption: checked, who: '张三', remaining: 3, maySettle: true }, READER),
        ...(['confirm', 'cancel'] as const).flatMap((answer) => [
          noEffect(answer, { kind: 'several-open', open: choices }),
          noEffect(answer, { kind: 'confirmed-before', receipt: one }),
          noEffect(answer, { kind: 'not-asked', receipt: one }),
        ]),
      ];
      for (const reply of replies) expectReadable(reply);
      const buttons = [...sentences.questionButtons(question).buttons, sentences.checkButton(one)];
      for (const { says } of buttons) expect(read(says)).toMatchObject([{ receipt: says.includes(one) ? one : other }]);
    }),
  );
  const open = [{ receipt: 'R-7K3M9Q2A', card: CARD, count: 2, remaining: null }];
  expect(shown(noEffect('confirm', { kind: 'several-open', open }))).toEqual(['确认 R-7K3M9Q2A']);
});

it('in what managers and newcomers are told, with their own accounts and numbers', () => {
  const anyUser = fc.oneof(
    userId.map((id) => `wecom:${id}`),
    fc
      .stringMatching(/^[A-Za-z0-9_$-][A-Za-z0-9_.@$:+=/*-]{0,63}$/)
      .filter((id) => isUserId('dingtalk', id) && !id.includes('//'))
      .map((id) => `dingtalk:${id}`),
  );
  fc.assert(
    fc.property(anyUser, fc.integer({ min: 1, max: 999_999_999 }), (user, number) => {
      const request = { number, name: '李四', user, employeeId: 12, store: STORE };
      const holders = { employeeId: 12, known: [], elsewhere: false };
      const member = { user, name: '李四', employeeId: 12, store: STORE, role: 'staff' } as const;
      const rejected = { kind: 'request-decided', agreed: false, request, holders, bound: member } as const;
      const replies = [
        ...[
          sentences.requested({ kind: 'requested', request, answeredBy: 'manager' }),
          say({ kind: 'binding-asked', request, holders }),
          sentences.unbound(user),
        ],
        ...[sentences.stranger(user), sentences.requestDecided(rejected)],
      ];
      for (const reply of replies) expect(shown(reply).length).toBeGreaterThan(0);
      for (const reply of replies) expectReadable(reply);
      expect(inert(sentences.requestDecided(rejected))).toContain(`「解绑 ${user}」`);
    }),
  );
});
