import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import type { Evidence } from './evidence.ts';
import { evidence, RECEIPT, request, row, says, told } from './made-up.ts';

const violated = (change: Partial<Evidence> = {}) => check(evidence(change)).map(({ invariant }) => invariant);

const UNKNOWN = row({ state: 'unknown', reason: 'timeout' });
const BY_LOOK = row({ settledHow: 'look' });
const NOT_BOOKED = request({ bookedAt: null, answer: null });
const CARD = BY_LOOK.card;

test('a line that was redeemed as it should be violates nothing', () => {
  expect(violated()).toEqual([]);
});

describe('requests', () => {
  test('two that left for one line, whether or not both were booked', () => {
    expect(violated({ requests: [request(), request({ process: 'B2', bookedAt: null })] })).toEqual(['sent once']);
    expect(violated({ requests: [request(), request({ process: 'B2' })] })).toEqual(['sent once', 'booked once']);
  });

  test('one for each reading of a line that can be read in two ways', () => {
    const other = 'R-88888888';
    const requests = [request(), request({ receipt: other, bookedAt: null, answer: null })];
    expect(violated({ requests, rows: [row({ otherReceipt: other })] })).toEqual(['sent once']);
  });

  test('one without a row', () => {
    expect(violated({ requests: [request(), request({ receipt: 'R-99999999' })] })).toEqual(['on record']);
  });
});

test('what a service accepted is not on record, though it lives', () => {
  const accepted = [{ message: 'm2', process: 'A1' }];
  expect(violated({ accepted })).toEqual(['accepted']);
  expect(violated({ accepted, living: new Set(['A2']) })).toEqual([]);
});

describe('words', () => {
  test('a success that is told before it is booked', () => {
    expect(violated({ told: [told(says('核销成功'), { composedAt: 1_050 })] })).toEqual(['true words']);
  });

  test('a failure of what was booked, also where that came later', () => {
    const wrong = told(says('核销失败'), { composedAt: 1_050 });
    expect(violated({ told: [wrong, told(says('核销成功'))] })).toEqual(['true words']);
  });

  test('not submitted, although a request left, before or after', () => {
    const wrong = told(says('未提交：已取消'), { composedAt: 500 });
    expect(violated({ requests: [NOT_BOOKED], rows: [UNKNOWN], told: [wrong, told(says('结果未知'))] })).toEqual([
      'true words',
    ]);
  });

  test('what a person said is told as that', () => {
    const told_ = [told(says('核销成功（张三人工核对）'))];
    expect(violated({ requests: [NOT_BOOKED], rows: [row({ settledHow: 'hand' })], told: told_ })).toEqual([]);
  });

  test('settled by the times left, wrongly', () => {
    const told_ = [told(says('核销成功（按余次核对：3 → 2）'))];
    expect(violated({ requests: [NOT_BOOKED], rows: [BY_LOOK], told: told_ })).toEqual(['true words', 'true rows']);
  });

  test('a change elsewhere between the two looks cannot be known of, but one after them can', () => {
    const sights = [
      { card: CARD, at: 900, later: false },
      { card: CARD, at: 4_000, later: true },
    ];
    const wrong = {
      requests: [NOT_BOOKED],
      rows: [{ ...BY_LOOK, settledAt: 6_000 }],
      told: [told(says('核销成功（按余次核对：3 → 2）'), { composedAt: 6_100 })],
      sights,
    };
    const elsewhere = { card: CARD, by: -1, receipt: null };
    expect(violated({ ...wrong, changes: [{ ...elsewhere, at: 2_000, visibleAt: 2_000 }] })).toEqual([]);
    // The same as if the request had been late; but not where they spent more, or after it was settled.
    expect(violated({ ...wrong, changes: [{ ...elsewhere, at: 5_000, visibleAt: 5_000 }] })).toEqual([]);
    expect(violated({ ...wrong, changes: [{ ...elsewhere, by: -2, at: 5_000, visibleAt: 5_000 }] })).toHaveLength(2);
    expect(violated({ ...wrong, changes: [{ ...elsewhere, at: 500_000, visibleAt: 500_000 }] })).toHaveLength(2);
  });
});

