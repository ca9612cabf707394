import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatMessage, QuestionCard, Render, ReplyForm } from '../../src/chat/channel.ts';
import { createCommandDesk } from '../../src/chat/command-desk.ts';
import { replyTo } from '../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { createDirectReplies } from '../../src/chat/direct-replies.ts';
import { createLimits } from '../../src/chat/limits.ts';
import { createReadShown, type ReadReport } from '../../src/chat/read-shown.ts';
import { createReception } from '../../src/chat/reception.ts';
import { createQuery } from '../../src/desk/query.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import { createAskShown } from '../../src/redemption/ask-shown.ts';
import type { CardDetail, CardLook } from '../../src/redemption/card.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';
import type { CardDetailMode } from '../../src/redemption/card-care.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { MessageRecord } from '../../src/redemption/message.ts';
import type { ConsumeRequest, StaffMember, Vendor } from '../../src/redemption/ports.ts';
import { ASK_OPEN_MS } from '../../src/redemption/questions.ts';
import { createRedeemDesk } from '../../src/redemption/redeem.ts';
import type { CodesRead, Fetched, FetchPicture } from '../../src/redemption/shown.ts';
import { realTime } from '../../src/time/real.ts';
import { newMessage } from '../ledger/fixtures.ts';
import { startSharedPlace } from '../ledger/shared-place.ts';
import { deliverInMemory, OPEN } from '../support/memory-transport.ts';

const log = createLog({ level: 'silent' });
const CARD = '914095353294404024';
const OTHER = '914095353294409573';
const CODE = '286104937502';
const STORE = { code: 'EW_N1', name: '人民路店' };
const REPLY: ReplyForm = { as: null, room: 2_048, direct: null };
const POLICY = { countOver: 5, repeatWithinMs: 120_000, openForMs: ASK_OPEN_MS };
const detail = (change: Partial<CardDetail> = {}): CardLook => ({
  kind: 'found',
  detail: {
    ...{ card: CARD, name: '洗车次卡', remaining: 10, validUntil: '2099-12-31', memberName: null, memberPhone: null },
    ...change,
  },
});

/** Shows texts and the labels of buttons. */
interface Shown {
  readonly text: string;
  readonly question: QuestionCard | null;
}
const RENDER: Render<unknown, Shown> = {
  final: (_, { text, question }) => ({ text, question }),
  waiting: (_, text) => ({ text, question: null }),
};

let ledger: Ledger;
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
});
afterEach(() => ledger.close());

interface Surroundings {
  readonly ledger: Ledger;
  /** What the vendor shows of cards, and what each picture shows: the texts of its codes, or why it cannot be read. */
  readonly look: (card: string) => CardLook;
  readonly fetch: FetchPicture;
  readonly read: (bytes: Uint8Array) => Promise<CodesRead>;
  readonly mode: CardDetailMode;
  readonly staff: (user: string) => StaffMember | undefined;
  readonly places: number;
  readonly linesPerMinute: number;
}

const ofText = (text: string): Fetched => ({ kind: 'fetched', bytes: new TextEncoder().encode(text) });
const textsIn = async (bytes: Uint8Array): Promise<CodesRead> => ({
  kind: 'codes',
  texts: new TextDecoder()
    .decode(bytes)
    .split('|')
    .filter((text) => text !== ''),
});
const member: StaffMember = { name: '张三', employeeId: 11, store: STORE, role: 'staff' };

