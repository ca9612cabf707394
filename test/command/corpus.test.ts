import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { composeReply } from '../../src/chat/compose.ts';
import { planLines } from '../../src/chat/plan.ts';
import type { ChatMessage } from '../../src/chat/channel.ts';
import { parseMessage } from '../../src/command/parse.ts';
import { printCommand } from '../../src/command/print.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createRedeemDesk } from '../../src/redemption/redeem.ts';
import { newMessage } from '../ledger/fixtures.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { card, mixedText } from './arbitraries.ts';
import { CORPUS } from './corpus.ts';
import { inWords } from './in-words.ts';

const NAMES = {
  c: '914095353294404024',
  d: '914095353294404031',
  e: 'A1B2C3D4',
  g: '9140 9535 3294 4040 24',
  s: '九一四零九五三五三二九四四零四零二四',
};
const written = (text: string) =>
  text.replaceAll('⏎', '\n').replace(/\$([cdegs])/gu, (_, name: keyof typeof NAMES) => NAMES[name]);
const LINES = Object.entries(CORPUS).flatMap(([means, lines]) =>
  lines.map((line) => ({ line, typed: written(line), means: written(means).split(';') })),
);
const RUNS = /^[A-Z0-9]{6,} ×\d/iu;
const ASKS = /^(?:ask|read):/u;

const read = (typed: string) => parseMessage(typed, ['核销助手']).lines.map(({ command }) => command);

describe('the table', () => {
  test.each(LINES)('$line', ({ typed, means }) => {
    expect(read(typed).map(inWords)).toEqual(means);
  });

  it('has enough lines, each once, and enough that do nothing', () => {
    const typed = LINES.map((line) => line.typed);
    expect(typed.filter((text, at) => typed.indexOf(text) !== at)).toEqual([]);
    expect(typed.length).toBeGreaterThan(600);
    expect(LINES.filter(({ means }) => !means.some((one) => RUNS.test(one))).length).toBeGreaterThan(300);
  });
});

const STORE = { code: 'EW_N1', name: '人民路店' };

/** A desk of its own ledger, and what it sends. */
async function openShop(vendorSays: { state: 'succeeded' | 'refused'; vendorMsg: string }) {
  const { ledger } = await openInProcessLedger();
  const sent: string[] = [];
  const desk = createRedeemDesk({
    ledger,
    vendor: {
      async consume({ card, count }) {
        sent.push(`${card} ×${count}`);
        return vendorSays;
      },
      detail: async () => ({ kind: 'unavailable' }),
      close: async () => undefined,
    },
    time: new VirtualTime(),
    onSettled: () => undefined,
    onOverruled: () => undefined,
    onUnsaved: () => undefined,
    stop: new AbortController().signal,
  });
  let said = 0;
  const say = async (text: string) => {
    said += 1;
    const message = newMessage({ messageId: `said-${said}`, text });
    const parsed = parseMessage(text, ['核销助手']);
    const lines = planLines({ ...message, text } as unknown as ChatMessage, parsed, {
      findStaff: () => ({ name: '张三', employeeId: 11, store: STORE, role: 'staff' }),
      findConversationStore: () => undefined,
    } as never);
    const { settled } = await desk.redeem(message, lines);
    const redemptions = await settled;
    return composeReply(parsed, { user: message.user, role: 'staff' }, { redemptions, answers: {} });
  };
  return { sent, say, close: () => ledger.close() };
}

