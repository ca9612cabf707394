import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NEVER_ASK } from '../../src/redemption/questions.ts';
import type { Redemption } from '../../src/redemption/redemption.ts';
import type { NewLine, NewMessage } from '../../src/redemption/message.ts';
import { lineOf, newLine, newMessage } from '../ledger/fixtures.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';
import type { CardLook } from '../../src/redemption/card.ts';

const CARD = '914095353294404024';
const EAST = { code: 'EW_N1', name: '人民路店' };
const WEST = { code: 'EW_N2', name: '解放路店' };
const WHY = '联拓富后台有这笔核销';

let site: TestConsole;
let looks: number;
let look: CardLook;
beforeEach(async () => {
  looks = 0;
  look = { kind: 'unavailable' };
  site = await openTestConsole({
    look() {
      looks += 1;
      return look;
    },
  });
});
afterEach(() => site[Symbol.asyncDispose]());

async function unknown(line: Partial<NewLine> = {}, message: Partial<NewMessage> = {}): Promise<Redemption> {
  const { ledger } = site.records;
  const claim = await ledger.claim(newMessage({ user: 'wecom:zhang', ...message }), [
    newLine({ store: EAST, ...line }),
  ]);
  const row = lineOf(claim);
  await ledger.noteCard(row, { realCard: null, cardName: '洗车次卡', validUntil: null, remaining: 10 }, NEVER_ASK);
  return ledger.settle(row, { state: 'unknown', reason: 'timeout' });
}
const verdictOn = ({ receipt, settledAt }: Redemption, verdict = 'consumed', why = WHY) => ({
  ...{ receipt, verdict, why, note: '' },
  asOf: String(settledAt),
});
const now = ({ id }: Redemption) => site.records.ledger.findRedemption(id);

describe('what is unknown', () => {
  test('is listed with its evidence, and no card is looked at for that', async () => {
    const row = await unknown({ remark: '<b>洗车</b>' });
    await unknown({ card: 'OTHER1', store: WEST }, { user: 'wecom:zhao' });
    site.as('wecom:li');
    const { status, text } = await site.get('/console/unknowns');
    expect(status).toBe(200);
    for (const shown of [row.receipt, '张三', '人民路店', '&lt;b&gt;洗车', '核销系统没有按时答复', '尾号4024'])
      expect(text).toContain(shown);
    expect(text).not.toContain(CARD);
    expect(text).not.toContain('解放路店');
    expect(looks).toBe(0);
  });

  test('is seen by its person without buttons, by nobody of another store, and by an admin', async () => {
    const { receipt } = await unknown();
    site.as('wecom:zhang');
    const own = await site.get('/console/unknowns');
    expect(own.text).toContain(receipt);
    expect(own.text).not.toContain('未核销…');
    for (const user of ['wecom:qian', 'wecom:zhao']) {
      site.as(user);
      expect((await site.get('/console/unknowns')).text).not.toContain(receipt);
    }
    site.as('wecom:boss');
    expect((await site.get('/console/unknowns')).text).toContain('未核销…');
  });

  test('is looked at by its button, and what was seen is said', async () => {
    const row = await unknown();
    site.as('wecom:zhang');
    look = {
      kind: 'found',
      detail: { card: CARD, name: null, remaining: 9, validUntil: null, memberName: null, memberPhone: null },
    };
    const unclear = await site.post('/console/unknowns/look', { receipt: row.receipt });
    expect(unclear.text).toContain('现在余次是 9，核销前是 10');
    expect(looks).toBe(1);
    expect((await now(row)).state).toBe('unknown');
    site.as('wecom:zhao');
    expect((await site.post('/console/unknowns/look', { receipt: row.receipt })).status).toBe(404);
  });
});