/** A service whose pictures are named by what they show, such as `914095353294404024|https://x.cn`. */
function makeService(change: Partial<Surroundings> = {}) {
  const {
    look = () => detail(),
    read: readPicture = textsIn,
    mode = 'before',
    staff = () => member,
    places = 10,
  } = change;
  const books = change.ledger ?? ledger;
  const consumed: ConsumeRequest[] = [];
  const looked: string[] = [];
  const fetched: unknown[] = [];
  const late: MessageRecord[] = [];
  const reports: ReadReport[] = [];
  const fetchPicture: FetchPicture = async (at, signal) => {
    fetched.push(at);
    return change.fetch?.(at, signal) ?? ofText(String(at));
  };
  const vendor: Vendor = {
    consume: async (request) => {
      consumed.push(request);
      return { state: 'succeeded', vendorMsg: null };
    },
    detail: async (card) => {
      looked.push(card);
      return look(card);
    },
    close: async () => undefined,
  };
  const now = () => Date.now();
  const directory = { findStaff: staff, findConversationStore: () => undefined };
  const roleOf = (user: string) => staff(user)?.role ?? ('unbound' as const);
  const query = createQuery({ vendor, ledger: books, staff: directory, now });
  const commands = createCommandDesk({
    desk: {
      carryOut: async (command, { user }) =>
        command.kind === 'query'
          ? query(command.card, { user: user ?? '', role: 'staff', member })
          : { kind: 'no-effect', said: 'confirm', why: { kind: 'none-open' } },
    },
    roleOf,
    links: { keep: (_user, said) => said },
    calendar: createCalendar('Asia/Shanghai'),
    now,
    log,
  });
  const reading = createReadShown({
    fetchPictureOf: () => fetchPicture,
    readPicture,
    time: realTime,
    onRead: (report) => reports.push(report),
  });
  const reception = createReception({
    staff: directory,
    desk: createRedeemDesk({
      ...{ ledger: books, vendor, time: realTime, cardDetail: mode, policy: POLICY },
      ...(change.linesPerMinute === undefined ? {} : { linesPerMinute: change.linesPerMinute }),
      onSettled: () => undefined,
      onOverruled: () => undefined,
      onUnsaved: () => undefined,
      stop: new AbortController().signal,
    }),
    commands,
    shown: {
      read: (message) => reading.read(message),
      ask: createAskShown({ ledger: books, vendor, mode, policy: POLICY, now }),
    },
    progress: { linesBefore: () => null, follow: () => undefined },
    roleOf,
    text: async (record) => replyTo(record, { botNames: [], roleOf }),
    ledger: books,
    limits: createLimits({ maxInProgress: places }),
    botNames: ['核销助手'],
    decorate: (text) => text,
    sendLate: (message) => late.push(message),
    direct: createDirectReplies({ lateWay: () => undefined, time: realTime, log }),
    notes: createDeliveryNotes({ ledger: books, time: realTime, log }),
    time: realTime,
    log,
  });
  const hear = async (message: ChatMessage, over = OPEN): Promise<Shown> => {
    const given = await deliverInMemory(reception, { kind: 'message', message, reply: REPLY }, RENDER, over);
    void given.arrive(given.how === 'final');
    return given.payload ?? { text: '', question: null };
  };
  return { hear, reception, consumed, looked, fetched, late, reports, stop: () => reading.stop() };
}

interface Sent extends Partial<ChatMessage> {
  /** What the pictures show. */
  readonly own?: readonly string[];
  readonly quoted?: readonly string[];
}

function sent({ own = [], quoted = [], ...change }: Sent = {}): ChatMessage {
  const pictures = [...own.map((at) => ({ at, quoted: false })), ...quoted.map((at) => ({ at, quoted: true }))];
  const shown = pictures.length === 0 ? {} : { pictures };
  return { ...newMessage({ text: '' }), signedAt: Date.now(), typedAt: null, ...shown, ...change };
}

const labels = ({ question }: Shown) => question?.buttons.map(({ label }) => label) ?? [];
const says = ({ question }: Shown, label: string) =>
  question?.buttons.find((button) => button.label === label)?.says ?? '';

