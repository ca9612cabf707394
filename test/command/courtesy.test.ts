import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../src/command/parse.ts';
import { courtesy, notUnderstood } from '../../src/command/sentences.ts';
import { CARD } from './examples.ts';

const read = (text: string) => parseMessage(text, ['核销助手']).lines.map(({ command }) => command);

describe('courtesies', () => {
  it.each([
    ...[
      '谢谢',
      '好的',
      '收到',
      '辛苦了',
      'ok',
      '👍',
      '👍🏻',
      '@核销助手 谢谢啦！',
      '好的，谢谢',
      '收到，辛苦了',
      '嗯嗯',
      '[强]',
    ],
    ...['多谢', '您好', '早上好', '知道了', '明白', 'OK👌', 'thank you', '没问题', '🙏🙏'],
    ...['谢谢老师', '谢谢各位', '谢谢谢谢', 'tks', '费心了', '早啊', '[咖啡]'],
  ])('%j is one', (text) => {
    // `好的` may answer a question, and is a courtesy where none waits.
    const answersAQuestion = { kind: 'confirm', bare: 'courtesy' };
    expect([[{ kind: 'courtesy' }], [answersAQuestion]]).toContainEqual(
      read(text).map(({ kind, ...rest }) => ('bare' in rest ? { kind, bare: rest.bare } : { kind })),
    );
  });

  it.each(['好的核销', '谢谢，再来一次', '不好', '不对', '不行', '没收到', '算了谢谢', '👎', `谢谢 ${CARD}`])(
    '%j is none',
    (text) => {
      expect(read(text)).not.toMatchObject([{ kind: 'courtesy' }]);
    },
  );

  it('say goodbye to a goodbye', () => {
    for (const text of ['拜拜', '再见', '谢谢，拜拜'])
      expect(read(text).map((one) => (one.kind === 'courtesy' ? courtesy(one.said) : one.kind))).toEqual([
        text.startsWith('谢') ? '不客气！' : '再见！',
      ]);
  });

  it('are no remark, nor are particles', () => {
    for (const text of [`核销 ${CARD} 六次 唔該`, `核销 ${CARD} 六次吧`])
      expect(read(text)).toEqual([{ kind: 'redeem', card: CARD, count: 6, remark: '' }]);
  });

  it('are not answered beside an order, and do not change it', () => {
    expect(read(`核销 ${CARD} 2\n谢谢`)).toEqual([{ kind: 'redeem', card: CARD, count: 2, remark: '' }]);
    expect(read(`核销 ${CARD} 2\n好的\n算了`)).not.toContainEqual(expect.objectContaining({ kind: 'redeem' }));
  });
});

describe('what was not understood', () => {
  it.each([
    [CARD, `核销 ${CARD}`],
    [`${CARD} 2`, `核销 ${CARD} 2`],
    ['R-7K3M9Q2A', '核对 R-7K3M9Q2A'],
    [`帮我核一下 ${CARD}`, `核销 ${CARD} 1`],
    [`${CARD}，帮核一次`, `核销 ${CARD} 1`],
    [`核两次 ${CARD}`, `核销 ${CARD} 2`],
    [`扣一次 ${CARD}`, `核销 ${CARD} 1`],
    ['我要看一下记录', '记录'],
    [`这张卡还剩几次呀 ${CARD}`, `查询 ${CARD}`],
  ])('%j is answered in two lines, with %j to copy', (text, meant) => {
    const [command] = read(text);
    if (command?.kind !== 'not-understood') return;
    expect(command.meant).toBe(meant);
    expect(notUnderstood(command.meant).split('\n')).toHaveLength(2);
    expect(read(meant)).not.toMatchObject([{ kind: 'not-understood' }]);
  });

  it.each([`不要核销 ${CARD} 2`, `先别核销 ${CARD}`, `${CARD} 不核销了`, '13812341234', '今天天气不错'])(
    '%j gets no order as a hint',
    (text) => {
      for (const command of read(text))
        if (command.kind === 'not-understood') expect(command.meant ?? '').not.toMatch(/^核销 /u);
    },
  );
});
