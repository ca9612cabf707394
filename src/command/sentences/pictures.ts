import type { NotFetched, NotRead, Scan } from '../../redemption/shown.ts';
import type { CardBlock } from '../../redemption/redemption.ts';
import { printCommand } from '../print.ts';
import {
  askReason,
  numbered,
  outWords,
  remainingWords,
  remarkWords,
  SIGNS,
  titleOf,
  type AnswerButton,
  type AskReason,
  type Choice,
  type Question,
  type QuestionButtons,
  type ReadingOut,
} from './confirmation.ts';
import { blockedWords } from './redemption.ts';
import { cardLabel, cardTail, joinParts, OUTCOME_WORDS, plainLine, shortName, vendorWords } from './words.ts';

/** A card that was shown; `used`: it was used just before. */
interface ShownChoice extends Choice {
  readonly used: AskReason | null;
}

/** A question about a card that was shown. */
export interface ShownQuestion extends Omit<Question, 'why'> {
  readonly choices: readonly ShownChoice[];
  /** Whether the person said how many times; otherwise a bare yes means once. */
  readonly counted: boolean;
  /** The card's last day, ready to be read. */
  readonly until: string | null;
  /** Another card that was shown too, and cannot be meant. */
  readonly out: ReadingOut | null;
}

/** As many times as have a button of their own. */
const BUTTON_COUNTS = [1, 2] as const;
/** The example of a number of times that has none. */
const MORE_TIMES = 3;

/** Asks whether the card that was shown is to be redeemed, and how often. Claims no outcome. */
export function shownQuestion(question: ShownQuestion): string {
  const { choices, remark, store, validMinutes, number, counted, out } = question;
  const title = titleOf(number);
  const named = { receipt: null, ...(number === undefined ? {} : { number }) };
  const where = store === null ? null : shortName(store);
  const [first, ...others] = choices;
  if (first === undefined) return '';
  if (others.length === 0) {
    const more = counted ? 1 : mostOf(first.remaining, MORE_TIMES);
    const oftener = printCommand({ kind: 'confirm', ...named, count: more });
    return joinParts(
      [
        `${joinParts([`${title}：核销${first.count}次`, remarkWords(remark)], '，')}？`,
        joinParts([cardWords(question), where], '，'),
        usedWords(first),
        outWords(out, '另一张'),
        joinParts(
          [
            `回「${printCommand({ kind: 'confirm', ...named })}」核销${first.count}次`,
            more < 2 ? null : `要核销几次就回几次，如「${oftener}」`,
            `回「${printCommand({ kind: 'cancel', ...named })}」不核销`,
            `${validMinutes}分钟内有效`,
            `单号 ${first.receipt}`,
          ],
          '，',
        ),
      ],
      '\n',
    );
  }
  return joinParts(
    [
      joinParts([`${title}：图里有两个码，核销哪一张卡？`, joinParts([where, remarkWords(remark)], '，')], ''),
      ...choices.map((choice, index) =>
        joinParts([numbered(choice, index), usedWords(choice), `→ 回「${confirmation(choice.receipt)}」`], '\n'),
      ),
      counted ? null : `要核销多次就带上次数，如「${confirmation(first.receipt, MORE_TIMES)}」`,
      `都不对就不用回，${validMinutes}分钟后作废`,
    ],
    '\n',
  );
}

/** It is not known whether the question was stored. */
export function shownUnclear(): string {
  return '系统没有回应，不清楚这张图有没有收好。没有您确认就不会核销，请稍后重发。';
}

/** The same as a card with buttons: how often, or which of two cards. */
export function shownButtons(question: ShownQuestion): QuestionButtons {
  const { choices, remark, store, counted, number } = question;
  const title = titleOf(number);
  const where = store === null ? null : shortName(store);
  const [first, ...others] = choices;
  if (first === undefined) return { title: '', detail: '', buttons: [] };
  const cancel: AnswerButton = { label: '取消', says: printCommand({ kind: 'cancel', receipt: first.receipt }) };
  if (others.length > 0) {
    return {
      title: `${title}：核销哪一张卡？`,
      detail: joinParts([...choices.map(numbered), where, remarkWords(remark)], '；'),
      buttons: [
        ...choices.map(({ receipt }, index) => ({ label: SIGNS[index] ?? '', says: confirmation(receipt) })),
        cancel,
      ],
    };
  }
  const counts = BUTTON_COUNTS.filter((count) => count <= mostOf(first.remaining, count));
  const isChosen = counted || counts.length === 0;
  return {
    title: isChosen ? `${title}：核销${first.count}次？` : `${title}：核销几次？`,
    detail: joinParts([cardWords(question), where, remarkWords(remark)], '，'),
    buttons: isChosen
      ? [{ label: '确认', says: confirmation(first.receipt) }, cancel]
      : [...counts.map((count) => ({ label: `${count}次`, says: confirmation(first.receipt, count) })), cancel],
  };
}