describe('a picture of a card', () => {
  test('becomes a question with what is left, until when, and how often; nothing is spent', async () => {
    const { hear, consumed, looked } = makeService();
    const shown = await hear(sent({ own: [CARD] }));
    expect(shown.text).toMatch(/^待确认：核销1次？\n洗车次卡，尾号4024，剩余10次，有效期至 2099-12-31，人民路店/u);
    expect(shown.text).toContain('「确认 3次」');
    expect(labels(shown)).toEqual(['1次', '2次', '取消']);
    expect(says(shown, '2次')).toMatch(/^确认 R-\w{8} 2次$/u);
    expect(looked).toEqual([CARD]);
    expect(consumed).toEqual([]);
  });

  test('is redeemed when its person says yes, once, and as the card that the look showed', async () => {
    const { hear, consumed } = makeService();
    await hear(sent({ own: [CODE] }));
    expect((await hear(sent({ text: '确认' }))).text).toContain('核销成功');
    await hear(sent({ text: '确认' }));
    expect(consumed).toMatchObject([{ card: CARD, count: 1 }]);
  });

  test.each([
    ['2次', 2],
    ['1次', 1],
  ])('is redeemed as often as its button says: %s', async (label, count) => {
    const { hear, consumed } = makeService();
    const shown = await hear(sent({ own: [CARD] }));
    expect((await hear(sent({ text: says(shown, label) }))).text).toContain('核销成功');
    await hear(sent({ text: says(shown, label) }));
    expect(consumed).toMatchObject([{ card: CARD, count }]);
  });

  test.each(['3次', '确认 3次', '三次'])('is redeemed three times by %j', async (text) => {
    const { hear, consumed } = makeService();
    await hear(sent({ own: [CARD] }));
    expect((await hear(sent({ text }))).text).toContain('核销成功');
    expect(consumed).toMatchObject([{ card: CARD, count: 3 }]);
  });

  test('is not redeemed oftener than it can be, nor by a bare yes that is none', async () => {
    const { hear, consumed } = makeService({ look: () => detail({ remaining: 2 }) });
    await hear(sent({ own: [CARD] }));
    for (const text of ['3次', '确认 3次', '好的', '1']) await hear(sent({ text }));
    expect(consumed).toEqual([]);
  });

  test('beside another one has a number, and the same card again replaces its question', async () => {
    const { hear, consumed } = makeService({ look: (card) => detail({ card }) });
    await hear(sent({ own: [CARD] }));
    const other = await hear(sent({ own: [OTHER] }));
    expect(other.text).toMatch(/^待确认 ?2：核销1次？/u);
    expect(other.text).toContain('「确认 2 3次」');
    await hear(sent({ own: [CARD] }));
    for (const text of ['确认', '3次']) await hear(sent({ text }));
    expect(consumed).toEqual([]);
    await hear(sent({ text: '确认 2 3次' }));
    await hear(sent({ text: '确认' }));
    expect(consumed).toMatchObject([
      { card: OTHER, count: 3 },
      { card: CARD, count: 1 },
    ]);
  });

  test('is nobody else’s to confirm, and not in another conversation', async () => {
    const { hear, consumed } = makeService();
    const { text } = await hear(sent({ own: [CARD] }));
    const receipt = /R-\w{8}/u.exec(text)?.[0] ?? '';
    await hear(sent({ text: '确认', user: 'wecom:lisi' }));
    await hear(sent({ text: `确认 ${receipt}`, user: 'wecom:lisi' }));
    await hear(sent({ text: `确认 ${receipt}`, conversation: 'wecom:wr2' }));
    expect(consumed).toEqual([]);
  });

  test.each([
    ['核销 2', 2, ''],
    ['@核销助手 核销2次', 2, ''],
    ['2次', 2, ''],
    ['2', 2, ''],
    ['核销两次', 2, ''],
    ['麻烦帮我核销一下 3次，谢谢', 3, ''],
    ['核销\n两次', 2, ''],
    ['核销 2 王女士', 2, '王女士'],
  ])('with %j is asked about with that count', async (text, count, remark) => {
    const shown = await makeService().hear(sent({ own: [CARD], text }));
    expect(shown.text).toContain(`待确认：核销${count}次${remark === '' ? '' : `，备注「${remark}」`}？`);
    expect(labels(shown)).toEqual(['确认', '取消']);
    expect(shown.text).not.toContain('多次');
  });

  test.each(['', '@核销助手', '核销', '帮我核销一下', '客户要的', '核销 全部', '谢谢'])(
    'with %j is asked about without one',
    async (text) => {
      expect(labels(await makeService().hear(sent({ own: [CARD], text })))).toEqual(['1次', '2次', '取消']);
    },
  );

  test.each(['确认', '确认 3次', '确认 全部', '3次', '好的', '是的'])(
    'with %j is what that is about, and not the question before it',
    async (text) => {
      for (const how of ['own', 'quoted'] as const) {
        const { hear, consumed, fetched } = makeService({ look: (card) => detail({ card }) });
        await hear(sent({ own: [OTHER] }));
        const shown = await hear(sent({ [how]: [CARD], text }));
        expect(consumed).toEqual([]);
        if (how === 'quoted' && !/确认|次/u.test(text)) continue;
        expect(fetched).toEqual([OTHER, CARD]);
        expect(shown.text).toContain(text.includes('3') ? '核销3次' : '核销1次');
      }
    },
  );

  test.each(['查询', '查', '查一下余额', '余额', '还剩几次？', '@核销助手 查询'])(
    'with %j is looked up',
    async (text) => {
      const { hear, looked } = makeService();
      const shown = await hear(sent({ own: [CARD], text }));
      expect(shown).toMatchObject({ question: null });
      expect(shown.text).toMatch(/^剩余10次/u);
      expect(looked).toEqual([CARD]);
    },
  );

  test('is ignored where an order is typed whole, or another command', async () => {
    const { hear, consumed, fetched } = makeService({ look: (card) => detail({ card }) });
    expect((await hear(sent({ own: [CARD], text: `核销 ${OTHER} 2` }))).text).toContain('核销成功');
    await hear(sent({ own: [CARD], text: `2次\n核销 ${OTHER} 1\n确认` }));
    for (const text of ['取消', '不用了', '记录']) await hear(sent({ own: [CARD], text }));
    expect(consumed.every(({ card }) => card === OTHER)).toBe(true);
    expect(fetched).toEqual([]);
  });

  test.each([
    ['核销 0', /次数/u],
    ['核销 1.5', /次数/u],
  ])('with %j is told what is wrong with that, and not fetched', async (text, why) => {
    const { hear, fetched } = makeService();
    const shown = await hear(sent({ own: [CARD], text }));
    expect(shown.text).toMatch(why);
    expect([shown.question, fetched]).toEqual([null, []]);
  });

  test('has only the buttons that the card can give', async () => {
    const of = async (remaining: number) => {
      const { hear } = makeService({ look: () => detail({ remaining }) });
      return hear(sent({ own: [CARD] }));
    };
    expect(labels(await of(1))).toEqual(['1次', '取消']);
    expect((await of(1)).text).not.toContain('多次');
    expect((await of(2)).text).toContain('「确认 2次」');
  });

  test.each([
    ['expired', detail({ validUntil: '2020-01-01' }), '', '未提交：卡已过期，有效期至 2020-01-01'],
    ['empty', detail({ remaining: 0 }), '', '未提交：次数已经用完了'],
    ['too few', detail({ remaining: 1 }), '核销 2', '未提交：只剩1次，次数不够'],
    ['not there', { kind: 'refused', vendorMsg: '次卡不存在' } as const, '', '未提交：查不到这张卡「次卡不存在」'],
  ])('that is %s is said at once, and not asked about', async (_name, look, text, told) => {
    const { hear, consumed } = makeService({ look: () => look });
    const shown = await hear(sent({ own: [CARD], text }));
    expect(shown.text).toContain(told);
    expect(shown.question).toBeNull();
    await hear(sent({ text: '确认' }));
    expect(consumed).toEqual([]);
  });

  test.each([
    ['off', () => detail()],
    ['before', () => ({ kind: 'unavailable' }) as const],
    ['before', () => ({ kind: 'refused', vendorMsg: '无接口权限', ofMerchant: true }) as const],
  ] as const)('is asked about without its name where looks are %s and none is had', async (mode, look) => {
    const { hear, looked } = makeService({ mode, look });
    const shown = await hear(sent({ own: [CARD] }));
    expect(shown.text).toContain('待确认：核销1次？\n尾号4024，人民路店');
    expect(labels(shown)).toEqual(['1次', '2次', '取消']);
    expect(looked).toHaveLength(mode === 'off' ? 0 : 1);
  });

  test('that was used just before says so', async () => {
    const { hear } = makeService();
    await hear(sent({ text: `核销 ${CARD} 2` }));
    expect((await hear(sent({ own: [CARD] }))).text).toContain('刚刚有过一笔：2次，成功');
  });
});

