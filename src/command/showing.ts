import type { Shows } from '../redemption/shown.ts';
import { MAX_LINE_LENGTH, type Command, type Confirm, type OrderProblem, type Showing } from './command.ts';
import { query } from './commands/query.ts';
import { redeem } from './commands/redeem.ts';
import { findQuantities, scanCount } from './count.ts';
import { readDeskForm } from './desk-forms.ts';
import { withoutCourtesies, withoutOpening } from './politeness.ts';
import { anyOf, withoutSeparators } from './words.ts';

/** The card in the picture, as people point at it. */
const THIS_CARD = '(?:(?:这个|这张|此|图里|图上|图片里?)的?)?(?:次?卡|码)?的?';
const POINTING = `(?:老板|老师|师傅)?(?:把|将|给)?${THIS_CARD}[ :,]*`;
/** In short, as it is said where the card can be seen: `核一下`, `扣两次`, `刷这张`. */
const IN_SHORT =
  '[核扣划劃刷](?=(?:一?下|掉)?(?:$|[ :,]|这|此|次?卡|码|\\d{1,3}(?:次|$)|[一二两兩三四五六七八九十]{1,3}次))';
/** `核销`, `把这张卡核销一下`; what stands behind it. */
const REDEEM = new RegExp(
  `^${POINTING}(?:${anyOf(redeem.words.map(({ word }) => word))}|${IN_SHORT})(?:一下|下|掉)?${THIS_CARD}[ :,]*`,
  'iu',
);
const LEFT = '(?:余额|余次|剩余次数|剩余|次数|(?:还?剩|还有)?(?:多少次?|几次))(?:是|还有|有)?(?:多少|几次)?';
/** `查询`, `帮我查一下余额`, `还剩几次?`. */
const QUERY = new RegExp(
  `^${POINTING}(?:(?:${anyOf(query.words.map(({ word }) => word))}|查看|看看|看)(?:一下|下)?${THIS_CARD}(?:${LEFT})?|${LEFT})[ ?.。!~]*$`,
  'iu',
);
const PUNCTUATION = /(?<![ ,.。!;~…])[ ,.。!;~…]+$/u;
/** Stands for the card that is shown, so that what is typed is read as it is behind one. */
const A_CARD = '000000000000000000';

/**
 * What a message that shows something wants done with that: `own` are the lines of its writer, `parsed` what they say by
 * themselves. Null where it wants nothing done with it: what is typed is complete, or what is shown is only quoted and
 * nothing is ordered about it.
 */
export function readShowing(
  shows: Shows,
  own: readonly string[],
  parsed: readonly { readonly line: number; readonly command: Command }[],
): Command | Showing | null {
  if (shows === 'scan' || shows === 'scan-query') return plainly(shows === 'scan' ? 'redeem' : 'query');
  const said = own.map(withoutPoliteness);
  const isQuoted = shows === 'quoted-picture' || shows === 'quoted-message';
  // What is quoted may be the question that `3次` answers, or another one's photograph: it only points at what waits.
  const [only] = parsed;
  const isCount = only?.command.kind === 'confirm' && only.command.bare === true && only.command.count !== undefined;
  if (shows === 'quoted-message' && isCount) return { kind: 'confirm', receipt: null, bare: true };
  // What is typed whole counts, and no picture is an order beside it.
  const yes = isPicture(shows) ? parsed.map(({ command }) => command).find(saysYes) : undefined;
  // Beside a yes to the picture only an order is done without it.
  const isWhole = (command: Command) => (yes === undefined ? isComplete(command) : isOrder(command));
  if (parsed.some(({ line, command }) => isWhole(command) && readOrder(said[line] ?? '', shows) === null)) return null;
  // `核销记录 昨天`.
  if (yes === undefined && parsed.some(({ command }) => standsAlone(command))) return null;
  const order = readOrder(said.join(' ').trim(), shows);
  // `核销好了` below a colleague's photograph.
  const isSaid = isQuoted && parsed.some(({ command }) => isTalk(command));
  if (order !== null && !(isSaid && order.kind === 'showing' && order.wants === 'redeem')) return order;
  if (yes !== undefined) return { ...plainly('redeem'), count: yes.count ?? null };
  // A question mark is asked about the picture.
  const asksForHelp =
    said.some((line) => !/^\?*$/u.test(line)) && parsed.some(({ command }) => command.kind === 'help');
  if (asksForHelp) return null;
  // Of what is quoted nothing is done unless it is asked for.
  if (shows === 'quoted-message') return null;
  if (shows === 'quoted-picture') {
    const saysNothing = parsed.every(({ command }) => ['help', 'not-understood'].includes(command.kind));
    return saysNothing ? { kind: 'wrong', problem: { kind: 'quoted-picture' } } : null;
  }
  return { ...plainly('redeem'), count: countIn(said.join(' ')) };
}

