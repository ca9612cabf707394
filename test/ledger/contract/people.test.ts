import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenedLedger } from '../../../src/ledger/ledger.ts';
import {
  REQUEST_LIFETIME_MS,
  REQUESTS_PER_DAY,
  type BindingRequest,
  type NewBindingRequest,
  type StaffChange,
  type Telling,
} from '../../../src/redemption/people.ts';
import { type PeopleLedger } from '../../../src/redemption/ledger.ts';
import { newRequest } from '../fixtures.ts';
import { places, type LedgerPlace } from '../places.ts';

type Opened = Pick<OpenedLedger, 'ledger' | 'people'>;

const LEASE_MS = 30_000;

function newTelling(change: Partial<Telling> = {}): Telling {
  const address = { channel: 'wecom-bot', returnAddress: null };
  return { key: 'binding-1-asked', user: 'wecom:lijingli', text: '申请 1', ...address, ...change };
}

/** What every ledger promises of people. */
describe.each(places)('$name keeps the promises about people', ({ make }) => {
  let place: LedgerPlace;
  let opened: Opened;
  let people: PeopleLedger;
  beforeEach(async () => {
    place = await make();
    await open();
  });
  afterEach(async () => {
    await opened.ledger.close().catch(() => undefined);
    await place.clear();
  });

  async function open(): Promise<void> {
    opened = await place.open();
    ({ people } = opened);
  }
  async function ask(change: Partial<NewBindingRequest> = {}): Promise<BindingRequest> {
    const request = await people.askBinding(newRequest(change));
    if (request === null) throw new Error('too many requests');
    return request;
  }
  const stateOf = async (number: number) => (await people.findBindingRequest(number))?.state;
  const lapse = async (number: number, ageMs = REQUEST_LIFETIME_MS) =>
    place.query(`update binding_requests set asked_at = asked_at - ${ageMs} where id = ${number}`);
  const openNumbers = async (storeCode: string | null) =>
    (await people.openBindingRequests(storeCode, 10)).map(({ number }) => number);

  test('a request comes back as it was made, under a short number, also after a restart', async () => {
    const request = await ask({ name: null });
    expect(request).toMatchObject({ ...newRequest({ name: null }), state: 'open', decidedBy: null, done: false });
    expect(request.number).toBeLessThan(10);
    await opened.ledger.close();
    await open();
    expect(await people.findBindingRequest(request.number)).toEqual(request);
    expect(await people.findBindingRequest(request.number + 1)).toBeNull();
  });

  test('asking for the same again is the same request; asking for something else takes its place', async () => {
    const first = await ask();
    expect((await ask()).number).toBe(first.number);
    const second = await ask({ employeeId: 22 });
    expect(second.number).not.toBe(first.number);
    expect(await stateOf(first.number)).toBe('replaced');
    expect(await openNumbers('EW_N1')).toEqual([second.number]);
  });

  test('of many equal requests at once there is one', async () => {
    const requests = await Promise.all(Array.from({ length: 10 }, () => ask()));
    expect(new Set(requests.map(({ number }) => number)).size).toBe(1);
  });

  test('one person can ask for so much a day; another person still can', async () => {
    for (let employeeId = 1; employeeId <= REQUESTS_PER_DAY; employeeId++) await ask({ employeeId });
    expect(await people.askBinding(newRequest({ employeeId: 99 }))).toBeNull();
    expect((await ask({ employeeId: REQUESTS_PER_DAY })).state).toBe('open');
    expect((await ask({ user: 'wecom:other' })).state).toBe('open');
  });

  test('open requests are listed oldest first, of one store or of all', async () => {
    const [one, two, three] = [
      await ask({ user: 'wecom:a' }),
      await ask({ user: 'wecom:b', storeCode: 'EW_N2' }),
      await ask({ user: 'wecom:c' }),
    ];
    expect(await openNumbers('EW_N1')).toEqual([one.number, three.number]);
    expect(await openNumbers(null)).toEqual([one.number, two.number, three.number]);
    expect(await people.openBindingRequests(null, 2)).toHaveLength(2);
    await people.decideBinding(one.number, 'rejected', 'wecom:lijingli', LEASE_MS);
    await lapse(three.number);
    expect(await openNumbers('EW_N1')).toEqual([]);
  });

  test('of managers who decide at once exactly one does, and the others see what became of it', async () => {
    const { number } = await ask();
    const decisions = await Promise.all(
      (['agreed', 'rejected', 'agreed', 'rejected'] as const).map((decision, index) =>
        people.decideBinding(number, decision, `wecom:m${index}`, LEASE_MS),
      ),
    );
    const [winner, ...others] = decisions.filter(({ won }) => won);
    expect(others).toEqual([]);
    for (const { request } of decisions) {
      expect(request).toMatchObject({ state: winner?.request.state, decidedBy: winner?.request.decidedBy });
    }
  });

  test('a decision that was not finished may be made again, the same one, after a while; a finished one never', async () => {
    const { number } = await ask();
    await people.decideBinding(number, 'agreed', 'wecom:a', LEASE_MS);
    expect((await people.decideBinding(number, 'agreed', 'wecom:b', LEASE_MS)).won).toBe(false);
    expect((await people.decideBinding(number, 'rejected', 'wecom:b', -1)).won).toBe(false);
    const taken = await people.decideBinding(number, 'agreed', 'wecom:b', -1);
    expect(taken).toMatchObject({ won: true, request: { state: 'agreed', decidedBy: 'wecom:b', done: false } });
    await people.finishBinding(number, []);
    expect(await people.decideBinding(number, 'agreed', 'wecom:c', -1)).toMatchObject({
      won: false,
      request: { decidedBy: 'wecom:b', done: true },
    });
  });

  test('a decision that could not be carried out is taken back by its maker only', async () => {
    const { number } = await ask();
    await people.decideBinding(number, 'agreed', 'wecom:a', LEASE_MS);
    await people.reopenBinding(number, 'wecom:b');
    expect(await stateOf(number)).toBe('agreed');
    await people.reopenBinding(number, 'wecom:a');
    expect(await stateOf(number)).toBe('open');
    expect((await people.decideBinding(number, 'rejected', 'wecom:b', LEASE_MS)).won).toBe(true);
    await people.finishBinding(number, []);
    await people.reopenBinding(number, 'wecom:b');
    expect(await stateOf(number)).toBe('rejected');
  });

  test('a decision is not taken back into a second open request', async () => {
    const first = await ask();
    await people.decideBinding(first.number, 'agreed', 'wecom:a', LEASE_MS);
    const second = await ask({ employeeId: 22 });
    await people.reopenBinding(first.number, 'wecom:a');
    expect(await stateOf(first.number)).toBe('replaced');
    expect(await stateOf(second.number)).toBe('open');
  });

  test('a request that was not answered lapses, and can be made anew', async () => {
    const first = await ask();
    await lapse(first.number, REQUEST_LIFETIME_MS - 60_000);
    expect(await stateOf(first.number)).toBe('open');
    await lapse(first.number, 60_000);
    expect(await stateOf(first.number)).toBe('expired');
    expect((await people.decideBinding(first.number, 'agreed', 'wecom:a', LEASE_MS)).won).toBe(false);
    expect((await ask()).number).not.toBe(first.number);
    expect(await stateOf(first.number)).toBe('expired');
  });

  test('what people are told is due at once, reads as it was written, and is told once', async () => {
    await people.tell([
      newTelling(),
      newTelling({ key: 'binding-1-asked-b', user: 'dingtalk:b', channel: 'dingtalk' }),
    ]);
    await people.tell([newTelling({ text: '另一句' })]);
    const due = await opened.ledger.takeDueReplies(10, 60_000);
    expect(due.map(({ channel, user, text, answers }) => [channel, user, text, answers])).toEqual([
      ['wecom-bot', 'wecom:lijingli', '', { 0: '申请 1' }],
      ['dingtalk', 'dingtalk:b', '', { 0: '申请 1' }],
    ]);
    for (const { id } of due) await opened.ledger.finishReply(id, { kind: 'hold' }, 0);
    expect(
      (
        await opened.ledger.takeHeldReplies('wecom:lijingli', {
          ...{ channel: 'wecom-bot', account: 'aib1', messageId: 'm', conversation: null },
        })
      ).taken,
    ).toHaveLength(1);
  });

  test('what people are told says what it is about, and where it may be told', async () => {
    const topic = { kind: 'request', number: 7 } as const;
    await people.tell([newTelling({ topic, conversation: 'wecom:wr1' }), newTelling({ key: 'b' })]);
    const due = await opened.ledger.takeDueReplies(10, 60_000);
    expect(due.map((record) => [record.topic, record.conversation])).toEqual([
      [topic, 'wecom:wr1'],
      [null, null],
    ]);
    await opened.ledger.finishReply(due[0]?.id ?? -1, { kind: 'drop' }, 0);
    expect((await opened.ledger.findMessage(due[0] ?? { channel: '', account: '', messageId: '' }))?.replyState).toBe(
      'given-up',
    );
    const { number } = await ask({ conversation: 'dingtalk:cid' });
    expect((await people.findBindingRequest(number))?.conversation).toBe('dingtalk:cid');
  });

  test('a decision and what is told of it are finished together, once', async () => {
    const { number } = await ask();
    await people.decideBinding(number, 'agreed', 'wecom:a', LEASE_MS);
    const telling = newTelling({ key: `binding-${number}-answered` });
    await Promise.all([people.finishBinding(number, [telling]), people.finishBinding(number, [telling])]);
    expect((await people.findBindingRequest(number))?.done).toBe(true);
    expect(await opened.ledger.takeDueReplies(10, 60_000)).toHaveLength(1);
  });

  test('a change is on record before it is made: who, whose, when, from what to what', async () => {
    const { number } = await ask();
    const before: StaffChange['before'] = { name: '小新', employeeId: null, storeCode: 'EW_N1', role: 'staff' };
    const after: StaffChange['after'] = { ...before, employeeId: 21 };
    const began = Date.now();
    const made = await people.beginStaffChange({ by: 'wecom:a', user: 'wecom:b', before, after, request: number });
    const dropped = await people.beginStaffChange({
      by: 'wecom:a',
      user: 'wecom:b',
      before,
      after: null,
      request: null,
    });
    await people.beginStaffChange({ by: 'wecom:a', user: 'wecom:c', before: null, after, request: null });
    await people.endStaffChange(made, true);
    await people.endStaffChange(dropped, false);
    await people.endStaffChange(made, false);
    const rows = await place.query('select * from staff_changes order by id');
    expect(rows.map(({ by_user, user_id, state }) => [by_user, user_id, state])).toEqual([
      ['wecom:a', 'wecom:b', 'made'],
      ['wecom:a', 'wecom:b', 'not-made'],
      ['wecom:a', 'wecom:c', 'begun'],
    ]);
    expect(rows.map((row) => [row['before'], row['after']].map((json) => JSON.parse(String(json)) as unknown))).toEqual(
      [
        [before, after],
        [before, null],
        [null, after],
      ],
    );
    expect(Math.abs(Number(rows[0]?.['at']) - began)).toBeLessThan(60_000);
    expect(Number(rows[0]?.['request'])).toBe(number);
  });
});