describe('several codes', () => {
  const look = (card: string) =>
    detail({ card: card === CODE ? CARD : card, name: card === OTHER ? '足疗卡' : '洗车次卡' });

  test('of two cards, it is asked which', async () => {
    const { hear, consumed } = makeService({ look });
    const shown = await hear(sent({ own: [CODE, OTHER] }));
    expect(shown.text).toMatch(/核销哪一张卡.*\n①：洗车次卡，尾号7502.*\n.*\n②：足疗卡，尾号9573/u);
    expect(labels(shown)).toEqual(['①', '②', '取消']);
    expect((await hear(sent({ text: '确认' }))).text).not.toContain('核销成功');
    expect(consumed).toEqual([]);
    await hear(sent({ text: says(shown, '①') }));
    expect(consumed).toMatchObject([{ card: CARD, count: 1 }]);
  });

  test('of the same card are one: its number beside its code, a picture twice, a link beside it', async () => {
    const { hear } = makeService({ look });
    expect(labels(await hear(sent({ own: [`${CODE}|${CARD}`] })))).toEqual(['1次', '2次', '取消']);
    expect(labels(await hear(sent({ own: [CARD, CARD] })))).toEqual(['1次', '2次', '取消']);
    expect(labels(await hear(sent({ own: [`https://x.cn/914095|${CARD}`] })))).toEqual(['1次', '2次', '取消']);
  });

  test('of two cards of which one cannot be meant, the other is asked about', async () => {
    const { hear } = makeService({ look: (card) => (card === CARD ? detail({ remaining: 0 }) : look(card)) });
    const shown = await hear(sent({ own: [CARD, OTHER] }));
    expect(shown.text).toContain('足疗卡，尾号9573');
    expect(shown.text).toContain('另一张（尾号4024，1次）核销不了：次数已经用完了');
  });

  test('of two cards of which none can be meant, both are told', async () => {
    const none = (card: string) => (card === CARD ? detail({ remaining: 1 }) : detail({ card, remaining: 0 }));
    const { text } = await makeService({ look: none }).hear(sent({ own: [CARD, OTHER], text: '核销 2' }));
    expect(text).toMatch(/只剩1次.*\n.*尾号4024\n未提交：次数已经用完了.*\n.*尾号9573$/u);
    const unknown = (card: string) => (card === CARD ? none(card) : ({ kind: 'refused', vendorMsg: null } as const));
    const mixed = await makeService({ look: unknown }).hear(sent({ own: [OTHER, CARD], text: '核销 2' }));
    expect(mixed.text).toMatch(/尾号4024\n未提交：查不到这张卡\n尾号9573$/u);
    const twice = await makeService({ look: () => detail({ remaining: 0 }) }).hear(sent({ own: [`${CODE}|${CARD}`] }));
    expect(twice.text.match(/未提交/gu)).toHaveLength(1);
  });

  test('of two cards of which one was used just before, that one is said to be', async () => {
    const { hear } = makeService({ look });
    await hear(sent({ text: `核销 ${OTHER} 2` }));
    const { text } = await hear(sent({ own: [CARD, OTHER] }));
    expect(text).toMatch(/尾号9573.*\n这张卡刚刚有过一笔：2次，成功\n→ 回/u);
    expect(text.match(/有过一笔/gu)).toHaveLength(1);
  });

  test('of three cards are listed, and none is asked about', async () => {
    const { hear, looked } = makeService({ look });
    const shown = await hear(sent({ own: [CARD, OTHER, CODE] }));
    expect(shown.text).toMatch(/图里有3个码（尾号4024、尾号9573、尾号7502）/u);
    expect([shown.question, looked]).toEqual([null, []]);
  });

  test('of several pictures, which only fetching the quoted one shows, are all taken into account', async () => {
    const others = [CARD, OTHER, '', '', ''].map((at) => ({ at, quoted: true }));
    const fetch: FetchPicture = async (at) => ({
      ...ofText(at === 'first' ? '' : String(at)),
      others: at === 'first' ? others : [],
    });
    const { hear, fetched } = makeService({ look, fetch });
    expect((await hear(sent({ quoted: ['first'], text: '核销' }))).text).toContain('图里有两个码');
    expect(fetched).toHaveLength(4);
  });

  test('at most four pictures are fetched, and that there are more is said', async () => {
    const { hear, fetched } = makeService();
    const none = await hear(sent({ own: ['', '', '', '', CARD] }));
    expect(fetched).toHaveLength(4);
    expect(none.text).toMatch(/^图里没找到核销码.*\n另有1张图没看清码，没算在内。$/u);
    const many = [CARD, CARD, CARD, CARD, OTHER, OTHER];
    expect((await hear(sent({ own: many }))).text).toMatch(/^待确认.*\n另有2张图没看清码，没算在内。$/su);
  });

  test.each([
    ['is not fetched', { kind: 'not-fetched', why: 'unreachable' } as const],
    ['shows no code', ofText('')],
    ['shows a code of another kind, which is none', ofText('https://x.cn')],
  ])('of a picture beside it that %s, that is said below the question, also later', async (_name, second) => {
    const fetch: FetchPicture = async (at) => (at === 'second' ? second : ofText(String(at)));
    const { hear, consumed } = makeService({ look, fetch });
    const message = sent({ own: [CARD, 'second'] });
    const shown = await hear(message);
    expect(labels(shown)).toEqual(['1次', '2次', '取消']);
    const isSaid = second.kind === 'not-fetched' || second.bytes.length === 0;
    expect(/\n另有1张图没看清码，没算在内。$/u.test(shown.text)).toBe(isSaid);
    expect((await hear(message)).text).toBe(shown.text);
    expect((await hear(sent({ text: '2次' }))).text).toContain('核销成功');
    expect(consumed).toMatchObject([{ card: CARD, count: 2 }]);
  });

  test('of a code that the vendor does not know beside one that it does, that is said', async () => {
    const { hear } = makeService({
      look: (card) => (card === OTHER ? { kind: 'refused', vendorMsg: '次卡不存在' } : look(card)),
    });
    const shown = await hear(sent({ own: [CARD, OTHER] }));
    expect(shown.text).toMatch(/^待确认：核销1次？.*\n另有1个码查不到次卡，没算在内。$/su);
  });
});

