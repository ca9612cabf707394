import type { Cancel, Confirm } from './command.ts';
import { scanSaidCount } from './said-count.ts';

const SUM = /^(?:一共|总共|總共|共计|合计|[共计計])/u;
const END = '[ .。!~…、,]*$';
/** Says yes in a way that may be meant for anybody. */
const YES = new RegExp(
  '^(?:' +
    [
      '(?:好|行|可以|可|成|中|是|对|對|嗯|恩|唔|哦|噢|喔|得|要得|没错|沒錯|没问题|沒問題|当然|當然)+[的啊呀吧呢嘞咧滴哒噠了头頭]*',
      'ok(?:ay|k)?|okey|yes|yeah|yep|y|sure|right',
      '[👌👍🆗]+',
      '\\d{1,3}|[一二两三四五六七八九十]',
      '(?:我|是的?|好的?|可以|要|都|全部)?[ ,]*确认(?:核销|核銷|无误|無誤|的|了|吧|啊|哈|好了|过了)?',
    ].join('|') +
    `)${END}`,
  'iu',
);
const NUMBER_OF_ONE =
  '(?:第[一二两三四五六七八九十\\d]{1,3}[个個条條笔筆张張号號]?|[一二两三四五六七八九十\\d]{1,3}[号號])';
/** Speaks of what waits, and neither says yes to it nor no: which one, all of them, another count, a doubt. */
const ABOUT = new RegExp(
  '^(?:' +
    [
      `(?:就|要|核销|核|选|那){0,3}${NUMBER_OF_ONE}(?:吧|的|核销){0,3}`,
      '(?:全部|全|都|两个|两笔|全都|所有)都?(?:要|核销|核|好|可以|行)?(?:吧|了|的|啊)*',
      '(?:就|那|请|麻烦)*(?:核销|核銷|核)(?:吧|啊|呀|呗)+',
      '(?:不是?,?)?(?:改[成为為]?|只要?|要|就要?|应该是?|是)(?:[一二两三四五六七八九十]{1,3}|\\d{1,3}) ?次(?:吧|啊|的)*',
      '不(?:对|對|是)(?:啊|呀|吧|的)*|错了|等(?:等|一下|下|会儿?|一会儿?)|先等(?:等|一下)|稍等(?:一下)?|慢着|且慢|先别(?:急|核|核销|扣)?',
    ].join('|') +
    `)${END}`,
  'u',
);
/** Says that none of them is to be done. */
const NONE = new RegExp(
  `^(?:请|麻烦|那|还是|先)*(?:全部|全都|全|都|所有的?|两个都|两笔都)(?:取消|不要|不用|不核销?|不扣|作[废廢]|算了|别核销?)(?:吧|啦|啊|了|掉)*${END}`,
  'u',
);
/** Says that it is not to be done. */
const NO = new RegExp(
  '^(?:请|麻烦|帮我|帮忙|那|还是|還是|先)*(?:' +
    [
      '取消(?:吧|了|掉|算了|一下)?',
      '(?:不|别|別)(?:要)?(?:核销|核銷|核|扣|划|销)了?',
      '不(?:用|要|需要)了?|算了|作[废廢]',
    ].join('|') +
    `)(?:吧|啦|啊|了)*${END}`,
  'u',
);

/**
 * A message of one line that is no command, but may be the answer to a question: it withdraws the one that waits, names a
 * count, or is only pointed at what waits. Null where it is none of these.
 */
export function readBareAnswer(content: string): Confirm | Cancel | null {
  const scan = scanSaidCount(content);
  if (scan?.kind === 'count' && /^[ .。!~…]*$/u.test(scan.rest)) {
    // A sum may be told, and be no answer.
    return { kind: 'confirm', receipt: null, bare: true, ...(SUM.test(content) ? {} : { count: scan.count }) };
  }
  if (NONE.test(content)) return { kind: 'cancel', receipt: null, number: 'all' };
  if (NO.test(content)) return { kind: 'cancel', receipt: null };
  return YES.test(content) || ABOUT.test(content) ? { kind: 'confirm', receipt: null, bare: true } : null;
}
