import { withoutLabels } from './labels.ts';
import { NUMBER, NUMBER_WORD, NUMERAL, readNumeral } from './numerals.ts';

export type CountScan =
  | { readonly kind: 'count'; readonly count: number; readonly rest: string }
  /** What it probably means: `两位`, `2次卡`, `一对`. The person has to be asked. */
  | { readonly kind: 'likely'; readonly count: number }
  /** The writer may have meant a count here, but it is none from 1 to 999. */
  | { readonly kind: 'bad'; readonly typed: string };

const TIMES = '[x×✕✖*]';
const END = '(?=$|[ :,])';
/** A separator, unless what stands behind it without a blank makes one number of both: `2:30`, `1,500`. */
const GAP = '(?:$| |[:,](?!\\p{N})|(?<=[次x×✕✖*s])[:,])';
const PUNCTUATION = '[.。!;、~…]';
/** What people say behind a count without a blank: thanks, particles, pictures. */
const COURTESY =
  '(?:[谢謝哈啊呀哦噢喔啦呗哟嗯呐吧]|感[谢謝]|多[谢謝]|辛苦|[麻嘛][烦煩]|拜托|好的|ok(?![a-z])|th(?:x|anks?)|\\p{Emoji_Presentation})';
/** `用2`, `扣两次`, `次数:2`, `一共3`. */
const VERBS = '核销|核銷|消费|划卡|扣除|扣掉|扣减|用掉|使用|[用扣核销銷刷划消要来來做]';
const LABELS = '次数|次數|数量|數量|一共|总共|總共|共计|合计|[共计計]';
/** Behind a number; those of people are added up. */
const OF_PEOPLE =
  '(?:[位名]|[个個](?![多半]?(?:月|星期|礼拜|禮拜)))(?:大人|小孩|孩子|儿童|兒童|成人|老人|学生|學生|人)?|大人|小孩|儿童|成人|老人|人(?!次)|[大小男女](?=$|[ :,\\p{N}])';
const MEASURES = '人次|课时|小时|[次张張回遍份趟下节節杯枚场場天晚件壶壺盘盤只条條瓶客课課口轮輪套盒包支碗间間]';
const PEOPLE = '大人|小孩|孩子|儿童|兒童|成人|老人|学生|學生|[男女大小]';

/** What may follow a card without a blank and still be clearly a count. */
export const GLUED_COUNT = `(?:[×✕✖*]|${NUMERAL}+ ?次)`;

const COUNT = new RegExp(
  `^(?:(?:${VERBS}|${LABELS})[ :]*|${TIMES} ?)?(?:(${NUMBER})(?: ?次|${TIMES}| ?times?)?|(${NUMBER_WORD})(?: times?)?)` +
    `(?=${GAP}|${PUNCTUATION}+(?:${GAP}|\\p{Script=Han})|${COURTESY})`,
  'iu',
);
const LEADING_COUNT = new RegExp(`^((?:[-+.\\p{N}]|${NUMERAL})[^ :,次]{0,5}) ?次[ :,]*`, 'u');
const LIKELY = new RegExp(`^(?:${VERBS}|${LABELS})?(${NUMBER}) ?(?:${MEASURES}|${OF_PEOPLE})`, 'u');
const PAIR = /^(?:[双雙](?:[次份位张張个個]|(?=$|[ :,.。!]))|一[对對双雙]|double|(?:a )?pair)/iu;
const LATIN_NUMERALS: ReadonlyMap<string, number> = new Map(
  'I II III IV V VI VII VIII IX X'.split(' ').map((numeral, i) => [numeral, i + 1]),
);

