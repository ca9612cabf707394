import { describe, expect, it } from 'vitest';
import { CATALOGUE, DESK_ENTRIES } from '../../../src/command/catalogue.ts';
import type { LineProblem, Misuse } from '../../../src/command/command.ts';
import * as sentences from '../../../src/command/sentences.ts';
import type { Role } from '../../../src/redemption/role.ts';
import { CARD, read, saidOutcomes } from './fixtures.ts';

describe('the answer to talk about redemptions without a card', () => {
  const answer = (text: string, role: Role = 'staff') =>
    read(text).map((command) => (command.kind === 'wrong' ? sentences.explain(command.problem, role) : command.kind));

  it.each(['核销了吗', '核销成功了没', '怎么核销', '消费了吗', '核销记录', '核销不了', 'hx?'])(
    '%j says nothing of a redemption that was not submitted, and where to look',
    (text) => {
      for (const role of ['staff', 'manager', 'admin'] as const) {
        const [said = ''] = answer(text, role);
        expect(saidOutcomes(said)).toEqual([]);
        for (const way of ['记录', '查询 卡号', '核对 单号', '核销 卡号 次数']) expect(said).toContain(way);
        expect(said).toContain('要退请发「撤销」');
        expect(said).toContain('拍下顾客的核销码');
      }
      expect(answer(text, 'unbound')).toEqual([sentences.help('unbound')]);
    },
  );

  it.each([`核销 ${CARD} 了吗`, `核销 张三 ${CARD} 了吗`, '核销 12345 了吗', '核销', '核销 张三', '核销 两次'])(
    '%j could be an order, so that it was not submitted is said',
    (text) => {
      expect(answer(text)).toEqual([expect.stringMatching(/^未提交：/u)]);
    },
  );
});

describe('explanations of the other commands', () => {
  const kinds = DESK_ENTRIES.map(({ kind }) => kind);
  const whys: readonly Misuse[] = [
    ...(['missing', 'extra', 'alone', 'too-short', 'too-long', 'characters', 'groups', 'no-card', 'receipt'] as const),
    ...(['records', 'period', 'number', 'test', 'employee', 'user', 'no-store', 'store', 'name'] as const),
  ];
  const verbs = Object.values(CATALOGUE).flatMap(({ words }) =>
    words.flatMap(({ word, pinyin }) => (pinyin === undefined ? [] : word)),
  );
  const example = (problem: LineProblem) => read(/\n例：(.+)$/.exec(sentences.explain(problem))?.[1] ?? '');

  it.each(kinds)('show a correct line of %s itself', (of) => {
    for (const why of whys) {
      const problem = { kind: 'misused', of, why } as const;
      expect(example(problem)).toMatchObject([{ kind: of }]);
      expect(saidOutcomes(sentences.explain(problem))).toEqual([]);
    }
  });

  it('show the very thing that was wrong, where that helps more', () => {
    expect(example({ kind: 'misused', of: 'check', why: 'verdict' })).toMatchObject([{ verdict: 'consumed' }]);
    expect(example({ kind: 'misused', of: 'query', why: 'receipt-for-card' })).toMatchObject([{ kind: 'check' }]);
  });

  it('differ by what was wrong', () => {
    const texts = whys.map((why) => sentences.explain({ kind: 'misused', of: 'records', why }));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it.each([
    [`核消 ${CARD} 2`, `核销 ${CARD} 2`],
    [`合销 ${CARD} 2`, `核销 ${CARD} 2`],
    [`核 ${CARD} 1`, `核销 ${CARD} 1`],
    [`刷卡 ${CARD} 2`, `核销 ${CARD} 2`],
    [`卡 ${CARD} 划6次`, `核销 ${CARD} 6`],
    [`纪录 昨天`, '记录 昨天'],
    [`查寻 ${CARD}`, `查询 ${CARD}`],
  ])('of %j give the person’s own line, put right: %j', (typed, line) => {
    const [command] = read(typed);
    if (command?.kind !== 'wrong') throw new Error('it was read');
    expect(sentences.explain(command.problem)).toContain(`是不是想发「${line}」？`);
  });

  it.each([
    [`核销了 ${CARD}`, CARD],
    [`核销 ${CARD} 不要了`, CARD],
    [`核销 ${CARD} 了吗`, CARD],
    [`核销 张三 ${CARD}`, CARD],
    [`核销 【${CARD}】 2`, CARD],
    [`核销 ${CARD} 0`, CARD],
    [`核消 ${CARD} 0`, null],
    ['核销 张三 13812341234', null],
  ])('of %j show no card but the one that is there', (typed, card) => {
    const [command] = read(typed);
    if (command?.kind !== 'wrong') throw new Error('it was read');
    const said = sentences.explain(command.problem);
    if (typed.includes(CARD)) expect(said).not.toMatch(/123456789012345678|没看到卡号|只能有/u);
    expect(said.match(/\d{11,}/gu) ?? []).toEqual(card === null ? (said.match(/123456789012345678/gu) ?? []) : [card]);
  });

  it.each(['核销 2', '核销 2 张三', 'hx 3'])('of %j say that there is no card', (typed) => {
    const [command] = read(typed);
    if (command?.kind !== 'wrong') throw new Error('it was read');
    expect(sentences.explain(command.problem)).toContain('没看到卡号');
  });

  it('of a count that is none say which', () => {
    const [command] = read('确认 0次');
    if (command?.kind !== 'wrong') throw new Error('it was read');
    expect(sentences.explain(command.problem)).toBe('次数「0」不对，要写1到999的整数。\n例：确认 3次');
  });

  it.each(verbs)('of a mistyped %s ask whether it was meant', (meant) => {
    const problem = { kind: 'mistyped-word', meant } as const;
    expect(sentences.explain(problem)).toContain(`是不是想「${meant}」`);
    expect(example(problem)).not.toMatchObject([{ kind: 'not-understood' }]);
    expect(example(problem)).not.toMatchObject([{ kind: 'wrong' }]);
  });
});
