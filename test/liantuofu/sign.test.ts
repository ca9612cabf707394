import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { consumeForm } from '../../src/liantuofu/consume-form.ts';
import { sign } from '../../src/liantuofu/sign.ts';
import { KEY, REQUEST } from './wire.ts';

const vectors = z
  .array(z.object({ source: z.string(), key: z.string(), params: z.record(z.string(), z.string()), sign: z.string() }))
  .min(1)
  .parse(JSON.parse(readFileSync(new URL('../vectors/liantuofu-sign.json', import.meta.url), 'utf8')));

describe('sign', () => {
  test.each(vectors)('gives the known signature: $source', ({ params, key, sign: expected }) => {
    expect(sign(params, key)).toBe(expected);
  });

  test('does not depend on the order in which parameters are given', () => {
    expect(sign({ random: '123', appId: 'EW_N4365306114' }, 'beb2c94ff04754360ef131dde7bb3017')).toBe(
      '3af0851c40d0443e86942c9ddba75e25',
    );
  });

  test('leaves out empty values and an earlier signature', () => {
    const params = { appId: 'a', random: '1' };
    expect(sign({ ...params, remark: '', sign: 'x' }, 'k')).toBe(sign(params, 'k'));
  });

  test('sorts by ASCII: capitals before small letters', () => {
    // echo -n 'B=2&a=1&key=k' | md5sum
    expect(sign({ a: '1', B: '2' }, 'k')).toBe('fe96f3790ea29e846bc72b1a3c34cfb7');
  });
});

describe('consumeForm', () => {
  const merchant = { appId: 'EW_N5946005323', key: KEY, consumeSource: 0 } as const;

  test('carries every field, signed', () => {
    const request = { ...REQUEST, count: 6, remark: '张三 人民路店 R-1', employeeId: 1 };
    expect(Object.fromEntries(new URLSearchParams(consumeForm(request, merchant, '83920174')))).toEqual({
      appId: 'EW_N5946005323',
      random: '83920174',
      remark: '张三 人民路店 R-1',
      consumeSource: '0',
      cardNo: '914095353294404024',
      count: '6',
      consumeMerchantCode: 'EW_N2949193145',
      consumeEmployeeId: '1',
      sign: '1e448c97bc2836686f96b1e5419f3085',
    });
  });

  test('does not send what is empty', () => {
    const form = new URLSearchParams(consumeForm({ ...REQUEST, remark: '', employeeId: null }, merchant, '1'));
    expect(form.has('remark')).toBe(false);
    expect(form.has('consumeEmployeeId')).toBe(false);
  });

  test('signs the very bytes that it sends, half a surrogate pair included', () => {
    const form = Object.fromEntries(new URLSearchParams(consumeForm({ ...REQUEST, remark: 'a\ud83d' }, merchant, '1')));
    expect(form['remark']).toBe('a\ufffd');
    expect(form['sign']).toBe(sign(form, KEY));
  });
});