describe('through the message path', () => {
  it('nothing reaches the vendor but what the table says that it orders', async () => {
    const shop = await openShop({ state: 'succeeded', vendorMsg: '成功' });
    try {
      for (const { line, typed, means } of LINES) {
        const before = shop.sent.length;
        const reply = await shop.say(typed);
        const ordered = means.filter((one) => RUNS.test(one)).map((one) => one.split(' ').slice(0, 2).join(' '));
        expect([line, shop.sent.slice(before)]).toEqual([line, ordered]);
        expect([line, reply.includes('待确认')]).toEqual([line, means.some((one) => ASKS.test(one))]);
      }
    } finally {
      await shop.close();
    }
  });

  it('a question about a corrected card shows the line as it was read', async () => {
    const shop = await openShop({ state: 'succeeded', vendorMsg: '成功' });
    const reply = await shop.say(`核销 ${NAMES.s} 两次`);
    expect(reply).toContain(`「核销 ${NAMES.c} 2」`);
    expect(await shop.say(`核销 ${NAMES.c}${NAMES.c} 12`)).toContain(`「核销 ${NAMES.c} 12」`);
    await shop.close();
  });

  it('a card with letters is the vendor’s to decide; where there is none, the line with digits is offered', async () => {
    const shop = await openShop({ state: 'refused', vendorMsg: '次卡不存在' });
    expect(await shop.say('核销 9I4O95353294404O24 2')).toMatch(/^核销失败.*\n.*\n.*\n核销 914095353294404024 2$/u);
    expect(shop.sent).toEqual(['9I4O95353294404O24 ×2']);
    expect(await shop.say(`核销 ${NAMES.c} 2`)).not.toContain('是不是数字');
    expect(await shop.say('核销 A1B2C3D4O 2')).not.toContain('是不是数字');
    await shop.close();
    const other = await openShop({ state: 'refused', vendorMsg: '剩余次数不足' });
    expect(await other.say('核销 9I4O95353294404O24 2')).not.toContain('是不是数字');
    await other.close();
  });

  it('a line of which only the count is wrong is given back to be completed, and spends nothing as it stands', async () => {
    const shop = await openShop({ state: 'succeeded', vendorMsg: '成功' });
    for (const count of ['0', '1.5', '2-3次', '2 3', '全部', '1000']) {
      const [, copied = ''] = /再发：(.+)$/u.exec(await shop.say(`核销 ${NAMES.c} ${count}`)) ?? [];
      expect(copied).toBe(`核销 ${NAMES.c} 次数`);
      await shop.say(copied);
    }
    expect(shop.sent).toEqual([]);
    await shop.close();
  });
});

const POLITE = fc.constantFrom(
  '谢谢',
  '谢谢哈',
  '辛苦了',
  '拜托了',
  'thx',
  '麻烦了',
  '感谢！',
  '🙏',
  '谢谢🙏🙏',
  '[抱拳]',
  '多谢老板',
  '好的，谢谢',
);
const OPENINGS = fc.constantFrom('帮我', '麻烦', '请', '帮忙', '麻烦您帮我', '你好，', '您好 麻烦', '请帮忙', '劳驾');
const GAP = fc.constantFrom(' ', '，', '  ', '。');
const count = fc.integer({ min: 1, max: 999 });
const DECIDED = ['redeem', 'uncertain', 'ambiguous'];