describe('a picture in which there is no card', () => {
  test.each([
    ['', '图里没找到核销码'],
    ['https://u.wechat.com/914095353294404024', '这个码不是核销码'],
    ['weixin://wxpay/bizpayurl?pr=123456', '这个码不是核销码'],
    ['12345', '这个码不是核销码'],
    ['会员卡 914095353294404024', '这个码不是核销码'],
  ])('%j is told in one line', async (shows, told) => {
    const { hear, looked } = makeService();
    const shown = await hear(sent({ own: [shows] }));
    expect(shown.text).toContain(told);
    expect(shown.text).not.toContain('\n');
    expect([shown.question, looked]).toEqual([null, []]);
  });

  test.each(['gone', 'forbidden', 'unreachable', 'too-large', 'damaged', 'no-picture'] as const)(
    'that is not fetched (%s) is told',
    async (why) => {
      const { hear, reports } = makeService({ fetch: async () => ({ kind: 'not-fetched', why }) });
      expect((await hear(sent({ own: [CARD] }))).text).toContain('没有核销');
      expect(reports).toMatchObject([{ result: why, codes: 0, pictures: 1, channel: 'wecom-bot' }]);
    },
  );

  test.each(['too-large', 'not-a-picture', 'heic', 'too-many-pixels', 'damaged', 'too-slow', 'busy'] as const)(
    'that is not read (%s) is told',
    async (why) => {
      const { hear } = makeService({ read: async () => ({ kind: 'not-read', why }) });
      expect((await hear(sent({ own: [CARD] }))).text).toContain('没有核销');
    },
  );

  test('is told also where a part breaks its promise', async () => {
    const { hear } = makeService({ fetch: () => Promise.reject(new Error('broken')) });
    expect((await hear(sent({ own: [CARD] }))).text).toContain('没有核销');
  });
});

