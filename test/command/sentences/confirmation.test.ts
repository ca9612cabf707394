import { describe, expect, it } from 'vitest';
import * as sentences from '../../../src/command/sentences.ts';
import type { Said, WhyNoEffect } from '../../../src/desk/questions.ts';
import { CARD, read, RECEIPT, saidOutcomes, SUCCEEDED } from './fixtures.ts';

const CHOICE: sentences.Choice = { receipt: RECEIPT, card: CARD, count: 6, cardName: '足疗次卡', remaining: 10 };
const noEffect = (said: Said, why: WhyNoEffect) => sentences.noEffect({ kind: 'no-effect', said, why });
const QUESTION: sentences.Question = { choices: [CHOICE], remark: '', store: '人民路店', why: [], validMinutes: 5 };

describe('the question before a redemption', () => {
  it('shows card, remaining times, count, store, why it is asked and how to answer', () => {
    const text = sentences.question({
      ...QUESTION,
      why: [
        { kind: 'many', over: 5 },
        { kind: 'repeat', agoSeconds: 40, count: 2, state: 'succeeded' },
      ],
    });
    expect(text).toBe(
      [
        '待确认：核销6次？',
        '足疗次卡，尾号4024，剩余10次，人民路店',
        '一次核销超过5次，请核对次数',
        '这张卡40秒前有过一笔：2次，成功',
        `回「确认」核销，回「取消」不核销，5分钟内有效，单号 ${RECEIPT}`,
      ].join('\n'),
    );
  });

  it('offers both readings of a card, each with the line that chooses it', () => {
    const other = { ...CHOICE, receipt: 'R-ABCDEFGH', card: '9140953532944040', count: 24, remaining: null };
    const text = sentences.question({
      ...QUESTION,
      choices: [{ ...CHOICE, count: 1 }, other],
      why: [{ kind: 'ambiguous', group: '24', out: null }],
    });
    expect(text).toMatch(/最后的「24」[^]*尾号4024，1次，剩余10次[^]*尾号4040，24次/);
    const lines = [...text.matchAll(/回「(.+)」/g)].flatMap(([, line = '']) => read(line));
    expect(lines).toEqual([
      { kind: 'confirm', receipt: RECEIPT },
      { kind: 'confirm', receipt: 'R-ABCDEFGH' },
    ]);
  });

  it('shows what was written behind the count, which may be all that was written', () => {
    const asked: sentences.Question = {
      ...QUESTION,
      choices: [{ ...CHOICE, count: 1 }],
      remark: '「生日」',
      why: [{ kind: 'uncertain' }],
    };
    expect(sentences.question(asked).split('\n').slice(0, 3)).toEqual([
      '待确认：核销1次，备注「『生日』」？',
      '足疗次卡，尾号4024，剩余10次，人民路店',
      '次数没写清楚，请核对次数和备注',
    ]);
    expect(sentences.questionButtons(asked)).toMatchObject({
      title: '待确认：核销1次？',
      detail: '足疗次卡，尾号4024，剩余10次，人民路店，备注「『生日』」',
      buttons: [{ label: '确认' }, { label: '取消' }],
    });
  });

  it('offers one reading only where the other cannot be meant, and says why', () => {
    const why = { kind: 'too-few', remaining: 18 } as const;
    const out = { card: '9140953532944040', count: 24, why };
    const text = sentences.question({
      ...QUESTION,
      choices: [{ ...CHOICE, count: 1 }],
      why: [{ kind: 'ambiguous', group: '24', out }],
    });
    expect(text).toBe(
      [
        '待确认：核销1次？',
        '足疗次卡，尾号4024，剩余10次，人民路店',
        '最后的「24」是卡号还是次数？另一种（尾号4040，24次）核销不了：只剩18次，次数不够',
        `回「确认」核销，回「取消」不核销，5分钟内有效，单号 ${RECEIPT}`,
      ].join('\n'),
    );
    expect(saidOutcomes(text)).toEqual([]);
  });

  it('claims no outcome', () => {
    const repeats = (['pending', 'succeeded', 'unknown'] as const).map(
      (state) => ({ kind: 'repeat', agoSeconds: 0, count: 1, state }) as const,
    );
    for (const why of [{ kind: 'many', over: 5 } as const, ...repeats]) {
      expect(saidOutcomes(sentences.question({ ...QUESTION, why: [why] }))).toEqual([]);
    }
  });

  it('is answered with what to type when several are open', () => {
    const open = [CHOICE, { ...CHOICE, receipt: 'R-ABCDEFGH', count: 1 }];
    const text = noEffect('cancel', { kind: 'several-open', open });
    expect(text).toContain(`尾号4024，6次：回「取消 ${RECEIPT}」`);
    expect(text).toContain('尾号4024，1次：回「取消 R-ABCDEFGH」');
  });

  it('says that nothing was spent when it was cancelled or came to nothing', () => {
    expect(sentences.withdrawn({ kind: 'withdrawn', redemption: SUCCEEDED })).toBe(
      `未提交：已取消\n尾号4024，2次，人民路店，${RECEIPT}`,
    );
    const expired = { kind: 'expired', receipt: RECEIPT, validMinutes: 5 } as const;
    expect(saidOutcomes(noEffect('confirm', expired))).toEqual(['未提交']);
    const cancelled = { kind: 'cancelled-before', receipt: RECEIPT } as const;
    expect(saidOutcomes(noEffect('confirm', cancelled))).toEqual(['未提交']);
  });

  it('says why an answer does nothing, without an outcome', () => {
    const confirmed = { kind: 'confirmed-before', receipt: RECEIPT } as const;
    for (const why of [
      { kind: 'none-open' },
      { kind: 'not-yours', open: true },
      { kind: 'elsewhere' },
      confirmed,
    ] as const) {
      expect(saidOutcomes(noEffect('cancel', why))).toEqual([]);
    }
    expect(noEffect('confirm', { kind: 'none-open' })).toBe('没有等您确认的核销。');
  });
});
