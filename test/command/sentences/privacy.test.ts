import { describe, expect, it } from 'vitest';
import * as sentences from '../../../src/command/sentences.ts';
import { vendorWords } from '../../../src/command/sentences/words.ts';
import type { Tally } from '../../../src/redemption/tally.ts';
import { CARD, CARD_FOUND, LAST, PHONE, READER, RECEIPT, SUCCEEDED, UNKNOWN } from './fixtures.ts';

const CHOICE: sentences.Choice = { receipt: RECEIPT, card: CARD, count: 6, cardName: '足疗次卡', remaining: 10 };
const QUESTION: sentences.Question = { choices: [CHOICE], remark: '', store: '人民路店', why: [], validMinutes: 5 };
const TALLY: Tally = { succeeded: 11, times: 15, refused: 1, unknown: 2 };

describe('no sentence', () => {
  it('shows a whole card, a phone or a full name', () => {
    const cardName = `足疗卡${CARD}`;
    const texts = [
      sentences.card({ ...CARD_FOUND, cardName }, READER),
      sentences.cardNotShown(
        { kind: 'card-not-shown', card: CARD, why: { kind: 'refused', vendorMsg: CARD }, last: LAST },
        READER,
      ),
      sentences.question({ ...QUESTION, choices: [{ ...CHOICE, cardName }] }),
      sentences.noEffect({ kind: 'no-effect', said: 'confirm', why: { kind: 'several-open', open: [CHOICE, CHOICE] } }),
      sentences.withdrawn({ kind: 'withdrawn', redemption: SUCCEEDED }),
      sentences.checked(
        {
          kind: 'checked',
          redemption: { ...UNKNOWN, remainingBefore: 10, vendorMsg: CARD },
          who: '张三',
          remaining: 8,
          maySettle: true,
        },
        READER,
      ),
      sentences.records(
        {
          kind: 'records',
          of: { kind: 'card', card: CARD },
          lines: [],
          totals: TALLY,
          page: 1,
          more: 0,
          unanswered: 0,
        },
        READER,
      ),
    ];
    for (const text of texts) expect(text).not.toMatch(new RegExp(`${CARD.slice(0, 8)}|${PHONE}|王小明`));
  });
});

it('shows of a number that the vendor names only the tail, but a date whole', () => {
  const vendorMsg = '卡9140 9535 3294 4040 24不可用，有效期2026-01-01 2026-12-31';
  expect(vendorWords({ vendorMsg, card: '286104937502' })).toBe('「卡尾号4024不可用，有效期2026-01-01 2026-12-31」');
});
