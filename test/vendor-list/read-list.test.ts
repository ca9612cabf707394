import { describe, expect, test } from 'vitest';
import type { VendorList } from '../../src/redemption/vendor-list.ts';
import { readList } from '../../src/vendor-list/read-list.ts';
import { createListReader } from '../../src/vendor-list/reader.ts';
import { xlsx, zip } from '../support/xlsx.ts';

const HEADS = ['核销时间', '卡号', '核销次数', '状态', '备注'];
const row = (receipt: string, change: { time?: string; count?: string; state?: string; remark?: string } = {}) => {
  const { time = '2026-11-20 14:03:05', count = '2', state = '核销成功', remark = receipt } = change;
  return [time, '914095353294404024', count, state, remark];
};
const csv = (...rows: readonly (readonly string[])[]) => rows.map((cells) => cells.join(',')).join('\r\n');

function read(bytes: Buffer | string): VendorList {
  const result = readList(Buffer.from(bytes));
  if (result.kind !== 'list') throw new Error(result.why);
  return result.list;
}
const why = (bytes: Buffer | string) => {
  const result = readList(Buffer.from(bytes));
  return result.kind === 'list' ? null : result.why;
};
const receipts = (list: VendorList) => list.rows.map(({ receipt }) => receipt);

describe('a list', () => {
  const text = csv(['某某商户核销记录'], [], HEADS, row('R-7K3M9Q2A'), row('R-72WXPEPP', { count: '1' }), [
    '合计',
    '',
    '3',
  ]);
  const utf16 = Buffer.from(`\uFEFF${text.replaceAll(',', '\t')}`, 'utf16le');
  const gbk = Buffer.concat([
    // 备注,次数
    Buffer.from([0xb1, 0xb8, 0xd7, 0xa2, 0x2c, 0xb4, 0xce, 0xca, 0xfd, 0x0a]),
    Buffer.from('R-7K3M9Q2A,2\nR-72WXPEPP,1\n'),
  ]);

  test.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 with tabs', utf16],
    ['UTF-16 from the other end', Buffer.from(utf16).swap16()],
    ['UTF-16 without a mark', utf16.subarray(2)],
    ['GBK', gbk],
    ['xlsx', xlsx({ 记录: [['某某商户核销记录'], [], HEADS, row('R-7K3M9Q2A'), row('R-72WXPEPP', { count: '1' })] })],
  ])('is read as %s', (_name, bytes) => {
    const list = read(bytes);
    expect(receipts(list)).toEqual(['R-7K3M9Q2A', 'R-72WXPEPP']);
    expect(list.rows.map(({ count, doubt }) => ({ count, doubt }))).toEqual([
      { count: 2, doubt: null },
      { count: 1, doubt: null },
    ]);
    expect(list.total).toBe(2);
  });

  test('is read in all of its sheets, with times that are numbers of days', () => {
    const list = read(
      xlsx({ 一月: [HEADS, [46346.5, null, 2, '成功', 'R-7K3M9Q2A']], 二月: [['备注'], ['洗车 R-72WXPEPP']] }),
    );
    expect(list.times).toEqual({ from: '2026-11-20 12:00:00', to: '2026-11-20 12:00:00' });
    expect(list.rows.map(({ sheet, row: at }) => [sheet, at])).toEqual([
      ['一月', 2],
      ['二月', 2],
    ]);
    const old = read(xlsx({ a: [HEADS, [46346.5 - 1462, null, 2, '成功', 'R-7K3M9Q2A']] }, { epoch1904: true }));
    expect(old.times?.from).toBe('2026-11-20 12:00:00');
  });

  test.each([
    ['in the vendor’s own text', '客户自提，单号R-7K3M9Q2A', false],
    ['in lower case', 'r-7k3m9q2a', false],
    ['in full-width signs', 'Ｒ－７Ｋ３Ｍ９Ｑ２Ａ', false],
    ['with another hyphen', 'R–7K3M9Q2A', false],
    ['behind what marks a text', "'R-7K3M9Q2A", false],
    ['cut at the end', '洗车 R-7K3M9', true],
    ['cut with dots', '洗车 R-7K3M9…', true],
  ])('is found by a receipt %s', (_name, remark, isCut) => {
    expect(read(csv(HEADS, row('', { remark }))).rows).toMatchObject([
      { receipt: isCut ? 'R-7K3M9' : 'R-7K3M9Q2A', isCut },
    ]);
  });

  test.each(['R-7K3M9Q2AB', 'XR-7K3M9Q2A', 'R-7K3M9Q20', '没有单号'])('finds no whole receipt in %s', (remark) => {
    expect(read(csv(HEADS, row('', { remark }))).rows.filter(({ isCut }) => !isCut)).toEqual([]);
  });

  test.each([
    ['a refund in its state', { state: '已退款' }],
    ['a state that is not known', { state: '处理' }],
    ['no state', { state: '' }],
    ['a count below nothing', { count: '-2' }],
  ])('says that a row has %s', (_name, change) => {
    expect(read(csv(HEADS, row('R-7K3M9Q2A', change))).rows[0]?.doubt).not.toBeNull();
  });

  test('says that something was given back in another column, and not where nothing was', () => {
    const doubt = (value: string) =>
      read(csv([...HEADS, '退回次数', '说明'], [...row('R-7K3M9Q2A'), value, '未退款'])).rows[0]?.doubt;
    expect(doubt('0')).toBeNull();
    expect(doubt('')).toBeNull();
    expect(doubt('2')).toBe('2');
  });

  test.each<[string, Buffer | string]>([
    ['the name of its sheet', xlsx({ 退款明细: [HEADS, row('R-7K3M9Q2A')] })],
    ['what stands above it', csv(['核销撤销记录'], HEADS, row('R-7K3M9Q2A'))],
    ['a column of reasons', csv([...HEADS, '失败原因'], [...row('R-7K3M9Q2A'), '余额不足'])],
    ['a column of times', csv([...HEADS, '撤销时间'], [...row('R-7K3M9Q2A'), '2026-11-21 10:00:00'])],
  ])('says that a row is no plain success by %s', (_name, bytes) => {
    expect(read(bytes).rows).toMatchObject([{ receipt: 'R-7K3M9Q2A', doubt: expect.any(String) as string }]);
  });

  test.each(['', '0', '0.00', '无', '-', '否', 'N/A', '未退款', '正常'])(
    'has no doubt where a column for failures says %j',
    (cell) => {
      expect(read(csv([...HEADS, '退款说明'], [...row('R-7K3M9Q2A'), cell])).rows[0]?.doubt).toBeNull();
    },
  );

  test('is not sure of rows with several receipts, as a quote that is not closed makes them', () => {
    const torn = csv(HEADS, row('"R-7K3M9Q2A'), row('R-72WXPEPP', { state: '核销失败' }), row('x"'));
    const { rows } = read(torn);
    expect(rows.map(({ receipt, doubt }) => [receipt, doubt !== null])).toEqual([
      ['R-7K3M9Q2A', true],
      ['R-72WXPEPP', true],
    ]);
  });

  test('does not take a row among the refunds for a copy of the same row among the redemptions', () => {
    const list = read(xlsx({ 核销: [HEADS, row('R-7K3M9Q2A')], 退款: [HEADS, row('R-7K3M9Q2A')] }));
    expect(list.doubled).toBe(0);
    expect(list.rows.map(({ doubt }) => doubt)).toEqual([null, '退款']);
  });

  test('does not take for a refund what our own people wrote', () => {
    expect(read(csv(HEADS, row('', { remark: '上次退款补一次 R-7K3M9Q2A' }))).rows[0]?.doubt).toBeNull();
  });

  test('has rows that are there twice once, and says so', () => {
    const list = read(
      csv(HEADS, row('R-7K3M9Q2A'), row('R-7K3M9Q2A'), row('R-7K3M9Q2A', { time: '2026-11-21 09:00:00' })),
    );
    expect(list).toMatchObject({ doubled: 1, total: 3 });
    expect(receipts(list)).toEqual(['R-7K3M9Q2A', 'R-7K3M9Q2A']);
  });

  test('keeps what numbers in rows without a receipt end with', () => {
    const { withoutReceipt } = read(csv(HEADS, row('', { remark: '店里自己核销' }), ['', '1.2E+17', '1', '成功', '']));
    expect(withoutReceipt).toMatchObject({ rows: 2, hasRounded: true });
    expect(withoutReceipt.tails).toContain('4024');
  });

  test('with quoted cells has line breaks and commas in them', () => {
    expect(receipts(read('备注,次数\n"洗车, 内外\n""R-7K3M9Q2A""",2\n'))).toEqual(['R-7K3M9Q2A']);
  });
});

