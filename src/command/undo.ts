import { scanCard } from './card.ts';
import type { Undo } from './command.ts';
import { scanMarkedReceipt } from './receipt.ts';

const DO = '(?:核[销銷消]?|扣|销|銷|划|劃|刷|消费|消費|搞|弄|点|點|按|输|輸|打|操作)';
/** That a redemption is to be taken back, wherever a line without an order says so. */
const TAKES_BACK = new RegExp(
  [
    '撤[销銷消回]|反核|反[结結]|[冲沖]正|[红紅][冲沖]|回滚|回滾|undo|refund',
    '退(?:[款次卡钱錢货貨还還回掉了费費给給]|一?下|吗|嗎)|[返归歸][还還](?:次|[余餘])',
    '(?:能|可以|可|怎么|怎麼|如何|要|想|给|給|帮我|帮忙|麻烦|麻煩|请|請|把.{0,12})退(?![休伍出群房])',
    `${DO}(?:[错錯]|多了|重了|重[复複]|[岔差]了)|${DO}了?[两兩2]遍|多${DO}了?|重[复複]${DO}|[误誤]${DO}`,
    '取消(?:[刚剛之]|上一?|那|这|這|已|前|昨).{0,8}|取消.{0,10}核[销銷消]|核[销銷消].{0,6}取消',
  ].join('|'),
  'iu',
);
/** `退` begins many a word that has nothing to do with it. */
export const NOT_TAKING_BACK = /^[休伍出群房押学學役订訂烧燒步后後让讓路潮场場位赛賽化]/u;
const NAME = /(?<![A-Za-z0-9-])[A-Za-z0-9]/gu;

/** Reads a line that says that a redemption is to be taken back; null where it does not. */
export function readUndo(content: string): Undo | null {
  return TAKES_BACK.test(content) ? { kind: 'undo', ...findNamed(content) } : null;
}

/** The receipt or the card of which a text speaks. */
export function findNamed(text: string): Pick<Undo, 'receipt' | 'card'> {
  let card: string | null = null;
  for (const { index } of text.matchAll(NAME)) {
    const rest = text.slice(index);
    const receipt = scanMarkedReceipt(rest)?.receipt;
    if (receipt !== undefined) return { receipt, card: null };
    const scan = scanCard(rest);
    if (!('kind' in scan)) card ??= scan.card;
  }
  return { receipt: null, card };
}
