import { readCardAlone } from './card.ts';
import type { DeskCommand, Misused } from './command.ts';
import { CARD_LABEL } from './corrected.ts';
import { withoutCourtesies, withoutOpening } from './politeness.ts';
import { STORE_WORD } from './commands/records.ts';
import { readPeriod, RELATIVE_PERIOD } from './day.ts';
import { readDeskCommand } from './desk-command.ts';

// Other ways to ask for what spends nothing. All of them are whole lines.

/** Nothing that people ask for is longer. */
const MAX_FORM = 150;

const LEFT = '[剩余餘]';
const HOW_MANY = '(?:[几幾]|多少)';
const AT_A_CARD =
  `(?:查(?:[询詢]|一?下|看)?一?下?(?:卡|卡里|卡上)?(?:的)?(?:[余餘][额額次]|${LEFT}{1,2}(?:次[数數])?|次[数數]|${LEFT}${HOW_MANY}次?)?` +
  `|看一?下|(?:[还還])?(?:${LEFT}|有|能用|可用)${HOW_MANY}个?次?|${LEFT}{1,2}(?:次[数數])?|[还還]${LEFT}|[余餘][额額次])`;
const BEHIND_A_CARD =
  `(?:这张卡|这卡|里面|里|上|的|[还還]|现在|目前|一共|总共)*(?:(?:${LEFT}{1,2}下?|有|能用|可用|可以用|能核销?|够)${HOW_MANY}个?次?(?:可用)?|${LEFT}{1,2}(?:次[数數])?|[余餘][额額次]` +
  `|查(?:[询詢]|一?下|余额|余次|次数|剩余)?|(?:能用|有效|能核销|过期|可用)(?:了)?(?:[吗嗎没沒]|不))`;
const END = '[了呢啊呀吗? .。!~…]*';
/** Behind words that may end in a blank. */
const ENDS = '(?:[了呢啊呀吗?.。!~…][了呢啊呀吗? .。!~…]*)?';
const CARD = `(?:${CARD_LABEL})?(?<card>[A-Za-z0-9](?:[A-Za-z0-9 ‐‑‒–—−-]*[A-Za-z0-9])?)`;
const OF_A_CARD = [
  new RegExp(`^${AT_A_CARD}[ :,]*${CARD}(?:的(?:[余餘][额額次]|${LEFT}{1,2}(?:次[数數])?|次数))?${END}$`, 'u'),
  new RegExp(`^(?:${AT_A_CARD}[ :,]*)?${CARD}[ :,]*${BEHIND_A_CARD}${END}$`, 'u'),
];

const STORE = new RegExp(STORE_WORD, 'u');
const WHOSE = `(?:${STORE_WORD}|我|咱|我们|自己|[ ,:]|一共|总共|的|都|到底)*`;
const DONE = '(?:核[销銷]|消[费費]|[划劃]卡?|刷卡?|核)(?:了|过|過|掉)*';
const LOOK = '(?:(?:查看|查[询詢]|查|看|发|给我看)(?:一下|下)?)?';
const DAY = `(?<day>${RELATIVE_PERIOD})`;
const REDEEMED_ON = [
  new RegExp(
    `^${LOOK}${WHOSE}${DAY}${WHOSE}${DONE}(?:${HOW_MANY}|哪些|(?:些|了)?什么)(?:人次|客人|顾客|[次笔筆张張个個单單条條人卡])*${END}$`,
    'u',
  ),
  new RegExp(
    `^${LOOK}${WHOSE}${DAY}${WHOSE}(?:核[销銷]|消[费費])?(?:的)?(?:[记記紀][录錄]|明[细細]|情况|[数數]量|总[数數]|次[数數]|单数|笔数|流水)${END}$`,
    'u',
  ),
  new RegExp(`^${LOOK}${WHOSE}(?:核[销銷]|消[费費])?(?:[记記紀][录錄]|明[细細])${WHOSE}${DAY}${WHOSE}${ENDS}$`, 'u'),
];
/** Of today: `查记录`, `我的记录`, `全店记录`. `核销记录` alone is a question. */
const RECORDS_TODAY = new RegExp(
  `^(?![核消])${LOOK}${WHOSE}(?:核[销銷]|消[费費])?(?:的)?(?:[记記紀][录錄]|明[细細])${WHOSE}${ENDS}$`,
  'u',
);
const SUMMED_UP = new RegExp(
  `^(?:${DAY}的?[统統][计計]|[统統][计計](?:一下|下)[ :,]*${DAY.replace('day', 'behind')}的?)${END}$`,
  'u',
);