describe('rows', () => {
  test('one that says what the books do not say', () => {
    const told_ = [told(says('结果未知'))];
    expect(violated({ rows: [row({ state: 'refused' })], told: told_ })).toContain('true rows');
    expect(violated({ rows: [row({ state: 'unsent', reason: 'storage' })], told: told_ })).toContain('true rows');
    expect(violated({ requests: [NOT_BOOKED], told: told_ })).toContain('true rows');
  });

  test('an answer of the vendor that was not kept, if its service lived on', () => {
    const unknown = { rows: [UNKNOWN], told: [told(says('结果未知'))] };
    expect(violated(unknown)).toEqual(['answer kept']);
    expect(violated({ ...unknown, living: new Set(['A2']) })).toEqual([]);
  });

  test('one that is pending or asked about at the end, and a reply that is still to be told', () => {
    const told_ = [told(says('待确认：核销1次？'))];
    expect(violated({ requests: [], rows: [row({ state: 'asked' })], told: told_ })).toEqual(['at rest']);
    const messages = [{ id: 'm1', user: 'wecom:p1', replyState: 'held', answers: null }];
    expect(violated({ messages })).toEqual(['at rest']);
  });
});

describe('told', () => {
  test('a message whose reply reached no person', () => {
    expect(violated({ told: [] })).toEqual(['told']);
    expect(violated({ told: [told(says('核销成功'), { seen: false, handedOver: false })] })).toEqual(['told']);
  });

  test('what may have arrived, as far as a service can know', () => {
    expect(violated({ told: [told(says('核销成功'), { seen: false })] })).toEqual([]);
  });

  test('answers to other commands', () => {
    const messages = [{ id: 'm2', user: 'wecom:p1', replyState: 'answered', answers: '{"0":"没有等您确认的核销。"}' }];
    expect(violated({ messages })).toEqual(['told']);
    const own = told('没有等您确认的核销。', { message: 'm2' });
    expect(violated({ messages, told: [told(says('核销成功')), own] })).toEqual([]);
  });

  test('something else than what it is in the end', () => {
    expect(violated({ told: [told(says('结果未知'))] })).toEqual(['corrected']);
    expect(violated({ told: [told(says('结果未知')), told(says('核销成功'), { composedAt: 9_000 })] })).toEqual([]);
  });

  test('not the true answer of a service that died before it could store it', () => {
    const unknown = { rows: [row({ state: 'unknown', reason: 'interrupted' })], living: new Set<string>() };
    const unknownThenYes = [told(says('结果未知')), told(says('核销成功'), { composedAt: 9_000 })];
    expect(violated({ ...unknown, told: unknownThenYes })).toEqual([]);
    const notBooked = { requests: [request({ bookedAt: null, answer: null })] };
    expect(violated({ ...unknown, ...notBooked, told: unknownThenYes })).toContain('corrected');
  });

  test('the reply to another line says nothing about this one', () => {
    const both = `① ${says('核销成功', 'R-22222222')}\n② 有几条在等，请带上单号：\n尾号4020，1次：回「取消 ${RECEIPT}」`;
    expect(violated({ told: [told(both)] })).toEqual(['true words', 'told']);
  });

  test('a list of open questions, or that one was confirmed before, says nothing about them', () => {
    const other = 'R-22222222';
    for (const earlier of [
      `有几条在等，请带上单号：\n尾号4020，1次：回「取消 ${other}」`,
      `${other} 已经确认过，取消不了，请联系店长。`,
    ]) {
      expect(violated({ told: [told(`${says('核销成功')}\n${earlier}`)] })).toEqual([]);
    }
  });

  test('the same again, late, although the platform had said that it arrived', () => {
    const late = told(says('核销成功'), { way: 'late', by: 'wecom-app', heard: true });
    const again = told(says('核销成功'), { way: 'first', by: 'wecom-socket', composedAt: 9_000 });
    expect(violated({ told: [late, again] })).toEqual(['told once']);
    expect(violated({ told: [{ ...late, heard: false }, again] })).toEqual([]);
    // A service that could not note it does not know it later.
    expect(violated({ told: [late, again], isCalm: false })).toEqual([]);
    // A correction, and a repeated delivery.
    const unknown = told(says('结果未知'), { way: 'late', by: 'wecom-app', heard: true });
    expect(violated({ told: [unknown, again] })).toEqual([]);
    expect(violated({ told: [late, told(says('核销成功'), { composedAt: 9_000 })] })).toEqual([]);
  });

  test('only with their next message, although a bot could write to them first', () => {
    expect(violated({ leftWaiting: ['wecom:p1'] })).toEqual(['by itself']);
  });

  test('a question that was not answered needs no other end', () => {
    const unanswered = row({ state: 'unsent', reason: 'unconfirmed' });
    expect(violated({ requests: [], rows: [unanswered], told: [told(says('待确认：核销1次？'))] })).toEqual([]);
  });
});
