import { beginsWithUser } from './binding.ts';
import type { OtherVerb, RedeemVerb, Verb } from './command.ts';
import { readRedemption } from './redeem.ts';
import { argumentsFit } from './verbs.ts';

const REDEEM_VERBS: readonly RedeemVerb[] = ['核销', '消费', '划卡'];
const OTHER_VERBS: readonly OtherVerb[] = [
  ...(['查询', '余次', '核对', '确认', '取消', '记录', '统计', '员工'] as const),
  ...(['绑定', '解绑', '同意', '拒绝', '通知'] as const),
];

// Behind each character of a verb: what an input method offers for the same sound, what looks the same, and what 确定
// stands for; traditional characters too.
const TWINS: ReadonlyMap<string, string> = new Map(
  `核合和河何荷盒禾贺赫喝劾刻该 销消肖削宵效校笑锁硝銷 消销肖削宵硝 费废沸肺費 划画滑化華劃 卡咔喀 查察茶插碴
   询寻巡旬讯循詢 余于馀餘 次刺词 对队兑對 确却雀榷確 认任人仁忍定認 取曲娶 记纪计寄記 录路绿陆錄録 统桶筒統
   计记际計 员圆原園員 绑邦帮梆榜綁 定订钉锭 解姐介 意义议 拒据巨具 绝觉决絕`
    .split(/\s+/)
    .map(([character = '', ...twins]) => [character, twins.join('')]),
);

const PINYIN: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['hexiao', '核销'],
  ['xiaofei', '消费'],
  ['huaka', '划卡'],
  ['chaxun', '查询'],
  ['yuci', '余次'],
  ['hedui', '核对'],
  ['queren', '确认'],
  ['quxiao', '取消'],
  ['jilu', '记录'],
  ['tongji', '统计'],
  ['yuangong', '员工'],
  ['bangding', '绑定'],
  ['jiebang', '解绑'],
  ['tongyi', '同意'],
  ['jujue', '拒绝'],
  ['tongzhi', '通知'],
]);

const FIRST_WORD = /^[ :,]*(?:(\p{Script=Han}{1,3})(?!\p{Script=Han})|([a-z]{4,8})(?![a-z]))[ :,]*/iu;
// These turn the meaning round, or are about undoing: whoever says so must not be offered the opposite.
const CONTRARY = /^[不别未没勿反撤退冲注吊报挂补已]/u;

/**
 * The verb that somebody may have meant who began a line with something close to one; null when it reads like ordinary
 * talk. Close is the same sound or look; also another, missing, doubled or exchanged character, but then only before
 * arguments that fit.
 */
export function findMistypedVerb(content: string): Verb | null {
  const [whole = '', word, letters] = FIRST_WORD.exec(content) ?? [];
  const args = content.slice(whole.length);
  if (letters !== undefined) {
    const verb = PINYIN.get(letters.toLowerCase());
    return verb !== undefined && (args === '' || fits(verb, args)) ? verb : null;
  }
  if (word === undefined || CONTRARY.test(word)) return null;
  // `查卡` is as close to 划卡: what spends nothing goes first.
  const verbs = [...OTHER_VERBS, ...REDEEM_VERBS];
  return (
    verbs.find((verb) => isTwin(word, verb) && (args === '' || fits(verb, args))) ??
    verbs.find((verb) => args !== '' && isSlip(word, verb) && fits(verb, args)) ??
    null
  );
}

function fits(verb: Verb, args: string): boolean {
  const redeems = REDEEM_VERBS.find((redeem) => redeem === verb);
  if (redeems !== undefined) return !['no-card', 'bad-card'].includes(readRedemption(args).kind);
  const other = OTHER_VERBS.find((one) => one === verb);
  return other !== undefined && (argumentsFit(other, args) || (/绑/u.test(verb) && beginsWithUser(args)));
}

/** `合销`, `核消`, `查寻`. */
function isTwin(word: string, verb: Verb): boolean {
  const twin = (typed: string, at: number) => {
    const meant = verb.charAt(at);
    return typed === meant || TWINS.get(meant)?.includes(typed) === true;
  };
  return word.length === verb.length && Array.from(word).every(twin);
}

/** One edit away; a character in front or behind makes another word (`请核销`, `核销单`) and is none. */
function isSlip(word: string, verb: Verb): boolean {
  const [first = '', second = ''] = verb;
  if (word.length === 1) return word === first || word === second;
  if (word.length === 2) return word.startsWith(first) || word.endsWith(second) || word === second + first;
  return word === first + first + second || word === first + second + second;
}