// `-1`, `1.5`, `(2)`, `#3`, `x0`; `几`, `两次半`; `次`, `半次`. The last two also where a count stood before.
const LIKE_A_NUMBER = /^[^\p{L}\p{N}]*(?:[负負]|x ?[^\p{L}\p{N}]*)?\p{N}/iu;
const LIKE_A_CHINESE_COUNT = new RegExp(
  `^[^\\p{L}\\p{N}]*[负負]?${NUMERAL}+(?: ?(?:${MEASURES}|${OF_PEOPLE})|\\p{N}|${END})`,
  'u',
);
const HALF_A_COUNT = new RegExp(`^(?:次半?|半次?)${END}`, 'u');
const PART_OF_A_COUNT = /^ ?次[半多几幾零余餘\p{N}]/u;
const PLAIN_NUMBER = new RegExp(`^[-+]?\\d+(?:[./⁄]\\d+)?${END}`, 'u');

const NUMBER_PART = new RegExp(`^(?:[^\\p{L} :,]|[:,](?=\\p{N})|[x次负負]|${NUMERAL}){0,5}`, 'iu');

const UNIT =
  /^(?:[号號](?:[桌台房楼牌包机]|$|[ :,])|[楼樓层層室桌](?:$|[ :,])|[岁歲元折%]|[块塊](?:钱|錢|$|[ :,])|[点點](?:半|[钟鐘]|$|[ :,])|(?:天|小[时時]|分[钟鐘]|[周月年])(?:[后後前内份卡底初到]|$|[ :,])|周[岁歲]|[点點](?:[来來到多前后後])|[楼樓层層班](?=\p{Script=Han}|$)|年级|期(?=\p{Script=Han})|[号號]店|米|[个個位人名](?:大人|小孩|人|月|小时|客人|$|[ :,]))/u;

/** Behind an English number: `one hundred`, `two or three`. */
const GOES_ON = /^ (?:hundred|thousand|dozen|and|or|to|point|half|score)(?![a-z])/iu;
/** Something behind a count that may be another: asked about, never overheard. */
const MORE = new RegExp(
  [
    '(?<![a-z])(?:double|pair|both|dozen|hundred|half|twice|triple|couple|times|one|two|three|four|five|six|seven|eight|nine|ten|I{2,3}|IV|VI{0,3}|IX)(?![a-z])',
    '[双雙](?=[份次倍]|$)|[俩倆仨倍]|一[对對](?!一)|[翻加]倍|十[来來多几幾]|[数數多]次|(?<![点點钟鐘])(?:以上|左右)|[大小][一二两兩三四五六七八九十]|[一二两兩三四五六七八九十][大小]',
    '(?:[~(\\[/+、]|^[.])\\p{N}{1,3}(?!\\p{N}|[号號桌房楼])|[点點](?!\\p{N}{2}(?!\\p{N}))\\p{N}|又\\p{N}',
    `(?:还是|還是|其实是?|其實是?|不是|是|少|剩|(?<!\\p{N})送|多|乘|共) ?(?:\\p{N}|${NUMERAL})`,
    '(?<=\\p{Script=Han})(?<![第号號桌房台座柜楼樓层層室牌间間店厢位数满送])\\p{Nd}{1,3}(?=\\p{Script=Han}|$)(?!\\p{Script=Han}?[号號桌房楼月日点點元块岁折晚天寸]|分钟?|小时)',
  ].join('|'),
  'iu',
);

/** A number that counts something; the n-th and the numbers of tables, rooms and the like do not. */
const NOT_A_LABEL = '(?<![号號牌房间間桌台座柜楼樓层層室] ?:? ?)';
const QUANTITIES = new RegExp(
  [
    `(?<![第\\p{N}])(?:(?=\\p{N})|(?<!${NUMERAL}))(?<times>${NUMBER}) ?(?:${MEASURES}|(?<measure>${OF_PEOPLE}))`,
    `(?:${LABELS}|改[成为為]?|[换換]成|或者?|再?[加减減]|各|每[人位]|[到至](?=\\p{Nd}{1,3}(?:次|$|[ :,]))|(?<![a-z0-9])${TIMES}|${VERBS}) ?:? ?(?<named>${NUMBER})`,
    `(?:${PEOPLE}) ?(?<people>${NUMBER})`,
    `(?<![^ :,])${NOT_A_LABEL}(?<alone>\\p{Nd}{1,3}|${NUMERAL}{1,9}|[\\p{No}\\p{Nl}])${END}`,
  ].join('|'),
  'giu',
);

