import { expect, test } from 'vitest';
import { maskCards } from '../../src/desk/masked.ts';

const CARD = '914095353294404024';

test.each([
  ['核销 914095353294404024 2', '核销 …4024 2'],
  ['核销914095353294404024 2次', '核销…4024 2次'],
  ['核销 9140 9535 3294 4040 24 2', '核销 …4024 2'],
  ['核销 9140-9535-3294-4040-24 2', '核销 …4024 2'],
  ['核销 9140—9535—3294—4040—24，2', '核销 …4024，2'],
  ['核销 ９１４０９５３５３２９４４０４０２４ ２', '核销 …4024 ２'],
  ['核销 9140\u200B95353294404024 2', '核销 …4024 2'],
  ['核销 九一四零九五三五三二九四四零四零二四 2', '核销 …4024 2'],
  ['第一行 914095353294404024 2\n第二行 914095353294404024 1', '第一行 …4024 2\n第二行 …4024 1'],
])('a card that is known is cut however it is typed: %s', (typed, masked) => {
  expect(maskCards(typed, [CARD])).toBe(masked);
});

test.each([
  ['核销 914095353294404024 2', '核销 …4024 2'],
  ['核销 ９１４０９５３５３２９４４０４０２４', '核销 …4024'],
  ['9140 9535 3294 4040', '…4040'],
  ['9140-9535-3294', '…3294'],
  ['核销 AB12CD34 2', '核销 …cd34 2'],
  ['电话13812345678', '电话…5678'],
])('what may be a card is cut as well: %s', (typed, masked) => {
  expect(maskCards(typed, [])).toBe(masked);
});

test.each(['核对 R-72WXPEPP', '确认 r-72wxpepp', '核销 2次', '3楼 12号 张三', '', 'hello world'])(
  'nothing else is: %s',
  (typed) => {
    expect(maskCards(typed, [CARD])).toBe(typed);
  },
);

test('a code with letters is found in either case', () => {
  expect(maskCards('核销 ab12cd34ef 1', ['AB12CD34EF'])).toBe('核销 …34ef 1');
});
