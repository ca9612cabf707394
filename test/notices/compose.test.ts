import { describe, expect, test } from 'vitest';
import { compose, type ComposeOptions, type Manner } from '../../src/notices/compose.ts';
import { ROBOTS } from '../../src/platforms/robots.ts';
import type { NoticeLine } from '../../src/redemption/notices.ts';
import { line, REFUSED, STORE, SUCCEEDED, UNKNOWN } from './fixtures.ts';

const manner: Manner = {
  nameOf: (user) => (user === 'wecom:zhangsan' ? '张三' : user),
  whenOf: (instant) => `T${instant}`,
  decorate: (title) => `【沙箱】${title}`,
};

function composed(lines: readonly NoticeLine[], change: Partial<ComposeOptions> = {}) {
  return compose(lines, {
    platform: ROBOTS.wecom,
    manner,
    mentions: () => [],
    bare: false,
    waiting: lines.length,
    ...change,
  });
}

const many = (count: number, change: Partial<NoticeLine> = {}) =>
  Array.from({ length: count }, (_, id) => line('refused', { ...REFUSED, id, vendorMsg: '剩余次数不足' }, change));

describe('a message', () => {
  test('of one thing says who, where, what, when', () => {
    const [only] = many(1);
    const { text, told } = composed(only === undefined ? [] : [only]);
    expect(text).toEqual({
      title: '【沙箱】核销失败',
      lines: ['人民路店，张三', '尾号4024，2次「剩余次数不足」', 'T1，R-7K3M9Q2A'],
      alarming: true,
      mentions: [],
    });
    expect(told).toEqual([only?.notice]);
  });

  test('of several begins with totals and names a store that is the same throughout once', () => {
    const { text } = composed([line('refused', { ...REFUSED, id: 1 }), line('succeeded', { ...SUCCEEDED, id: 2 })]);
    expect(text.title).toBe('【沙箱】核销通知 人民路店 2条');
    expect(text.lines).toEqual([
      '2次（1笔），失败1笔',
      'T1 张三 失败 尾号4024 2次 R-7K3M9Q2A',
      'T1 张三 成功 尾号4024 2次 R-7K3M9Q2A',
    ]);
  });

  test('leaves the vendor’s words out where they say no more than the outcome', () => {
    const said = (vendorMsg: string) => composed([line('succeeded', { ...SUCCEEDED, vendorMsg })]).text.lines[1];
    expect(said('成功')).toBe('尾号4024，2次');
    expect(said('成功，赠1次')).toBe('尾号4024，2次「成功，赠1次」');
  });

  test('of several stores names them line by line', () => {
    const other = { ...REFUSED, id: 2, store: { code: 'EW_2', name: '解放路店' } };
    const { text } = composed([line('refused', { ...REFUSED, id: 1 }), line('refused', other)]);
    expect(text.title).toBe('【沙箱】核销通知 2条');
    expect(text.lines.slice(1).map((each) => each.split(' ')[1])).toEqual(['人民路店', '解放路店']);
  });

  test.each(['wecom', 'dingtalk', 'feishu'] as const)(
    'for %s ends at a line, and tells what is really in it',
    (name) => {
      const platform = ROBOTS[name];
      const lines = many(400);
      const { text, told } = composed(lines, { platform, waiting: 1_000 });
      expect(platform.fits(text)).toBe(true);
      expect(told.length).toBeGreaterThan(20);
      expect(told).toEqual(lines.slice(0, told.length).map(({ notice }) => notice));
      expect(text.lines).toHaveLength(told.length + 2);
      expect(text.lines[0]).toContain(`失败${told.length}笔`);
      expect(text.lines.at(-1)).toBe(`还有${1_000 - told.length}条，随后发来`);
      const next = composed(lines.slice(0, told.length + 1), { platform, waiting: 1_000 });
      expect(next.told).toHaveLength(told.length);
    },
  );

  test('always has its first line in it, so that nothing waits for ever', () => {
    const fitsNothing = { ...ROBOTS.wecom, fits: () => false };
    expect(composed(many(3), { platform: fitsNothing }).told).toHaveLength(1);
  });

  test('tells a redemption once, as it stands now, and counts all its news as told', () => {
    const now = { ...SUCCEEDED, id: 7, settledBy: { how: 'hand', user: 'wecom:li', name: '李经理' } as const };
    const lines = [line('unknown', now), line('refused', { ...REFUSED, id: 8 }), line('settled', now)];
    const { text, told } = composed(lines);
    expect(told.toSorted()).toEqual(lines.map(({ notice }) => notice).toSorted());
    expect(text.lines).toEqual([
      '0次（0笔），失败1笔，已核对1条',
      'T1 张三 已核对：成功（李经理人工核对） 尾号4024 2次 R-7K3M9Q2A',
      'T1 张三 失败 尾号4024 2次 R-7K3M9Q2A',
    ]);
    expect(composed(lines.slice(0, 1)).text.title).toBe('【沙箱】已核对：核销成功（李经理人工核对）');
  });

  test('calls people when something is unknown, and only then', () => {
    const mentions = (stores: readonly string[]) => stores.map((store) => `boss-of-${store}`);
    expect(composed([line('unknown', UNKNOWN)], { mentions }).text.mentions).toEqual([`boss-of-${STORE.code}`]);
    expect(composed([line('unknown', SUCCEEDED)], { mentions }).text.mentions).toEqual([]);
    expect(composed([line('refused', REFUSED)], { mentions }).text.mentions).toEqual([]);
  });

  test('that must do without words from outside still says which redemption came to what', () => {
    const { text } = composed(many(2), { bare: true });
    expect(text.lines.slice(1)).toEqual(['T1 失败 尾号4024 2次 R-7K3M9Q2A', 'T1 失败 尾号4024 2次 R-7K3M9Q2A']);
    const binding = { change: 'bound' as const, user: 'wecom:lisi', name: '李四', store: STORE, by: '李经理' };
    const told = line('binding', null, { binding });
    expect(composed([told]).text.lines).toEqual(['李四（wecom:lisi）绑定人民路店，李经理操作', 'T1']);
    expect(composed([told], { bare: true }).text.lines).toEqual(['员工绑定有变动', 'T1']);
  });

  test('always holds the word that a robot may ask for, on every topic', () => {
    for (const lines of [
      [line('refused', REFUSED)],
      [line('unknown', UNKNOWN)],
      [line('settled', SUCCEEDED)],
      many(3),
    ]) {
      expect(composed(lines).text.title).toContain('核销');
    }
  });
});
