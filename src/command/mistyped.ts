import { DESK_ENTRIES } from './catalogue.ts';
import { redeem } from './commands/redeem.ts';
import { argumentsFit, readDeskCommand } from './desk-command.ts';
import { printCommand } from './print.ts';

// `查卡` is as close to 划卡: what spends nothing goes first.
const GUESSED = [...DESK_ENTRIES, redeem].flatMap(({ words }) =>
  words.flatMap(({ word, pinyin }) => (pinyin === undefined ? [] : [{ word, pinyin }])),
);
const COMMAND_WORDS: readonly string[] = [...new Set(GUESSED.map(({ word }) => word))];
const BY_PINYIN: ReadonlyMap<string, string> = new Map(GUESSED.map(({ word, pinyin }) => [pinyin, word]));

// Behind each character of a command word: what an input method offers for the same sound, what looks the same, and
// what 确定 stands for; traditional characters too.
const TWINS: ReadonlyMap<string, string> = new Map(
  `核合和河何荷盒禾贺赫喝劾刻该 销消肖削宵效校笑锁硝銷 消销肖削宵硝 费废沸肺費 划画滑化華劃 卡咔喀 查察茶插碴
   询寻巡旬讯循詢 余于馀餘 次刺词 对队兑對 确却雀榷確 认任人仁忍定認 取曲娶 记纪计寄記 录路绿陆錄録 统桶筒統
   计记际計 员圆原園員 绑邦帮梆榜綁 定订钉锭 解姐介 意义议 拒据巨具 绝觉决絕 控空孔 制治致智 台抬太臺 登灯蹬`
    .split(/\s+/)
    .map(([character = '', ...twins]) => [character, twins.join('')]),
);

const FIRST_WORD = /^[ :,]*(?:(\p{Script=Han}{1,3})(?!\p{Script=Han})|([a-z]{4,10})(?![a-z]))[ :,]*/iu;
// These turn the meaning round, or are about undoing: a person who says so must not be offered the opposite.
const CONTRARY = /^[不别未没勿反撤退冲注吊报挂补已]/u;

/** A command word that may have been meant, and the line with it. */
export interface MistypedWord {
  readonly meant: string;
  readonly line?: string;
}

/**
 * The command word that may have been meant in a line that begins with something close to one; null when it reads like
 * ordinary talk. Close is the same sound or look; also another, missing, doubled or exchanged character, but then only
 * before arguments that fit.
 */
export function findMistypedWord(content: string): MistypedWord | null {
  const [whole = '', word, letters] = FIRST_WORD.exec(content) ?? [];
  const args = content.slice(whole.length);
  if (letters !== undefined) {
    const commandWord = BY_PINYIN.get(letters.toLowerCase());
    return commandWord !== undefined && (args === '' || fits(commandWord, args)) ? meant(commandWord, args) : null;
  }
  if (word === undefined || CONTRARY.test(word)) return null;
  const found =
    COMMAND_WORDS.find((commandWord) => isTwin(word, commandWord) && (args === '' || fits(commandWord, args))) ??
    COMMAND_WORDS.find((commandWord) => args !== '' && isSlip(word, commandWord) && fits(commandWord, args));
  return found === undefined ? null : meant(found, args);
}

/** The line as it would be carried out, or asked about; without one where it could not be. */
function meant(word: string, args: string): MistypedWord {
  const line = isRedemption(word) ? lineOfOrder(args) : lineOfCommand(word, args);
  return line === null ? { meant: word } : { meant: word, line };
}

function lineOfOrder(args: string): string | null {
  const order = redeem.read(args);
  if (order.kind === 'redeem') return printCommand(order);
  return order.kind === 'uncertain' || order.kind === 'ambiguous' ? `${redeem.words[0]?.word ?? ''} ${args}` : null;
}

function lineOfCommand(word: string, args: string): string | null {
  const line = [word, args].filter((part) => part !== '').join(' ');
  const read = readDeskCommand(line);
  return read === null || read.kind === 'misused' ? null : line;
}

function fits(commandWord: string, args: string): boolean {
  return isRedemption(commandWord)
    ? !['no-card', 'bad-card'].includes(redeem.read(args).kind)
    : argumentsFit(commandWord, args);
}

function isRedemption(commandWord: string): boolean {
  return redeem.words.some(({ word }) => word === commandWord);
}

/** `合销`, `核消`, `查寻`. */
function isTwin(word: string, commandWord: string): boolean {
  const twin = (typed: string, at: number) => {
    const meant = commandWord.charAt(at);
    return typed === meant || TWINS.get(meant)?.includes(typed) === true;
  };
  return word.length === commandWord.length && Array.from(word).every(twin);
}

/** One edit away; a character in front or behind makes another word (`请核销`, `核销单`) and is none. */
function isSlip(word: string, commandWord: string): boolean {
  const [first = '', second = ''] = commandWord;
  if (word.length === 1) return word === first || word === second;
  if (word.length === 2) return word.startsWith(first) || word.endsWith(second) || word === second + first;
  return word === first + first + second || word === first + second + second;
}