describe('any line', () => {
  it('orders the same card and count with courtesies around it', () => {
    fc.assert(
      fc.property(card, count, OPENINGS, POLITE, GAP, (number, times, opening, thanks, gap) => {
        const [plain] = read(`核销 ${number} ${times}次`);
        for (const text of [
          `${opening}核销 ${number} ${times}次`,
          `核销 ${number} ${times}次${gap}${thanks}`,
          `${opening}核销 ${number} ${times}次${gap}${thanks}`,
          `核销 ${number} ${times}次\n${thanks}`,
        ])
          expect(read(text)).toEqual([plain]);
      }),
      { numRuns: 300 },
    );
  });

  it('redeems the same when its parts stand apart, or the card first', () => {
    fc.assert(
      fc.property(card, fc.integer({ min: 1, max: 9 }), (number, times) => {
        // `hx` is a verb too.
        fc.pre(!/^hx/i.test(number));
        const [plain] = read(`核销 ${number} ${times}次`);
        for (const text of [
          `核销\n${number}\n${times}次`,
          `${number}\n核销\n${times}次`,
          `${number} 核销 ${times}次`,
          `卡号：${number}\n次数：${times}`,
          `卡号：${number} 次数：${times}`,
        ])
          expect([text, ...read(text)]).toEqual([text, plain]);
      }),
      { numRuns: 300 },
    );
  });

  it('takes no character of a card for a word, whatever letters it begins or ends with', () => {
    const letters = fc.constantFrom(
      ...['hx', 'HX', 'hi', 'hello', 'ok', 'okay', 'ty', 'tks', 'thx', 'thanks', '3q', 'pls', 'please', 'cx', 'x', 'X'],
      ...['ii', 'IV', 'V', 'two', 'once', 'double', 'no', 'R', 'help', 'wecom', 'xiexie', 'hexiao', 'chaxun'],
    );
    const digits = fc.stringMatching(/^[0-9]{4,18}$/);
    const odd = fc.oneof(
      fc.tuple(letters, digits).map((parts) => parts.join('')),
      fc.tuple(digits, letters).map((parts) => parts.join('')),
      fc.tuple(letters, digits, letters).map((parts) => parts.join('')),
      card,
    );
    const forms: readonly ((card: string) => string)[] = [
      ...[(it: string) => `核销 ${it}`, (it: string) => `核销${it} 2`, (it: string) => `核销 2次 ${it}`],
      ...[(it: string) => `${it} 核销`, (it: string) => `${it}核销 2`, (it: string) => `${it} 2次 核销`],
      ...[
        (it: string) => `卡号：${it} 次数：2`,
        (it: string) => `次数：2 卡号：${it}`,
        (it: string) => `卡号：${it} 核销`,
      ],
      ...[(it: string) => `核销\n${it}`, (it: string) => `${it}\n核销\n2`, (it: string) => `卡号：${it}\n次数：2`],
      ...[(it: string) => `帮我核销 ${it} 谢谢`, (it: string) => `你好 ${it} 核销`, (it: string) => `把${it}核销了`],
      ...[(it: string) => `👌${it} 核销`, (it: string) => `核销🙏${it}`, (it: string) => `${it}🙏核销`],
      ...[(it: string) => `${it} 麻烦核销`, (it: string) => `核销 ${it}🙏`, (it: string) => `核销\n2\n${it}`],
      ...[(it: string) => `好的 核销 ${it}`, (it: string) => `${it}\n核销\n谢谢`, (it: string) => `核销 ${it}\nok`],
    ];
    fc.assert(
      fc.property(odd, fc.constantFrom(...forms), (it, form) => {
        fc.pre(it.length >= 6 && it.length <= 64);
        const text = form(it);
        for (const command of read(text)) {
          // A card that was corrected is shown whole.
          if (command.kind === 'redeem' || (command.kind === 'uncertain' && command.corrected !== true))
            expect([text, command.card]).toEqual([text, it]);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('without a command word or labels orders nothing', () => {
    const verbs = /核|销|銷|消|费|費|划|劃|卡|hx|次数|次數|数量|數量|券|码|编/giu;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(mixedText, card, POLITE, OPENINGS, fc.constant('\n')), { maxLength: 6 }),
        (parts) => {
          const text = parts.join(' ').normalize('NFKC').replace(verbs, '·');
          for (const { kind } of read(text)) expect([text, DECIDED.includes(kind)]).toEqual([text, false]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('with two cards and one verb on lines of their own orders nothing', () => {
    fc.assert(
      fc.property(card, card, fc.nat(2), fc.constantFrom('核销', '核销 2', '帮我核销'), (one, other, at, verb) => {
        fc.pre(one !== other && ![one, other].some((each) => /^hx/i.test(each)));
        const lines = [one, other].toSpliced(at, 0, verb);
        expect([lines, ...read(lines.join('\n'))]).toEqual([lines, { kind: 'wrong', problem: { kind: 'scattered' } }]);
      }),
      { numRuns: 300 },
    );
  });

  it('that may be a card or a verb and a card is not guessed at', () => {
    for (const text of ['核销\nhx914095', 'hx914095\n核销 2', '核销\nhx914095\n2']) {
      expect(read(text)).toEqual([{ kind: 'wrong', problem: { kind: 'scattered' } }]);
    }
  });

  it('that was corrected is read, typed back, as what the question said', () => {
    const digits = fc.stringMatching(/^[1-9][0-9]{9,24}$/);
    const spoken = (text: string) => text.replace(/\d/gu, (digit) => '零一二三四五六七八九'.charAt(Number(digit)));
    fc.assert(
      fc.property(digits, fc.integer({ min: 1, max: 20 }), (number, times) => {
        for (const text of [`核销 ${spoken(number)} ${times}次`, `核销 ${number} ${number} ${times}次`]) {
          const [asked] = read(text);
          expect(asked).toEqual({ kind: 'uncertain', card: number, count: times, remark: '', corrected: true });
          if (asked?.kind !== 'uncertain') return;
          const { card: of, count: how, remark } = asked;
          const said = { kind: 'redeem', card: of, count: how, remark } as const;
          expect(read(printCommand(said))).toEqual([said]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