const CONSOLE =
  '(?:(?:核[销銷]|管理|[网網][页頁站]|[电電][脑腦])?的?(?:控制[台臺]|[后後]台)|[网網][页頁]版|管理[页頁]面?)';
const LOG_IN = '登(?:[录陆錄陸入]|一下)';
const HOW = '(?:怎么|怎样|如何|咋|哪里|哪儿|从哪里?|在哪里?|在哪儿)?(?:可以|能|才能)?';
const OPEN = `(?:打[开開]|[进進]入?|[开開]|${LOG_IN}|去|上|看|用|[访訪][问問]|要|找|[给給發发](?:我|一下)*)?(?:一?下|一?[个個])?`;
const LINK = '(?:的)?(?:[链鏈]接|地址|[网網]址|入口)?';
const WANTS = '(?:我?(?:想|要|需要))?';
/** `打开控制台`, `后台`, `怎么登录`, `控制台在哪里`. */
const OF_THE_CONSOLE = [
  new RegExp(`^${WANTS}${HOW}${OPEN}(?:我的|的)?${CONSOLE}${HOW}${OPEN}${LINK}${END}$`, 'u'),
  new RegExp(`^${WANTS}${HOW}(?:[给給發发]我)?(?:一?[个個])?${LOG_IN}(?:一下|下)?${LINK}${END}$`, 'u'),
];
/** `全部退出登录`, `退出所有登录`, `注销登录`. */
const SIGNED_OUT =
  /^(?:全部|所有(?:[设設]备|地方|手机|[电電][脑腦])?的?)?(?:都)?(?:退出|注[销銷]|登出)(?:一下|掉)?(?:我的|所有|全部|的)*(?:登[录陆錄陸]|控制[台臺]|[后後]台)(?:[状狀][态態])?[了吧呢啊呀吗? .。!~…]*$/u;

const POLITE: readonly (DeskCommand | Misused)['kind'][] = ['query', 'records', 'statistics', 'console', 'sign-out'];

/** Reads a normalised line that asks for a card, for records or for the console in other words than the commands'; null where it does not. */
export function readDeskForm(typed: string): DeskCommand | null {
  if (typed.length > MAX_FORM) return null;
  const content = withoutCourtesies(withoutOpening(typed));
  const plain = content === typed ? null : readDeskCommand(content);
  if (plain !== null && plain.kind !== 'misused' && POLITE.includes(plain.kind)) return plain;
  return readQuery(content) ?? readRecords(content) ?? readStatistics(content) ?? readConsole(content);
}

function readConsole(content: string): DeskCommand | null {
  if (SIGNED_OUT.test(content)) return { kind: 'sign-out' };
  return OF_THE_CONSOLE.some((pattern) => pattern.test(content)) ? { kind: 'console' } : null;
}

function readQuery(content: string): DeskCommand | null {
  for (const pattern of OF_A_CARD) {
    const found = pattern.exec(content)?.groups?.['card'];
    const card = found === undefined ? null : readCardAlone(found);
    if (card !== null && typeof card !== 'string') return { kind: 'query', card: card.card };
  }
  return null;
}

function readRecords(content: string): DeskCommand | null {
  for (const pattern of REDEEMED_ON) {
    const { day } = pattern.exec(content)?.groups ?? {};
    const period = day === undefined ? null : readPeriod(day);
    if (period !== null) return { kind: 'records', of: { kind: whose(content), day: period } };
  }
  return RECORDS_TODAY.test(content) ? { kind: 'records', of: { kind: whose(content), day: { kind: 'today' } } } : null;
}

/** Looked for by itself: of a group that is repeated only the last round would be known. */
function whose(content: string): 'mine' | 'store' {
  return STORE.test(content) ? 'store' : 'mine';
}

function readStatistics(content: string): DeskCommand | null {
  const { day, behind } = SUMMED_UP.exec(content)?.groups ?? {};
  const word = day ?? behind;
  const period = word === undefined ? null : readPeriod(word);
  return period === null ? null : { kind: 'statistics', period };
}
