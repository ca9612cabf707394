import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/command/command.ts';
import { normalizeLine } from '../../src/command/normalize.ts';
import { parseMessage } from '../../src/command/parse.ts';
import { withoutCourtesies } from '../../src/command/politeness.ts';
import { printCommand } from '../../src/command/print.ts';
import { composeReply, explain } from '../../src/command/sentences.ts';
import { card, mixedCommand, mixedOther, mixedText, userId } from '../command/arbitraries.ts';
import { anyText } from '../support/any-text.ts';

const BOT_NAMES = ['核销助手', '前台 小核'];
const parse = (text: string) => parseMessage(text, BOT_NAMES).lines;
const anyLine = fc.oneof(mixedText, mixedCommand, mixedOther, anyText());
const runs = { numRuns: 5000 };
/** What is wrong, or asked about first. */
const RUNS_NOTHING = /^(?:wrong|uncertain|ambiguous)$/;
const isExplained = (command: Command) =>
  command.kind === 'wrong' || command.kind === 'uncertain' || command.kind === 'ambiguous';
/** The person's own line is given back with the card, to be completed. */
const withoutOwnLine = (text: string) =>
  text
    .replace(/\n请把「次数」换成数字再发：核销 [A-Za-z0-9]+ 次数$/u, '')
    .replace(/请发「查询 [A-Za-z0-9]+」/u, '')
    .replace(/是不是想发「.*」？$/u, '');
const isPrintable = (command: Command) =>
  !isExplained(command) && command.kind !== 'help' && command.kind !== 'courtesy' && command.kind !== 'not-understood';

