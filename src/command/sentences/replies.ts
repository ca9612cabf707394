import { MAX_LINES } from '../command.ts';
import { EXAMPLE, joinParts } from './words.ts';

interface ReplyPart {
  /** Position among the lines of the message, from 0. */
  readonly line: number;
  readonly text: string;
  /** It goes by a number of its own, beside which another would mislead. */
  readonly hasNumber?: boolean;
}

/** The answers to a message's lines as one reply: numbered where there are several, the same text only once. */
export function composeReply(parts: readonly ReplyPart[]): string {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only.text;
  const sorted = [...parts].sort((a, b) => a.line - b.line);
  const hasOneLine = sorted.every(({ line }) => line === only?.line);
  const numbersByText = new Map<string, number[]>();
  let number = 0;
  let last = -1;
  for (const { line, text, hasNumber = false } of sorted) {
    const before = numbersByText.get(text) ?? [];
    // What a line came to besides stands below it.
    const isMore = line === last;
    // Behind the lines of a message come those that one of them stands for.
    number = line < MAX_LINES ? line + 1 : number + 1;
    last = line;
    numbersByText.set(text, hasOneLine || hasNumber || isMore ? before : [...before, number]);
  }
  const texts = [...numbersByText];
  if (texts.length === 1) return texts.map(([text]) => text).join('');
  return texts.map(([text, numbers]) => joinParts([numbers.map(circled).join(''), text], ' ')).join('\n');
}

/** ① to ⑳ are as many as a message may have lines; then ㉑ to ㊿. Unlike `1.` they are no markup in any chat. */
function circled(number: number): string {
  if (number > 50) return '';
  if (number > 20) return String.fromCodePoint((number > 35 ? 0x328d : 0x323c) + number);
  return String.fromCodePoint(0x245f + number);
}

/** Adds the replies that the person has not yet seen to the one to their present message. */
export function withEarlier(earlier: readonly string[], reply: string): string {
  return earlier.length === 0 ? reply : [reply, '【之前的消息】', ...earlier].join('\n');
}

/** In a group: there is something for this person that is not for the others there. */
export function waitsInPrivate(): string {
  return '（另有消息只给您看，请单独给机器人发一条消息查看）';
}

export function textOnly(): string {
  return `只看得懂文字和图片，请打字，或把顾客的核销码拍下来发图片。\n例：${EXAMPLE}`;
}

/** The platform delivers no texts any more until the next month. */
export function quota(): string {
  return '钉钉本月的机器人额度用完了，收不到消息内容，没有核销。请先用联拓富后台核销，并告诉负责机器人的同事。';
}

/** For a message that waits for an answer that this service knows nothing about. */
export function streamGone(): string {
  return '抱歉，这里显示不了这条消息的结果。请勿重复核销，先查询该卡剩余次数，或发「记录」看结果。';
}

/** For a message that may have been carried out before, while the ledger cannot be read. */
export function recordsAway(): string {
  return '系统暂时查不了记录，这条消息有没有处理还不确定。请先不要重发，过一会儿发「记录」看结果。';
}

/** Closes a waiting message whose reply went out by another way. */
export function toldElsewhere(): string {
  return '结果已在另一条消息里发给您。';
}

/** Stands where a reply was cut to the platform's limit. */
export function cutMark(): string {
  return '…后面的没显示全。发「记录」看结果，没看到结果的卡先不要重发。';
}

/** Marks a reply that spent nothing real. */
export function sandbox(text: string): string {
  return `【沙箱】${text}`;
}

/** Something of ours failed while a command other than a redemption was carried out. */
export function serverTrouble(): string {
  return '系统出了点问题，不确定这条办成了没有。请先查一下，再决定要不要重发。';
}

/** What was asked for could not be read; nothing was to be done besides. */
export function notRead(): string {
  return '暂时查不了，请过一会儿再发。';
}

/** Nothing of this person's may reach the vendor now, so the command was not carried out. */
export function notNow(why: 'busy' | 'too-many-lines'): string {
  return why === 'busy'
    ? '现在发的人太多，这条没有处理，请稍后再发。'
    : '您这一分钟发得太多，这条没有处理，请过一分钟再发。';
}

/** What a command needs that this person has not. */
export function notAllowed(needed: 'manager' | 'own-store'): string {
  switch (needed) {
    case 'manager':
      return '这个只有店长能用。';
    case 'own-store':
      return '您只能管自己的门店，别的门店请找那家店的店长或管理员。';
  }
}

/**
 * An answer that tells of a redemption as it was when it was given, where the ledger cannot be read for how it stands
 * now.
 */
export function asOfThen(said: string, receipt: string): string {
  return `${said}\n（以上是当时的情况，现在没能重新查到，请发「核对 ${receipt}」看最新结果）`;
}
