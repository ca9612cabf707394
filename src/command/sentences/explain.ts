import { isAtLeast, type Role } from '../../redemption/role.ts';
import { CATALOGUE, DESK_ENTRIES, leastRole } from '../catalogue.ts';
import {
  CARD_LENGTH,
  MAX_COUNT,
  MAX_LINE_LENGTH,
  MAX_LINES,
  MAX_NAME,
  MAX_REMARK,
  MAX_TEXT_LENGTH,
  type AskedFirst,
  type CardFault,
  type Misused,
  type Misuse,
  type LineProblem,
  type OrderProblem,
} from '../command.ts';
import type { DeskKind } from '../commands/entry.ts';
import { EXAMPLE_RECEIPT } from '../commands/examples.ts';
import { plain } from '../plain.ts';
import { printCommand } from '../print.ts';
import { help } from './help.ts';
import { notAllowed } from './replies.ts';
import { BY_PICTURE, cardTail, EXAMPLE, HOW_TO_UNDO, joinParts } from './words.ts';

type RedeemProblem = Exclude<OrderProblem, { kind: 'question' }>;

const MISSING: Partial<Readonly<Record<DeskKind, string>>> = {
  query: '没看到卡号，请写在后面。',
  check: '没看到单号，请写在后面。',
  'bind-request': '请写上工号、门店和姓名。',
  unbind: '请写上账号，发「员工」可以看到。',
  'notify-test': '后面请写「测试」。',
};

/** What was wrong with a line, that nothing was spent, and how it is written correctly. */
export function explain(problem: LineProblem | AskedFirst, role?: Role): string {
  switch (problem.kind) {
    case 'misused':
      // How to write it right helps only those who may.
      if (role === 'unbound' && isForManagers(problem.of)) return help(role);
      if (role === 'staff' && isForManagers(problem.of)) return notAllowed('manager');
      return `${describeMisuse(problem)}\n例：${example(problem)}`;
    case 'mistyped-word':
      return explainVerb(problem.meant, problem.line);
    case 'question':
      return role === 'unbound' ? help(role) : `看起来是在提问，可以这样发：\n${whereToLook()}`;
    case 'more':
      return '要接着看，请照列表最后一行写的发，如「记录 第2页」。';
    case 'beside-picture':
      return `未提交：${problem.problem.kind === 'question' ? describe({ kind: 'talk' }) : describe(problem.problem)}\n${WITH_PICTURE}`;
    case 'quoted-picture':
      return '要核销这张图，请引用它再写「核销」，也可以带上次数，如「核销 2」。';
    default:
      return joinParts([`未提交：${describe(problem)}`, ownLine(problem)], '\n');
  }
}

const WITH_PICTURE = '要核销，请带着图片再发一次，写「核销 2」这样的次数。';

/** The person's own line, to be copied and completed; nothing is spent where it is sent as it stands. */
function ownLine(problem: RedeemProblem | AskedFirst): string | null {
  if (problem.kind !== 'uncertain' && 'card' in problem) return `请把「次数」换成数字再发：核销 ${problem.card} 次数`;
  return problem.kind === 'talk' ? null : `例：${EXAMPLE}`;
}

/** What answers most questions about redemptions. */
function whereToLook(): string {
  return `核销：核销 卡号 次数，${BY_PICTURE}\n核销过什么：记录\n剩几次：查询 卡号\n一笔的结果：核对 单号\n${HOW_TO_UNDO}。全部用法请发「帮助 全部」。`;
}

function explainVerb(meant: string, line: string | undefined): string {
  const other = DESK_ENTRIES.find(({ words }) => words.some(({ word }) => word === meant));
  if (line !== undefined) return `${other === undefined ? '未提交：' : '没看懂，'}是不是想发「${plain(line)}」？`;
  if (other === undefined) return `未提交：是不是想「${meant}」？请改好再发。`;
  return `没看懂，是不是想「${meant}」？请改好再发。\n例：${printCommand(other.example)}`;
}

/** Whether it takes a manager in every form: the example is one that takes least. */
function isForManagers(kind: DeskKind): boolean {
  return isAtLeast(leastRole(CATALOGUE[kind].example), 'manager');
}