describe('a quoted picture', () => {
  test.each(['核销', '核销 2', '帮我核销一下', '2次'])('is read when it is ordered about: %j', async (text) => {
    expect((await makeService().hear(sent({ quoted: [CARD], text }))).text).toContain('待确认');
  });

  test.each(['', '？', '这个客户是谁', '2位'])('is not even fetched, and how to order is said: %j', async (text) => {
    const { hear, fetched } = makeService();
    const shown = await hear(sent({ quoted: [CARD], text }));
    expect(fetched).toEqual([]);
    expect(shown.text).toBe('要核销这张图，请引用它再写「核销」，也可以带上次数，如「核销 2」。');
  });

  test.each(['好的', '记录', '帮助'])('is not even fetched otherwise: %j', async (text) => {
    const { hear, fetched } = makeService();
    const shown = await hear(sent({ quoted: [CARD], text }));
    expect(fetched).toEqual([]);
    expect(shown.text).toBe((await makeService().hear(sent({ text }))).text);
  });

  test('is not fetched beside an order that is typed whole', async () => {
    const { hear, consumed, fetched } = makeService({ look: (card) => detail({ card }) });
    await hear(sent({ quoted: [CARD], text: `核销 ${OTHER} 2` }));
    expect(consumed).toMatchObject([{ card: OTHER, count: 2 }]);
    expect(fetched).toEqual([]);
  });

  test('is looked up when that is asked for', async () => {
    expect((await makeService().hear(sent({ quoted: [CARD], text: '查询' }))).text).toMatch(/^剩余10次/u);
  });

  test('is not read beside a picture of one’s own', async () => {
    const { hear, fetched } = makeService();
    await hear(sent({ own: [CARD], quoted: [OTHER], text: '核销' }));
    expect(fetched).toEqual([CARD]);
  });
});

describe('the scanner', () => {
  test('asks about a card, looks one up, and says of anything else that it is none', async () => {
    const { hear, fetched } = makeService();
    expect((await hear(sent({ scan: { text: CODE, wants: 'redeem' } }))).text).toContain('待确认：核销1次？');
    expect((await hear(sent({ scan: { text: CARD, wants: 'query' } }))).text).toMatch(/^剩余10次/u);
    const link = await hear(sent({ scan: { text: 'https://x.cn/914095353294404024', wants: 'redeem' } }));
    expect(link.text).toContain('这个码不是核销码');
    expect(fetched).toEqual([]);
  });
});

describe('nothing is fetched', () => {
  test.each([
    ['of a person who is not bound', { staff: () => undefined }, {}, /未提交：您的账号未绑定/u],
    ['of a person without an id', {}, { user: null }, /未提交：消息里没有您的员工账号/u],
    ['of an old message', {}, { signedAt: Date.now() - 3_600_000 }, /未提交：这是一条旧消息/u],
    ['where the service is full', { places: 0 }, {}, /未提交：现在发的人太多/u],
    ['beyond the allowance', { linesPerMinute: 0 }, {}, /未提交：您这一分钟发得太多/u],
  ] as const)('%s', async (_name, surroundings, change, told) => {
    const { hear, fetched, looked } = makeService(surroundings);
    const shown = await hear(sent({ own: [CARD], ...change }));
    expect(shown.text).toMatch(told);
    expect([shown.question, fetched, looked]).toEqual([null, [], []]);
  });

  test('once the service stops: what is being read is told that too', async () => {
    const fetching = Promise.withResolvers<Fetched>();
    const { hear, stop, fetched } = makeService({ fetch: () => fetching.promise });
    const first = hear(sent({ own: [CARD] }));
    await expect.poll(() => fetched).toHaveLength(1);
    stop();
    expect((await first).text).toMatch(/未提交：系统正在重启/u);
    expect((await hear(sent({ own: [CARD] }))).text).toMatch(/未提交：系统正在重启/u);
    expect(fetched).toHaveLength(1);
  });
});

