import { mayNameOther, scanCard } from './card.ts';
import { redeem } from './commands/redeem.ts';
import { withoutCourtesies, withoutOpening } from './politeness.ts';
import { printCommand } from './print.ts';
import { scanMarkedReceipt } from './receipt.ts';
import { toneOf } from './tone.ts';
import { anyOf, withoutSeparators } from './words.ts';

const REDEEM_WORD = new RegExp(`(?:${anyOf(redeem.words.map(({ word }) => word))})[ :,]*`, 'i');
const IN_SHORT = /^(?:[核扣划劃]|刷卡?)(?:一?下|掉)?/u;
const MAX_SHORT = 200;
/** Nothing shorter is sent in the hope that it is known for a card. */
const CARD_ALONE = /^(?:\d{8,}|(?=.*\d)[A-Za-z\d]{12,})$/;
const CARD_INSIDE = /(?<![A-Za-z\d])\d{10,64}(?![A-Za-z\d])/;

/** What a word in the middle of a line is probably about; nothing of it spends anything. */
const TOPICS: readonly (readonly [RegExp, (card: string) => string])[] = [
  [/查询|余[次额]|剩[余几下多]|还[剩有][几多]|几次|查一?下|查卡/u, (card) => `查询 ${card}`],
  [/核对|单号|结果/u, () => '核对 单号'],
  [/记录|明细|流水|历史/u, () => '记录'],
  [/绑定|注册|开通|加入/u, () => '绑定 工号 门店 姓名'],
  [/控制[台臺]|[后後]台|登[录陆錄陸]|登不上|网页/u, () => '控制台'],
  [/帮助|帮忙|怎么|说明|教程|菜单|功能|用法/u, () => '帮助'],
];

/**
 * A line that may have been meant by one that was not understood, for the person to read and send: never carried out by
 * itself. Undefined where nothing comes close. A line that says no to a redemption gets none as a hint.
 */
export function findMeant(content: string): string | undefined {
  const receipt = scanMarkedReceipt(content);
  if (receipt?.rest === '') return printCommand({ kind: 'check', receipt: receipt.receipt, verdict: null });
  return asOrder(content) ?? asShortOrder(content) ?? asTopic(content);
}

function asOrder(content: string): string | undefined {
  const word = REDEEM_WORD.exec(content);
  const args = word === null ? content : content.slice(word.index + word[0].length);
  const scan = scanCard(args);
  if ('kind' in scan || toneOf(content) !== 'plain') return undefined;
  if (word === null && (mayNameOther(scan.card) || !CARD_ALONE.test(scan.card))) return undefined;
  const order = redeem.read(args);
  return order.kind === 'redeem' && order.remark === '' ? `核销 ${args}` : undefined;
}

/** `帮我核一下 914…`, `扣两次 914…`, `914…，帮核一次`. */
function asShortOrder(content: string): string | undefined {
  if (content.length > MAX_SHORT || toneOf(content) !== 'plain') return undefined;
  const text = withoutCourtesies(withoutOpening(content));
  const scan = scanCard(text);
  const said = 'kind' in scan ? text : withoutOpening(withoutSeparators(scan.rest));
  const [whole] = IN_SHORT.exec(said) ?? [];
  if (whole === undefined) return undefined;
  const behind = withoutSeparators(said.slice(whole.length));
  const order = redeem.read('kind' in scan ? behind : `${scan.card} ${behind}`.trim());
  return order.kind === 'redeem' && order.remark === '' ? printCommand(order) : undefined;
}

function asTopic(content: string): string | undefined {
  const [, print] = TOPICS.find(([words]) => words.test(content)) ?? [];
  return print?.(CARD_INSIDE.exec(content)?.[0] ?? '卡号');
}