describe('a verdict', () => {
  test('and what was typed show no whole card, however it was written', async () => {
    const row = await unknown({ remark: '退 9140 9535 3294 4040 24' });
    site.as('wecom:li');
    const list = await site.get('/console/unknowns');
    expect(list.text).toContain('退 …4024');
    const form = { ...verdictOn(row), note: `查了 ${CARD}` };
    const asked = await site.post('/console/unknowns/confirm', form);
    expect(asked.text).toContain('查了 …4024');
    await site.post('/console/unknowns/settle', form);
    expect(await now(row)).toMatchObject({ settledBy: { reason: `${WHY}：查了 …4024` } });
    const digits = [list, asked, await site.get('/console/unknowns')].map(({ text }) => text.replace(/[\s-]/gu, ''));
    expect(digits.filter((text) => text.includes(CARD))).toEqual([]);
  });

  test('is shown before it is recorded, and recorded with who gave it and why', async () => {
    const row = await unknown();
    site.as('wecom:li');
    const asked = await site.post('/console/unknowns/confirm', verdictOn(row));
    expect(asked.text).toContain('将要记录');
    expect(asked.text).toContain(WHY);
    expect((await now(row)).state).toBe('unknown');
    site.database.exec("update messages set reply_state = 'answered', told = changes where reply_state = 'open'");
    const done = await site.post('/console/unknowns/settle', verdictOn(row));
    expect(done.status).toBe(303);
    expect(await now(row)).toMatchObject({
      state: 'succeeded',
      settledBy: { how: 'hand', user: 'wecom:li', name: '李经理', reason: WHY },
    });
    const after = await site.get(done.headers.get('location') ?? '');
    expect(after.text).toContain(`已记录：${row.receipt} 核销成功`);
    expect(after.text).toContain(`原因：${WHY}`);
    // The person who typed it hears of it.
    expect((await site.records.ledger.takeDueReplies(5, 1_000)).map(({ id }) => id)).toEqual([row.message]);
  });

  test.each([
    ['without a reason', { why: '', note: '' }],
    ['with another reason that is not said', { why: '别的原因（请写明）', note: ' ' }],
    ['with one that is too long', { why: WHY, note: '长'.repeat(100) }],
  ])('is not taken %s, and nothing that was typed is lost', async (_name, typed) => {
    const row = await unknown();
    site.as('wecom:li');
    for (const step of ['confirm', 'settle']) {
      const { status, text } = await site.post(`/console/unknowns/${step}`, { ...verdictOn(row), ...typed });
      expect(status).toBe(422);
      if (typed.note.trim() !== '') expect(text).toContain(typed.note);
    }
    expect((await now(row)).state).toBe('unknown');
  });

  test('of two managers at once is recorded of the first only, and the second is told', async () => {
    const row = await unknown();
    await site.records.ledger.settleByHand(row.id, 'refused', { how: 'hand', user: 'wecom:boss', name: '老板' });
    site.database.exec(`update redemptions set settled_at = settled_at + 5 where id = ${row.id}`);
    site.as('wecom:li');
    for (const verdict of ['consumed', 'not-consumed']) {
      const { status, text } = await site.post('/console/unknowns/settle', {
        ...verdictOn(row, verdict),
        note: '看了小票',
      });
      expect(status).toBe(409);
      expect(text).toContain('老板人工核对');
      expect(text).toContain('看了小票');
    }
    expect(await now(row)).toMatchObject({ state: 'refused', settledBy: { name: '老板' } });
  });

  test('that comes behind the vendor’s own answer is not recorded', async () => {
    const row = await unknown();
    await site.records.ledger.settle(row, { state: 'succeeded', vendorMsg: '成功' });
    site.as('wecom:li');
    const { status, text } = await site.post('/console/unknowns/settle', verdictOn(row, 'not-consumed'));
    expect(status).toBe(409);
    expect(text).toContain('核销成功');
    expect((await now(row)).state).toBe('succeeded');
  });

  test('is corrected, and both stay on record', async () => {
    const row = await unknown();
    site.as('wecom:li');
    await site.post('/console/unknowns/settle', verdictOn(row, 'not-consumed', '余次和顾客都核对过'));
    const first = await now(row);
    const done = await site.post('/console/unknowns/settle', verdictOn(first));
    expect(done.status).toBe(303);
    const { text } = await site.get('/console/unknowns');
    expect(text).toContain(`原因：${WHY}`);
    expect(text).toContain('余次和顾客都核对过');
    expect((await now(row)).state).toBe('succeeded');
  });

  test('is not taken from staff, from managers of other stores, or without the form', async () => {
    const row = await unknown();
    for (const [user, status] of [
      ['wecom:zhang', 403],
      ['wecom:qian', 404],
    ] as const) {
      site.as(user);
      expect((await site.post('/console/unknowns/settle', verdictOn(row))).status).toBe(status);
    }
    site.as('wecom:li');
    expect((await site.post('/console/unknowns/settle', { ...verdictOn(row), token: 'other' })).status).toBe(403);
    expect((await now(row)).state).toBe('unknown');
  });
});