describe('the grammar, for any text', () => {
  it('answers every message', () => {
    fc.assert(
      fc.property(fc.array(anyLine), (lines) => {
        expect(parse(lines.join('\n')).length).toBeGreaterThan(0);
      }),
    );
  });

  it('reads again what it prints', () => {
    fc.assert(
      fc.property(mixedCommand, (text) => {
        for (const { command } of parse(text)) {
          if (command.kind === 'redeem') expect(parse(printCommand(command))).toEqual([{ line: 0, command }]);
        }
      }),
      runs,
    );
  });

  it('reads again what it prints of the other commands', () => {
    fc.assert(
      fc.property(mixedOther, (text) => {
        for (const { command } of parse(text)) {
          // An answer without its word stands for itself.
          if (!isPrintable(command) || 'bare' in command) continue;
          expect(parse(printCommand(command))).toEqual([{ line: 0, command }]);
        }
      }),
      runs,
    );
  });

  it('never alters a user id', () => {
    fc.assert(
      fc.property(userId, fc.constantFrom('wecom', 'dingtalk'), (id, platform) => {
        const user = `${platform}:${id}`;
        const bind = { kind: 'bind' as const, user, employeeId: 11, store: '人民路店', name: null };
        expect(parse(printCommand(bind))).toEqual([{ line: 0, command: bind }]);
        expect(parse(`@前台 小核 解绑\u3000${user} `)).toEqual([{ line: 0, command: { kind: 'unbind', user } }]);
      }),
      runs,
    );
  });

  it('reads every receipt however it is written', () => {
    const symbols = fc.stringMatching(/^[23456789ABCDEFGHJKMNPQRSTVWXYZ]{8}$/);
    const written = fc.constantFrom('R-', 'r-', 'R', 'Ｒ－', '');
    fc.assert(
      fc.property(symbols, written, fc.boolean(), (eight, mark, low) => {
        const command = { kind: 'confirm' as const, receipt: `R-${eight}` };
        expect(parse(`确认 ${mark}${low ? eight.toLowerCase() : eight}`)).toEqual([{ line: 0, command }]);
      }),
      runs,
    );
  });

  it('never alters a card', () => {
    const count = fc.integer({ min: 1, max: 999 });
    fc.assert(
      fc.property(card, count, fc.constantFrom('', '给客户'), (number, times, remark) => {
        const command = { kind: 'redeem' as const, card: number, count: times, remark };
        expect(parse(printCommand(command))).toEqual([{ line: 0, command }]);
      }),
      runs,
    );
  });

  it('takes a card only from characters that stand in the text in this order', () => {
    fc.assert(
      fc.property(mixedCommand, (text) => {
        for (const { command } of parse(text)) {
          if (command.kind !== 'redeem') continue;
          const typed = text.normalize('NFKC').replace(/[^A-Za-z0-9]/g, '');
          expect(typed).toContain(command.card);
        }
      }),
      runs,
    );
  });

  it('assumes one visit only where nothing stands behind the card', () => {
    const number =
      /[\p{N}零〇一二两兩俩倆三仨四五六七八九十百千万萬壹弌贰貳弍弐叁叄參参弎肆伍陆陸柒捌玖拾佰仟廿卄卅卌]|one|two|six|ten|ice|four|five|nine|three|seven|eight|eleven|twelve|thirteen|fifteen|twenty/iu;
    const words = fc.oneof(
      mixedText,
      anyText(),
      fc
        .array(
          fc.constantFrom(
            '生日',
            '全部',
            '双',
            '不',
            '别',
            '用',
            '核销',
            '次',
            '谢谢',
            '吗',
            '，',
            ' ',
            '张',
            '桌',
            'VIP',
            'x',
            '！',
          ),
          {
            minLength: 1,
            maxLength: 5,
          },
        )
        .map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(words, (text) => {
        const behind = text.normalize('NFKC');
        fc.pre(
          withoutCourtesies(` ${normalizeLine(text, []).replace(/^[ :,]+/u, '')}`).trim() !== '' &&
            !number.test(text + behind) &&
            !/[\n\v\f\r\u0085\u2028\u2029@]/u.test(text) &&
            /[^ :,]/u.test(normalizeLine(text, [])),
        );
        const kinds = parse(`核销 914095353294404024 ${text}`).map(({ command }) => command.kind);
        expect(kinds).toEqual([expect.stringMatching(RUNS_NOTHING)]);
      }),
      runs,
    );
  });

  it('never glues what stands beside a number or a card to it', () => {
    const CARD = '914095353294404024';
    for (let code = 0x80; code <= 0x10ffff; code++) {
      const mark = String.fromCodePoint(code);
      // A full-width letter is the letter.
      if (/[Ａ-Ｚａ-ｚ]/u.test(mark)) continue;
      if (!/\p{N}/u.test(mark) && !/[0-9A-Za-z]/.test(mark.normalize('NFKC'))) continue;
      for (const line of [`${CARD}${mark}`, `${CARD} 2${mark}`, `${CARD} ${mark}2`, `9140${mark}95353294404024 2`]) {
        expect([line, parse(`核销 ${line}`)[0]?.command.kind]).toEqual([line, expect.stringMatching(RUNS_NOTHING)]);
      }
      const [alone] = parse(`核销 ${CARD} ${mark}`);
      if (alone?.command.kind === 'redeem') expect(alone.command.card).toBe(CARD);
    }
  });

  it('reads a card in groups as the card without them, when the count is clear', () => {
    const digits = fc.stringMatching(/^\d{9,64}$/);
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom(' ', '-'),
        fc.constantFrom('7次', '×7', 'x7', '7次 给客户'),
        (number, gap, count) => {
          const printed = (number.match(/.{1,4}/g) ?? []).join(gap);
          expect(parse(`核销 ${printed} ${count}`)).toMatchObject([{ command: { card: number, count: 7 } }]);
        },
      ),
    );
  });

  it('spends only counts from 1 to 999 and keeps remarks within their limit', () => {
    fc.assert(
      fc.property(mixedCommand, (text) => {
        for (const { command } of parse(text)) {
          if (command.kind !== 'redeem') continue;
          expect(Number.isInteger(command.count) && command.count >= 1 && command.count <= 999).toBe(true);
          expect(Array.from(command.remark).length).toBeLessThanOrEqual(64);
          expect(command.remark).not.toMatch(/\p{Cc}/u);
        }
      }),
      runs,
    );
  });

  it('explains what is wrong without an outcome that is not meant and without the card', () => {
    fc.assert(
      fc.property(fc.oneof(mixedCommand, mixedOther), (text) => {
        const texts = parse(text).flatMap(({ line, command }) =>
          isExplained(command)
            ? [{ line, text: withoutOwnLine(explain(command.kind === 'wrong' ? command.problem : command)) }]
            : [],
        );
        const reply = composeReply(texts);
        expect(reply).not.toMatch(/核销成功|核销失败|结果未知|9140953|9140 9535/);
      }),
      runs,
    );
  });

  it('stays quick on long lines of anything', () => {
    for (const piece of [
      '@',
      '@a ',
      '?',
      '吗',
      '9140 ',
      '1',
      '一',
      ' :',
      'x',
      'x ',
      '次 ',
      '@a b ',
      '-',
      'a1-',
      'wecom ',
      'wecom:',
      '\u200B',
    ]) {
      const long = piece.repeat(65_536 / piece.length);
      for (const text of [
        long,
        `核销 ${long}`,
        `核销 914095353294404024 ${long}`,
        `核销 914095353294404024 2 ${long}x`,
        `查询 ${long}`,
        `记录 全店 ${long}`,
        `绑定 wecom:${long}`,
        `绑定 11 ${long}`,
        `${long} 解绑 wecom:a`,
      ]) {
        expect(parse(text)).toHaveLength(1);
      }
    }
  });
});
