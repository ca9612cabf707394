import { describe, expect, it } from 'vitest';
import * as sentences from '../../../src/command/sentences.ts';
import { saidOutcomes } from './fixtures.ts';

describe('help', () => {
  const roles = ['unbound', 'staff', 'manager', 'admin'] as const;
  const helps = roles.map((role) => sentences.helpOnAll(role));

  it('fits the person', () => {
    const [unbound = '', staff = '', manager = '', admin = ''] = helps;
    expect(sentences.helpOnAll()).toBe(staff);
    expect(unbound).not.toContain('查询');
    expect(staff).not.toMatch(/全店|解绑|统计/);
    for (const text of [manager, admin]) expect(text).toMatch(/记录 全店 昨天，统计 本周[^]*解绑/);
    expect(admin).toContain('所有门店');
  });

  it('names no outcome and fits into a message', () => {
    for (const text of [...helps, ...roles.map((role) => sentences.help(role)), sentences.notUnderstood()]) {
      expect(saidOutcomes(text)).toEqual([]);
      expect(Buffer.byteLength(text)).toBeLessThan(1000);
    }
  });

  it('has four lines at most, and says how to see the rest', () => {
    for (const role of roles) expect(sentences.help(role).split('\n').length).toBeLessThanOrEqual(4);
    for (const role of ['staff', 'manager', 'admin'] as const) {
      expect(sentences.help(role)).toContain('「帮助 全部」');
      expect(sentences.help(role)).toContain('核销 卡号 次数');
    }
    expect(sentences.help('staff')).not.toContain('店长');
  });
});