function describe(problem: RedeemProblem | AskedFirst): string {
  switch (problem.kind) {
    case 'no-card':
      return problem.card === undefined ? NO_CARD : '卡号请紧跟在「核销」后面写，再写次数。';
    case 'bad-card':
      return problem.card === undefined ? describeCard(problem.why) : '卡号前后请只留空格，后面再写次数。';
    case 'glued':
      return '卡号和次数连在一起了，中间请加空格。';
    case 'two-cards':
      return '看起来有两个卡号。一行只写一张卡，备注里不要写长号码。';
    case 'ambiguous': {
      const [whole, without] = problem.readings.map(({ card, count }) => `${cardTail(card)}，${count}次`);
      return `最后的「${problem.group}」是卡号还是次数？\n是卡号：${whole ?? ''}\n是次数：${without ?? ''}\n请把卡号连着写，后面写上次数，再发一次。`;
    }
    case 'scattered':
      return '卡号和次数分在几行，看不出哪张卡核销几次，一张都没有核销。请一行只写一张卡：核销 卡号 次数。';
    case 'bad-count':
      return `次数「${problem.typed}」不对，要写1到${MAX_COUNT}的整数。要写备注，请先写次数。`;
    case 'two-counts':
      return '看起来写了两个次数，请只写一个。';
    case 'count-in-remark':
      return '写了不止一个数，看不出要核销几次。请在卡号后面只写一个次数，再写备注。';
    case 'uncertain':
      return '看不出要核销几次。请在卡号后面写次数，再写备注。';
    case 'count-unknown':
      return `要核销几次，请写成数字。想看剩几次，请发「查询 ${problem.card ?? '卡号'}」。`;
    case 'talk':
      return `看起来是在问，或者是不要核销，所以没有核销。${HOW_TO_UNDO}。`;
    case 'long-remark':
      return `备注有${problem.length}个字，最多${MAX_REMARK}个字。`;
    case 'long-message':
      return `一条消息最多${MAX_LINES}行，这条有${problem.lines}行，一行都没有核销，请分开发。`;
    case 'quotation':
      return '引用、转发的聊天内容不会核销。请自己另发一条，只写要核销的卡号和次数。';
    case 'long-line':
      return `这一行太长，没有核销。一行最多${MAX_LINE_LENGTH}个字。`;
    case 'long-text':
      return `这条消息太长，一行都没有核销。最多${MAX_TEXT_LENGTH}个字，请分开发。`;
  }
}

const NO_CARD = '没看到卡号。「核销」后面先写卡号，再写次数。';

function describeCard(why: CardFault): string {
  switch (why) {
    case 'missing':
      return NO_CARD;
    case 'too-short':
      return `卡号太短，至少${CARD_LENGTH.min}位。`;
    case 'too-long':
      return `卡号太长，最多${CARD_LENGTH.max}位。`;
    case 'characters':
      return '卡号只能有字母和数字，后面加空格再写别的。';
    case 'groups':
      return '卡号分段看不清，请把卡号连着写。';
  }
}

/** Shows the very thing that was wrong, where the usual example does not. */
function example({ of, why }: Misused): string {
  if (why === 'verdict') return printCommand({ kind: 'check', receipt: EXAMPLE_RECEIPT, verdict: 'consumed' });
  if (why === 'count') return printCommand({ kind: 'confirm', receipt: null, count: 3 });
  return printCommand(CATALOGUE[why === 'receipt-for-card' ? 'check' : of].example);
}

function describeMisuse({ of, why, typed }: Misused): string {
  if (why === 'count' && typed !== undefined) return `次数「${typed}」不对，要写1到${MAX_COUNT}的整数。`;
  if (why === 'missing') return MISSING[of] ?? '后面没写全。';
  return (of === 'confirm' || of === 'cancel' ? ANSWERED[why] : undefined) ?? MISUSES[why];
}

/** Behind 确认 and 取消, where a number is none of times. */
const ANSWERED: Partial<Readonly<Record<Misuse, string>>> = {
  receipt: '没看懂是哪一笔。后面可以写编号、单号，或者写全部。',
  extra: '后面多写了字，这条没有处理。次数要带上「次」字，写成3次。',
};

const MISUSES: Readonly<Record<Exclude<Misuse, 'missing'>, string>> = {
  extra: '后面多写了字，这条没有处理。',
  which: '看不出是哪几笔，这条没有处理。后面写编号或单号，一次一笔；全部都是就写全部。',
  alone: '单独发这个词就行，后面不用写别的。',
  'too-short': describeCard('too-short'),
  'too-long': describeCard('too-long'),
  characters: '卡号只能有字母和数字。',
  groups: describeCard('groups'),
  'no-card': '没看到卡号，后面请只写一个卡号。',
  receipt: '单号不对。单号是 R- 加8位数字和字母，里面没有 0、1、I、L、O、U。',
  'receipt-for-card': '这是单号，不是卡号。查一笔核销请发「核对 单号」。',
  count: `次数不行，要写1到${MAX_COUNT}的整数，如3次。`,
  verdict: '单号后面只能写「已核销」或「未核销」。',
  records: '「记录」后面可以写昨天、本周、日期、卡号、单号或全店。',
  period: '时间看不懂。可以写今天、昨天、前天、本周、上周、本月、上月、2026-11 或 2026-11-20。',
  number: '编号不对，后面请只写申请编号。',
  test: '「通知」后面只能写「测试」。',
  employee: '工号不对，要写数字（最多10位），不是手机号。',
  user: '账号不对，要写 wecom:、dingtalk: 或 feishu: 开头的账号，发「员工」可以看到。',
  'no-store': '没看到门店。工号后面请写门店名或门店编号。',
  store: '门店名太长。',
  name: `姓名不对，只写名字，最多${MAX_NAME}个字。`,
};
