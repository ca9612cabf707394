import { describe, expect, it } from 'vitest';
import * as sentences from '../../../src/command/sentences.ts';
import { saidOutcomes } from './fixtures.ts';

describe('help', () => {
  const helps = (['unbound', 'staff', 'manager', 'admin'] as const).map((role) => sentences.help(role));

  it('fits the person', () => {
    const [unbound = '', staff = '', manager = '', admin = ''] = helps;
    expect(sentences.help()).toBe(staff);
    expect(unbound).not.toContain('查询');
    expect(staff).not.toMatch(/全店|解绑|统计/);
    for (const text of [manager, admin]) expect(text).toMatch(/记录 全店 昨天，统计 本周[^]*解绑/);
    expect(admin).toContain('所有门店');
  });

  it('names no outcome and fits into a message', () => {
    for (const text of [...helps, sentences.notUnderstood('admin')]) {
      expect(saidOutcomes(text)).toEqual([]);
      expect(Buffer.byteLength(text)).toBeLessThan(1000);
    }
  });
});