describe('while a picture is read', () => {
  test('a repeated delivery is the same message: read once, asked once, the same told', async () => {
    const fetching = Promise.withResolvers<Fetched>();
    const { hear, fetched } = makeService({ fetch: () => fetching.promise });
    const message = sent({ own: [CARD] });
    const deliveries = [hear(message), hear(message)];
    await expect.poll(() => fetched).toHaveLength(1);
    deliveries.push(hear(message));
    fetching.resolve(ofText(CARD));
    const [first, ...others] = await Promise.all(deliveries);
    expect(first?.text).toContain('待确认');
    for (const other of others) expect(other.text).toBe(first?.text);
    expect((await hear(message)).text).toBe(first?.text);
    expect(fetched).toHaveLength(1);
    expect((await ledger.findMessage(message))?.redemptions).toHaveLength(1);
  });

  test('what takes too long for the platform says what it is doing, and is told late, as it is then', async () => {
    const fetching = Promise.withResolvers<Fetched>();
    const over = Promise.withResolvers<'too-late'>();
    const { hear, late } = makeService({ fetch: () => fetching.promise });
    const message = sent({ own: [CARD] });
    const waiting = hear(message, over.promise);
    await realTime.sleep(20);
    over.resolve('too-late');
    expect((await waiting).text).toBe('正在看图…');
    fetching.resolve(ofText(CARD));
    await expect.poll(() => late.map(({ messageId }) => messageId)).toEqual([message.messageId]);
    const record = await ledger.findMessage(message);
    expect(record === null ? '' : replyTo(record, { botNames: [], roleOf: () => 'staff' })).toContain('待确认');
  });

  test('its person may be told by another service to show it again: then nothing is asked here', async () => {
    const place = await startSharedPlace();
    try {
      const [one, another] = [await place.open(), await place.open()];
      const fetching = Promise.withResolvers<Fetched>();
      const here = makeService({ ledger: one.ledger, fetch: () => fetching.promise });
      const message = sent({ own: [CARD] });
      const heard = here.hear(message);
      await expect.poll(() => here.fetched).toHaveLength(1);
      // As where the first is taken for dead, and the message is delivered to the other again.
      const record = await another.ledger.findMessage(message);
      const told = await another.ledger.takeReply(record?.id ?? 0, false);
      expect(told === null ? '' : replyTo(told, { botNames: [], roleOf: () => 'staff' })).toContain('请把图片再发一次');
      fetching.resolve(ofText(CARD));
      expect((await heard).text).toContain('请把图片再发一次');
      expect((await another.ledger.findMessage(message))?.redemptions).toEqual([]);
    } finally {
      await place.clear();
    }
  });

  test('a delivery to another instance waits for the one that reads, and asks nothing itself', async () => {
    const place = await startSharedPlace();
    try {
      const [one, another] = [await place.open(), await place.open()];
      const fetching = Promise.withResolvers<Fetched>();
      const here = makeService({ ledger: one.ledger, fetch: () => fetching.promise });
      const there = makeService({ ledger: another.ledger });
      const message = sent({ own: [CARD] });
      const heard = here.hear(message);
      await expect.poll(() => here.fetched).toHaveLength(1);
      const elsewhere = there.hear(message);
      fetching.resolve(ofText(CARD));
      expect((await heard).text).toContain('待确认');
      await elsewhere;
      expect(there.fetched).toEqual([]);
      expect((await another.ledger.findMessage(message))?.redemptions).toHaveLength(1);
    } finally {
      await place.clear();
    }
  });

  test('storage that fails then is told as nothing submitted', async () => {
    const broken = { ...ledger, askShown: () => Promise.reject(new Error('away')) };
    const { hear, consumed } = makeService({ ledger: broken });
    expect((await hear(sent({ own: [CARD] }))).text).toMatch(/未提交：系统暂时存不了记录/u);
    expect(consumed).toEqual([]);
  });

  test('storage that asked and did not say so is asked once more, and the question told', async () => {
    let tries = 0;
    const uncertain = Object.assign(new Error('no answer'), { code: 'uncertain' });
    const mute: Ledger = {
      ...ledger,
      askShown: async (...args) => {
        const asked = await ledger.askShown(...args);
        if (++tries === 1) throw uncertain;
        return asked;
      },
    };
    const { hear } = makeService({ ledger: mute });
    expect((await hear(sent({ own: [CARD] }))).text).toContain('待确认');
  });

  test('storage that says nothing at all is not said to have asked nothing', async () => {
    const uncertain = Object.assign(new Error('no answer'), { code: 'uncertain' });
    const { hear } = makeService({ ledger: { ...ledger, askShown: () => Promise.reject(uncertain) } });
    const { text } = await hear(sent({ own: [CARD] }));
    expect(text).toContain('不清楚');
    expect(text).not.toContain('未提交');
  });
});

