/**
 * How a text behind a card reads. `talk` asks about a redemption, undoes one or says that there must be none: carrying
 * out such a line would spend visits that the writer did not want spent. `doubtful` may do so, among much else.
 */
export type Tone = 'talk' | 'doubtful' | 'plain';

/** What is done to a card. */
const DO = '(?:核|销|銷|扣|消费|划|劃|刷|用|动|動|算|点|點|弄|提交|操作|执行|反应|成功|到[账賬帐]|收到|[显顯]示)';
const NOT = '[不没沒别別勿未莫甭毋冇唔]';

const QUESTIONS: readonly RegExp[] = [
  /[?؟❓❔⁇⁈⁉]/u,
  /(?:[吗嗎么麼嘛呢不否]|[没沒]有?)[ !.。~…]*$/u,
  /怎|咋|[为為](?:什|啥|何|毛)|[什甚][么麼]|啥|哪(?!吒)|[谁誰]|[是能可]否|(\p{Script=Han})[不没沒]\1|可不可以|有[没沒]有/u,
];
const TALK: readonly RegExp[] = [
  ...QUESTIONS,
  /多少|多久|[几幾](?:次|[点點]|时|時|天|号|個|个)|何[时時]|如何|干嘛|幹嘛|[请請][问問]|到底|剩[几幾]|余[额額次]|查[询詢看一下]/u,
  // That there is to be none, or that it did not work.
  new RegExp(`${NOT}(?:要|能|可以?|想|[该該]|需要?|必|准|[许許]|得|[会會]|是|[给給]|有|先)?再?(?:${DO})`, 'u'),
  new RegExp(`(?:核销|核銷|${DO}|搞|付|过|過|成|收)[不没沒](?:[了到掉上成动動得过過]|出[来來]|起)`, 'u'),
  /^(?:先|就|你|您|快|千万|[请請])?(?:[不别別勿甭莫毋唔]|[无無]法|取消|撤|作[废廢]|退|反悔|算了|停|等等|等一?下|稍等|先等|慢|且慢)/u,
  /^(?:[弄搞打发發输輸写寫刷点點看]?[错錯]|[误誤]|重复|重複|失败|失敗)/u,
  /^(?:过|過)?了(?:$|[吗嗎么麼没沒 ,!.。])|^已(?:经|經)?(?:核|扣|销|銷|用|刷|划|消|取|退|作)/u,
  // The bot's own words, quoted to it.
  /核销成功|核销失败|未提交|结果未知|待确认|正在核销|前面还有/u,
  /^(?:don['’]?t|do not|never|cancel|stop|wait|undo|why|how|what|when|which|who|is|was|did|can|can['’]?t|cannot)(?![\p{L}\p{N}])/iu,
];

/** Words in which a negation means nothing of the kind. */
const HARMLESS =
  /[特分个個区區级級性告]别|[特分個區級]別|别墅|别克|不(?:加|放|吃|喝|辣|甜|冰|带|帶|含|错|錯|同(?!意)|急|要辣|要冰|住宿|吸烟|抽烟|夜城|好意思|客气|客氣)|未(?:成年|满|滿)|没问题|沒問題|唔[该該]|莫(?=先生|女士|小姐|总|姐|哥)|别人|未来|退[休伍]|停[车車]/gu;
const DOUBTFUL: readonly RegExp[] = [
  new RegExp(NOT, 'u'),
  /[❌✖✕🚫🙅⛔⏸🛑❎]/u,
  /[错錯误誤撤退停]|取消|作[废廢]|反悔|算了|重复|重複|重[发發新]|改[成为為]|[换換](?:卡|张|張|成)|等等|等一?下|稍等|先等|(?<=\p{Script=Han})吧[ !.。~…]*$/u,
  /[无無](?:法|效)|失[败敗效]|[过過]期|收回|忽略|[无無][视視]|免了/u,
  // Not now.
  /[待等][会會]|晚[点點]|稍[后後]|[明后後]天再|[以之][后後]再|回[头頭]再|先放|[暂暫][时時停]/u,
  // Done before.
  new RegExp(`${DO}[过過了]|[刚剛]才?(?:${DO})`, 'u'),
  // Undone, denied, doubled, not yet, not in earnest.
  /反(?:核|结|結)|冲(?:正|回|销|掉)|红冲|回滚|恢[复復](?=次|额|余|原|$)|[返归歸还還]还|还回|删[掉除]|清掉|冻结|凍結|挂失|掛失|卡丢|冒用|拒|驳回|禁止|拉倒|免[扣核]|[无無][需须須](?!发票|开)|非本/u,
  /不同意|(?<!体)重[打了核]|多[打扣核刷]|扣重|扣多|已[核扣销用刷]|[下改]次再(?![来來])|一会|一會|等(?:我|通知|客|他|她|人|消息)|改(?:期|天)|暂缓|缓[一办核]|延期|过会|過會|待核|[测測][试試]|演示|[试試](?:试|試|一下)|举例|疑[问問]|系咪|点解|点样|几多|咩/u,
  /(?<![\p{L}])(?:refund(?:ed|ing)?|revers(?:e|ed|al)|revert(?:ed)?|roll(?:ed)? ?back|return(?:ed)?|reject(?:ed)?|declin(?:e|ed)|duplicated?|invalid|expired?|fail(?:ed)?|hold(?: it)?|never ?mind|oops|already|tomorrow|pending|postponed?|test|where|would|could|should)(?![\p{L}])/iu,
  /(?<![\p{L}\p{N}])(?:cancell?ed|voided|stopped|no(?:t|pe)?|don['’]?t|never|cancel|stop|wait|undo|can['’]?t|cannot|ignore|later|wrong|mistake|void)(?![\p{L}\p{N}])/iu,
];

/** What stands before a remark. */
export const REMARK_LABEL = /^(?:备注|備註|附言|留言)[ :,]*/u;

/** Whether a text asks something. */
export function asks(text: string): boolean {
  return QUESTIONS.some((pattern) => pattern.test(text));
}

export function toneOf(text: string): Tone {
  const rest = text.replace(REMARK_LABEL, '').replace(HARMLESS, '');
  if (TALK.some((pattern) => pattern.test(rest))) return 'talk';
  return DOUBTFUL.some((pattern) => pattern.test(rest)) ? 'doubtful' : 'plain';
}

const ALL =
  /^(?:全|都|all|everything|the rest|rest)(?![\p{L}\p{N}])|全部|全都|全[扣用核刷消划](?!家)|所有|剩[下余餘的]|余下|其余|[用扣核销刷划消](?:完|光|[净淨])|清[零空卡]|都[给給]?[用核扣刷消划销]|一半|若干|[统統]{2}/iu;

/** Whether it names a number that only the card knows: `全部`, `剩下的`, `用完`. */
export function meansAll(text: string): boolean {
  return ALL.test(text);
}