/** How many times, where words that are no order say so: `客人要三次`, `2个人`. The person is asked anyway. */
function countIn(said: string): number | null {
  if (said.length > MAX_LINE_LENGTH || !findQuantities(said).some(({ isNamed }) => isNamed)) return null;
  const order = redeem.read(`${A_CARD} ${said}`);
  return order.kind === 'redeem' || order.kind === 'uncertain' ? order.count : null;
}

function standsAlone({ kind }: Command): boolean {
  return kind === 'records' || kind === 'statistics' || kind === 'undo';
}

function isTalk(command: Command): boolean {
  return command.kind === 'wrong' && (command.problem.kind === 'question' || command.problem.kind === 'talk');
}

function withoutPoliteness(line: string): string {
  return withoutCourtesies(withoutOpening(line)).replace(PUNCTUATION, '').replace(/吧$/u, '');
}

function plainly(wants: Showing['wants']): Showing {
  return { kind: 'showing', wants, count: null, remark: '' };
}

/** `核销`, `核销 2 张三`, `2次`, `查询`: an order that needs a card and names none. Null for everything else. */
function readOrder(typed: string, shows: Shows): Command | Showing | null {
  const said = withoutSeparators(typed);
  if (said.length > MAX_LINE_LENGTH) return null;
  if (QUERY.test(said) || readDeskForm(`${A_CARD} ${said}`)?.kind === 'query') return plainly('query');
  const word = REDEEM.exec(said)?.[0];
  if (word !== undefined) return readBehind(said.slice(word.length));
  // What is quoted may be no picture at all.
  if (shows === 'quoted-message') return null;
  const count = scanCount(said);
  return count?.kind === 'count' && withoutSeparators(count.rest) === '' ? readBehind(said) : null;
}

/** What stands behind the card. Null where another card does. */
function readBehind(args: string): Command | Showing | null {
  if (args === '') return plainly('redeem');
  const order = redeem.read(`${A_CARD} ${args}`);
  switch (order.kind) {
    case 'redeem':
    case 'uncertain': {
      const isCounted = scanCount(args) !== null || findQuantities(args).length > 0;
      return { kind: 'showing', wants: 'redeem', count: isCounted ? order.count : null, remark: order.remark };
    }
    // Only the card knows how many that is, and it is about to be looked at.
    case 'count-unknown':
      return plainly('redeem');
    case 'ambiguous':
    case 'two-cards':
    case 'bad-card':
      return null;
    default:
      return { kind: 'wrong', problem: { kind: 'beside-picture', problem: withoutCard(order) } };
  }
}

function isOrder({ kind }: Command): boolean {
  return kind === 'redeem' || kind === 'uncertain' || kind === 'ambiguous';
}

function isPicture(shows: Shows): boolean {
  return shows === 'picture' || shows === 'quoted-picture';
}

/** `确认`, `确认 3次`, `确认 全部`: beside a picture it is about that, and not about what was asked before it. */
function saysYes(command: Command): command is Confirm {
  return (
    command.kind === 'confirm' &&
    command.receipt === null &&
    typeof command.number !== 'number' &&
    (command.bare === undefined || command.count !== undefined)
  );
}

/** The card is not the person's own but stands for the one that is shown. */
function withoutCard(problem: OrderProblem): OrderProblem {
  const own: OrderProblem & { card?: string } = { ...problem };
  delete own.card;
  return own;
}

/** Whether a line is carried out, or answered, by itself. A bare `好的` is said to a picture as well. */
function isComplete(command: Command): boolean {
  const { kind } = command;
  if (kind === 'confirm') return command.bare === undefined || command.count !== undefined;
  return !['courtesy', 'help', 'not-understood', 'wrong'].includes(kind);
}