function usedWords({ used }: ShownChoice): string | null {
  return used === null ? null : askReason(used);
}

/** What confirms a question, so many times where that is said. */
function confirmation(receipt: string, count: number | null = null): string {
  return printCommand({ kind: 'confirm', receipt, ...(count === null ? {} : { count }) });
}

function mostOf(remaining: number | null, most: number): number {
  return remaining === null ? most : Math.min(remaining, most);
}

function cardWords({ choices: [first], until }: ShownQuestion): string {
  if (first === undefined) return '';
  const untilWords = until === null ? null : `有效期至 ${plainLine(until)}`;
  return joinParts([cardLabel(first.cardName, first.card), remainingWords(first), untilWords], '，');
}

/** A card that was shown, and from which nothing can be redeemed. */
export interface ShownBlocked {
  readonly card: string;
  readonly cardName: string | null;
  readonly remaining: number;
  readonly validUntil: string | null;
  readonly why: CardBlock;
}

export function shownBlocked({ card, cardName, remaining, validUntil, why }: ShownBlocked): string {
  const blocked = why === 'expired' ? ({ kind: why, validUntil } as const) : ({ kind: why, remaining } as const);
  return `${OUTCOME_WORDS.unsent}：${blockedWords(blocked)}\n${cardLabel(cardName, card)}`;
}

/** The vendor knows no such card, in its own words. */
export function shownUnknown(card: string, vendorMsg: string | null): string {
  return `${OUTCOME_WORDS.unsent}：查不到这张卡${vendorWords({ vendorMsg, card })}\n${cardTail(card)}`;
}

type Wants = Scan['wants'];

const TAKE_ANOTHER = '请把顾客手机上的核销码拍正、拍清楚，再发一次';

/** Who only wanted to look is not told that nothing was redeemed. */
function notDone(wants: Wants): string {
  return wants === 'redeem' ? NOT_REDEEMED : '';
}

const NOT_REDEEMED = '，没有核销';

export function noCode(wants: Wants): string {
  return `图里没找到核销码${notDone(wants)}。${TAKE_ANOTHER}。`;
}

/** There is a code, and it is no card's: a link, a payment code, something else. */
export function noCardCode(wants: Wants): string {
  return `这个码不是核销码${notDone(wants)}。请让顾客打开核销码再拍。`;
}

/** More cards than can be asked about at once. */
export function manyCodes(cards: readonly string[], wants: Wants): string {
  const meant = wants === 'redeem' ? '要核销' : '要查';
  return `图里有${cards.length}个码（${cards.map(cardTail).join('、')}）${notDone(wants)}。请只拍${meant}的那一个，再发一次。`;
}

/** What of a message was not taken into account: pictures, and codes that the vendor does not know. Null where all of it was. */
export function shownBesides({
  unread,
  unknown,
}: {
  readonly unread: number;
  readonly unknown: number;
}): string | null {
  const parts = [unread > 0 ? `${unread}张图没看清码` : null, unknown > 0 ? `${unknown}个码查不到次卡` : null];
  const said = joinParts(parts, '、');
  return said === '' ? null : `另有${said}，没算在内。`;
}

const WHY_NOT: Readonly<Record<NotFetched | NotRead, string>> = {
  gone: '图片已经取不到了，没有核销。请再发一次。',
  forbidden: '机器人拿不到这张图片，没有核销。请把卡号打出来再发。',
  unreachable: '图片没下载下来，没有核销。请再发一次。',
  'too-large': '图片太大了，没有核销。请截屏或重拍一张，不要发原图。',
  'no-picture': '没看到卡号，引用的消息里也没有图片，没有核销。请引用有核销码的图片，或者把卡号打出来再发。',
  damaged: '图片打不开，没有核销。请再发一次。',
  'not-a-picture': '这种图片看不了，没有核销。请截屏再发。',
  heic: '这是手机的原图文件，看不了，没有核销。请当普通图片发，不要选「原图」或「文件」。',
  'too-many-pixels': '图片太大了，没有核销。请截屏或重拍一张，不要发原图。',
  'too-slow': '这张图读不出来，没有核销。请重拍一张再发。',
  busy: '现在要看的图片太多，没有核销。请过一会儿再发。',
};

/** Why a picture could not be looked at. */
export function pictureNotRead(why: NotFetched | NotRead, wants: Wants): string {
  return wants === 'redeem' ? WHY_NOT[why] : WHY_NOT[why].replace(NOT_REDEEMED, '');
}

/** What was shown was not read to its end: the service was stopped, or had to give it up. */
export function showAgain(): string {
  return '刚才没来得及看完，没有核销。请把图片再发一次，扫码的就再扫一次。';
}

/** While a picture is being read. */
export function readingPicture(): string {
  return '正在看图…';
}
