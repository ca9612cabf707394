import { NUMERAL } from './numerals.ts';
import { anyOf } from './words.ts';

// What people say around an order to be polite. Both lists are closed: what is not in them may mean something.

const PAUSE = '[ :,.。!;、~…-]*';

const GREETING =
  '你好|您好|哈[喽啰囉]|嗨|hello(?![a-z0-9])|hi(?![a-z0-9])|早上好|上午好|中午好|下午好|晚上好|早安|早啊|亲爱的|亲|小助手|机器人|(?:助手|客服|老师|师傅|老板|谢谢|多谢)(?=[,!~。]|请|請|麻烦|帮)';
const PLEASE =
  '(?:麻烦|麻煩|嘛烦|劳烦|勞煩|劳驾|勞駕|烦请|煩請|有劳|有勞|辛苦|拜托|拜託|请|請|唔该)(?:[你您]们?)?(?:了|啦)?|(?:你|您)?(?:帮忙|幫忙|帮下忙|帮个忙|帮我|幫我|帮咱|帮俺|帮一下|帮下|帮|幫)|给我|給我|替我|我要|我想|一下|再?把(?=\\p{Script=Han}*[ :,]*[A-Za-z\\d])';
/** `帮我`, `你好，麻烦您帮忙`: at least one. */
export const OPENING = `(?:(?:${GREETING}|${PLEASE})${PAUSE}){1,6}`;
/** `麻烦您帮我`, between a card and the verb. With 了 it thanks. */
const ASKING =
  '(?:麻烦|麻煩|劳烦|勞煩|劳驾|勞駕|烦请|煩請|拜托|拜託|请|請|唔该)(?:[你您]们?)?(?![了啦])|[你您]?(?:帮忙|幫忙|帮我|幫我|帮一下|帮下|帮|幫)|给我|給我|替我';
const ASKING_TO_THE_END = new RegExp(`(?:(?:${ASKING})${PAUSE})+$`, 'uy');
const OPENING_FIRST = new RegExp(`^[ :,]*${OPENING}`, 'iu');
const GREETING_ALONE = new RegExp(`^(?:(?:${GREETING})${PAUSE})+$`, 'iu');

const BEHIND = '[您你了啦哈啊呀哦噢喔哟呐咯嘞亲们]';
const THANKS =
  `(?:非常|十分|万分|先|太|多|真)?(?:感[谢謝激恩]|[谢謝]+(?![谢謝绝幕顶]))|[您你]?辛苦|有[劳勞]|[劳勞][烦煩驾駕]|[麻嘛][烦煩]|拜[托託]|费心|受累|唔[该該][晒曬]?|好[的嘞滴]|` +
  '(?:\\[(?:抱拳|玫瑰|微笑|合十|ok|强|愉快|呲牙|握手|爱心|咖啡|鼓掌|拥抱|憨笑|可爱|鲜花|比心|呵呵|嘿哈|偷笑|送花花|赞)\\])';
const WHOM = '(?:老板|老师|师傅|大家|各位|小助手|机器人|助手|姐|哥|美女|帅哥)?';
const COURTESY = `(?:${THANKS})${BEHIND}*(?!${BEHIND})${WHOM}|${BEHIND.replace('您你了', '')}+(?!${BEHIND})`;
const LATIN = `(?:${anyOf(['thx', 'thanks', 'thank you', 'tks', 'ths', 'ty', 'xiexie', 'please', 'pls', 'ok', 'okay'])}|3q)(?![a-z0-9])`;
/** Friendly ones only; `❌` and `❓` are not. */
const PICTURE = '(?:[🙏👍👌😊😄😁🙂😀😃😆😉😘🥰😍🤗🌹💐🌸❤♥💕🤝👏💪🎉☺🫡🙇🍀☕✨🌷😋🤩💖💗](?:[\u{1F3FB}-\u{1F3FF}])?)';
const SEPARATOR = '[ ,.。!;、~…]';
/** Where another word has ended: no character of it may be cut off. */
const BEGINS = `(?:(?<!(?![次]|${NUMERAL})\\p{Script=Han})(?=${COURTESY})|(?<![A-Za-z0-9])(?=${LATIN})|(?=${SEPARATOR}|${PICTURE}))`;
const WORD = `(?:${COURTESY}|(?<![A-Za-z0-9])${LATIN}|${PICTURE})`;
/** Sticky, and tried at each place of a short line: searched for, it would take the square of the line's length. */
const TO_THE_END = new RegExp(`${BEGINS}(?:${SEPARATOR}*${WORD})+${SEPARATOR}*$`, 'iuy');
const ALONE = new RegExp(`^(?:${SEPARATOR}*${WORD})+${SEPARATOR}*$`, 'iu');

/** Thanks alone, and pictures that thank. Everything else may be said of what is done: `好的`, `👌`, `[强]`. */
const REPORT =
  /好[的嘞滴]|ok|(?<![谢謝苦烦煩劳勞累])[啦咯]|[👍👌😊😄😁🙂😀😃😆😉😘🥰😍🤗🤝👏💪🎉☺🫡☕✨😋🤩]|\[(?!抱拳|玫瑰|合十|爱心|鲜花|比心|送花花)/iu;

/** How no courtesy ends, and most orders do. */
const ORDER_ENDS = /[\d次]$/u;

/** Longer lines are no orders, whatever they end with. */
const MAX_LENGTH = 250;

/** `text` without the thanks at its end: `2次，谢谢哈🙏`. */
export function withoutCourtesies(text: string): string {
  if (text.length > MAX_LENGTH || ORDER_ENDS.test(text)) return text;
  for (let at = 0; at < text.length; at += 1) {
    TO_THE_END.lastIndex = at;
    const found = TO_THE_END.exec(text);
    if (found !== null) return text.slice(0, found.index);
  }
  return text;
}

/** `text` without what politely asks for what follows: `<card> 麻烦您` before the verb. */
export function withoutAsking(text: string): string {
  if (text.length > MAX_LENGTH) return text;
  for (let at = 0; at < text.length; at += 1) {
    ASKING_TO_THE_END.lastIndex = at;
    if (ASKING_TO_THE_END.test(text)) return text.slice(0, at);
  }
  return text;
}

/** Whether courtesies behind an order may say that it has been done. */
export function mayReport(courtesies: string): boolean {
  return REPORT.test(courtesies);
}

/** `text` without what politely opens an order: `麻烦您帮我`. */
export function withoutOpening(text: string): string {
  return text.replace(OPENING_FIRST, '');
}

/** Whether a line only thanks. */
export function isThanks(content: string): boolean {
  return content.length <= MAX_LENGTH && ALONE.test(content);
}

/** Whether a line only greets. */
export function isGreeting(content: string): boolean {
  return GREETING_ALONE.test(content);
}