describe('an answer', () => {
  const counts = (consumed: readonly ConsumeRequest[]) => consumed.map(({ card, count }) => [card, count]);
  const ofOwn = (card: string) => detail({ card });

  test.each(['确认', '2次'])('right behind the question that was told is taken: %j', async (text) => {
    const { hear, consumed } = makeService();
    await hear(sent({ own: [CARD] }));
    await hear(sent({ text }));
    expect(consumed).toHaveLength(1);
  });

  test.each(['确认', '3次'])('does not go to the card before while a newer picture is read: %j', async (text) => {
    const fetching = Promise.withResolvers<Fetched>();
    const { hear, consumed } = makeService({
      look: ofOwn,
      fetch: async (at) => (at === OTHER ? fetching.promise : ofText(String(at))),
    });
    await hear(sent({ own: [CARD] }));
    const newer = hear(sent({ own: [OTHER] }));
    await hear(sent({ text }));
    expect(consumed).toEqual([]);
    fetching.resolve(ofText(OTHER));
    expect((await newer).text).toContain('待确认');
    await hear(sent({ text: '确认 2 3次' }));
    expect(counts(consumed)).toEqual([[OTHER, 3]]);
  });

  test.each([
    '取消 2\n确认 全部',
    '确认 全部\n取消 2',
    '确认 1\n算了',
    '确认 全部\n算了',
    '确认 全部取消',
    '确认 都不要',
    '确认两个',
    '200次',
  ])('that is none, or not clearly one, spends nothing: %j', async (text) => {
    const { hear, consumed } = makeService({ look: ofOwn });
    await hear(sent({ own: [CARD] }));
    await hear(sent({ own: [OTHER] }));
    await hear(sent({ text }));
    expect(consumed).toEqual([]);
  });

  test.each(['确认\n3次', '确认\n先别', '确认\n取消', '确认\n不对，3次'])(
    'nor does it with one card: %j',
    async (text) => {
      const { hear, consumed } = makeService({ look: ofOwn });
      await hear(sent({ text: `核销 ${CARD} 8` }));
      await hear(sent({ text }));
      expect(consumed).toEqual([]);
    },
  );

  test.each([
    // An order of several lines beside a command is asked about.
    [`确认\n卡号：${CARD}\n次数：2`, []],
    [`核销\n${CARD}\n2\n确认`, []],
    [`${CARD} 核销 2\n确认`, [[CARD, 2]]],
    [`确认\n核销 ${CARD} 2`, [[CARD, 2]]],
  ])('gives way to an order for the same card in its message: %j', async (text, spent) => {
    const { hear, consumed } = makeService({ look: ofOwn });
    await hear(sent({ own: [CARD] }));
    await hear(sent({ text }));
    expect(counts(consumed)).toEqual(spent);
  });

  test('and an order of as many times as are asked about ask once', async () => {
    const { hear, consumed } = makeService({ look: ofOwn });
    await hear(sent({ text: `核销 ${CARD} 8` }));
    expect((await hear(sent({ text: `确认\n核销 ${CARD} 8` }))).text).toContain('待确认');
    expect(consumed).toEqual([]);
    await hear(sent({ text: '确认' }));
    expect(counts(consumed)).toEqual([[CARD, 8]]);
  });

  test('to a picture of a card that another person has just redeemed from is asked once more, with that', async () => {
    const { hear, consumed } = makeService();
    const mine = await hear(sent({ own: [CODE] }));
    const theirs = await hear(sent({ quoted: [CODE], text: '核销', user: 'wecom:lisi' }));
    await hear(sent({ text: says(mine, '1次') }));
    const again = await hear(sent({ text: says(theirs, '1次'), user: 'wecom:lisi' }));
    expect(consumed).toHaveLength(1);
    expect(again.text).toMatch(/待确认.*这张卡.*有过一笔/su);
    await hear(sent({ text: says(again, '确认'), user: 'wecom:lisi' }));
    expect(consumed).toHaveLength(2);
  });

  test('typed as it is printed is taken', async () => {
    const { hear, consumed } = makeService({ look: ofOwn });
    const { text } = await hear(sent({ own: [CARD] }));
    const printed = [...text.matchAll(/「(确认[^」]*)」/gu)].map(([, one = '']) => one);
    expect(printed).toEqual(['确认', '确认 3次']);
    await hear(sent({ text: printed[1] ?? '' }));
    expect(counts(consumed)).toEqual([[CARD, 3]]);
  });
});