/** Reads the count at the very start of `text`; null when nothing there looks like one. Absent is for the caller to fill. */
export function scanCount(text: string): CountScan | null {
  const [whole, number, word] = COUNT.exec(text) ?? [];
  if (whole !== undefined) {
    const count = readNumeral(number ?? word ?? '');
    if (count === null || (word !== undefined && GOES_ON.test(text.slice(whole.length)))) return bad(text);
    return { kind: 'count', count, rest: text.slice(whole.length).replace(/^[.。!;、~…]+/u, '') };
  }
  const likely = scanLikelyCount(text);
  if (likely !== null) return likely;
  return [LIKE_A_NUMBER, LIKE_A_CHINESE_COUNT, HALF_A_COUNT].some((like) => like.test(text)) ? bad(text) : null;
}

function scanLikelyCount(text: string): CountScan | null {
  if (PAIR.test(text)) return { kind: 'likely', count: 2 };
  const latin = LATIN_NUMERALS.get(/^[IVX]+(?=$|[ :,次])/.exec(text)?.[0] ?? '');
  if (latin !== undefined) return { kind: 'likely', count: latin };
  const [whole, number = ''] = LIKELY.exec(text) ?? [];
  if (whole === undefined || PART_OF_A_COUNT.test(text.slice(whole.length - 1))) return null;
  const count = readNumeral(number);
  return count === null ? bad(text) : { kind: 'likely', count };
}

/** Reads a count that stands before the card, which it may only with 次; null when there is none. */
export function scanLeadingCount(text: string): Exclude<CountScan, { kind: 'likely' }> | null {
  const [whole, typed] = LEADING_COUNT.exec(text) ?? [];
  if (whole === undefined || typed === undefined) return null;
  const count = readNumeral(typed);
  return count === null ? bad(text) : { kind: 'count', count, rest: text.slice(whole.length) };
}

/** Whether the remark behind a count begins with what the number may belong to: `3 号桌`, `5 折`, `2 位`. */
export function continuesNumber(remark: string): boolean {
  return UNIT.test(remark);
}

/** Whether the remark behind a count begins with what could be another count, or the other half of it (`1 1/2`, `2 次半`). */
export function continuesCount(remark: string): boolean {
  const text = withoutLabels(remark);
  return scanCount(text)?.kind === 'count' || PLAIN_NUMBER.test(text) || HALF_A_COUNT.test(text);
}

/** How many of something a text speaks of, in its order: `大人2小孩1`, `张三 2次`, `三位`. Null stands for what is no count. */
export function findQuantities(text: string): readonly Quantity[] {
  return Array.from(withoutLabels(text).matchAll(QUANTITIES), ({ groups = {} }) => {
    const { times, named, people, alone, measure } = groups;
    return {
      isNamed: alone === undefined,
      count: readNumeral(times ?? named ?? people ?? alone ?? ''),
      ofPeople: people !== undefined || measure !== undefined,
    };
  });
}

/** Whether the remark behind a count may name another: `双份`, `其实是3`, `张三1李四1`. */
export function mayNameAnother(remark: string): boolean {
  return MORE.test(withoutLabels(remark));
}

export interface Quantity {
  readonly count: number | null;
  /** Whether a word beside it says that it counts something. */
  readonly isNamed: boolean;
  readonly ofPeople: boolean;
}

/** What was typed as a number: too short to give a card away, and no words that could pass for ours. */
function bad(text: string): CountScan & { kind: 'bad' } {
  const typed = NUMBER_PART.exec(text)?.[0] ?? '';
  return { kind: 'bad', typed: /^(?:$|[ :,])/.test(text.slice(typed.length)) ? typed : `${typed}…` };
}
