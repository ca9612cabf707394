/** What is said to the bot out of politeness. `fine` also says yes where something was asked. */
export type Courtesy = 'thanks' | 'hello' | 'bye' | 'fine';

const TO_WHOM = '(?:你们?|您|大家|老板|店长|亲|小?助手|机器人|哥|姐)?';
const PARTICLE = '(?:了|啦|啊|呀|哈|哦|噢|喔|哟|呢|咯|喽|嘛|的|滴|哒|嘞)*';
const WORDS: Readonly<Record<Courtesy, string>> = {
  thanks: `(?:太|非常|十分|多|万分)?(?:谢谢?|感谢|蟹蟹|唔[该該][晒曬]?)${TO_WHOM}${PARTICLE}|${TO_WHOM}(?:太)?辛苦${TO_WHOM}${PARTICLE}|麻烦(?:你|您)?了|3q|thx|thanks?|ty|\\[(?:抱拳|合十|感谢|玫瑰|鲜花|比心|送花花)\\]|[🙏🌹💐❤🫶🤝]+`,
  hello: `(?:你|您|大家)们?好${PARTICLE}|早|早上好|早安|(?:上午|中午|下午|晚上)好|(?:哈喽|哈罗|嗨|hi|hello|hey)${TO_WHOM}|在[吗么嘛]|在不在|有人[吗么]`,
  bye: `拜{1,3}${PARTICLE}|再见${PARTICLE}|bye(?:bye)?|(?:明天|回头|下次)见${PARTICLE}|晚安${PARTICLE}|下班${PARTICLE}`,
  fine: `好{1,3}${PARTICLE}|嗯+${PARTICLE}|恩+|[哦噢喔]+|ok(?:ay)?${PARTICLE}|可以${PARTICLE}|行${PARTICLE}|没问题|没事${PARTICLE}|(?:已)?收到${PARTICLE}|知道${PARTICLE}|明白${PARTICLE}|了解${PARTICLE}|懂${PARTICLE}|对{1,3}${PARTICLE}|是${PARTICLE}|没错|太?棒${PARTICLE}|真棒|厉害${PARTICLE}|太好了|很好|不错${PARTICLE}|点?赞|给力|牛|nice|good|great|666+|哈{2,}|嘻{2,}|\\[(?:ok|强|赞|微笑|鼓掌|爱心|握手|收到|憨笑|呲牙|胜利|好的|点赞)\\]|[👍👌🆗👏💪😊😄🙂😁😀😃🎉✌✅🥰😘🤗💯]+`,
};
const KINDS = Object.keys(WORDS) as Courtesy[];
const WHOLE: Readonly<Record<Courtesy, RegExp>> = {
  thanks: new RegExp(`^(?:${WORDS.thanks})$`, 'iu'),
  hello: new RegExp(`^(?:${WORDS.hello})$`, 'iu'),
  bye: new RegExp(`^(?:${WORDS.bye})$`, 'iu'),
  fine: new RegExp(`^(?:${WORDS.fine})$`, 'iu'),
};
/** Skin tones, and what stands between words. */
const BETWEEN = /[\p{Emoji_Modifier}]|[ ,.。!~…、;?]+/gu;

/** Reads a normalised line that is nothing but politeness: `谢谢`, `好的, 收到`, `👍`; null when it says anything else. */
export function readCourtesy(content: string): Courtesy | null {
  const words = content
    .replace(/thank you/giu, 'thanks')
    .replace(/(?<=[\p{L}\p{N}])(?=\p{Extended_Pictographic})/gu, ' ')
    .replace(BETWEEN, ' ')
    .split(' ')
    .filter((word) => word !== '');
  const kinds = words.map((word) => KINDS.find((said) => WHOLE[said].test(word)));
  if (kinds.length === 0 || kinds.includes(undefined)) return null;
  return KINDS.find((said) => kinds.includes(said)) ?? null;
}