describe('no list is', () => {
  const compound = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  test.each<[string, Buffer | string, string]>([
    ['an empty file', '', 'empty'],
    ['a list without rows', '备注\n', 'no-rows'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 'no-table'],
    ['any bytes', Buffer.from(Array.from({ length: 999 }, (_, at) => (at * 7919) % 256)), 'no-table'],
    ['a web page', '<html><table><tr><td>R-7K3M9Q2A</td></tr></table></html>', 'no-table'],
    ['an old workbook', compound, 'old-excel'],
    ['a workbook with a password', Buffer.concat([compound, Buffer.from('EncryptedPackage', 'utf16le')]), 'password'],
    ['an archive of something else', zip([['word/document.xml', Buffer.from('<a/>')]]), 'no-table'],
    ['half a workbook', xlsx({ a: [HEADS, row('R-7K3M9Q2A')] }).subarray(0, 400), 'damaged'],
    [
      'a workbook with a document type',
      zip([['xl/workbook.xml', Buffer.from('<!DOCTYPE a [<!ENTITY b "c">]><a/>')]]),
      'damaged',
    ],
  ])('%s', (_name, bytes, expected) => {
    expect(why(bytes)).toBe(expected === 'no-rows' ? null : expected);
  });

  test('one that unpacks to more than is read', () => {
    const bomb = zip([
      ['xl/workbook.xml', Buffer.from('<workbook><sheets><sheet name="a" r:id="1"/></sheets></workbook>')],
      ['xl/_rels/workbook.xml.rels', Buffer.from('<R><Relationship Id="1" Target="s.xml"/></R>')],
      ['xl/s.xml', Buffer.alloc(80 * 1024 * 1024, 0x20)],
    ]);
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect(why(bomb)).toBe('too-large');
  });
});

test('a workbook is read with a sheet for each day of a month, or not at all', () => {
  const sheets = (days: number) =>
    xlsx(Object.fromEntries(Array.from({ length: days }, (_, day) => [`${day + 1}`, [HEADS, row('R-7K3M9Q2A')]])));
  expect(read(sheets(31)).total).toBe(31);
  expect(why(sheets(61))).toBe('too-large');
});

test('a thread reads it, one file at a time, and is ended when it takes too long', async () => {
  const bytes = xlsx({ a: [HEADS, row('R-7K3M9Q2A')] });
  const reader = createListReader();
  const [one, other] = await Promise.all([reader.read(bytes), reader.read(bytes)]);
  expect(one).toMatchObject({ kind: 'list', list: { total: 1 } });
  expect(other).toEqual({ kind: 'not-a-list', why: 'busy' });
  await reader.close();
  const hasty = createListReader({ limitMs: 0 });
  expect(await hasty.read(bytes)).toEqual({ kind: 'not-a-list', why: 'too-slow' });
  await hasty.close();
});
