// Card numbers in what people have typed, which may be in groups, full width, between letters or written out.

/** As few characters as a card has. */
const SHORTEST = 6;
const SHOWN = 4;
/** Digits in groups: each has so many, and only the last one fewer. */
const GROUP = { least: 3, most: 6 };
const GROUPED = 8;

const JOINS = /^[\p{White_Space}\p{Pd}\p{Default_Ignorable_Code_Point}._·]$/u;
const BREAKS = /^[\n\r\u2028\u2029]$/u;
/** Chinese digits from nought to nine, and other words for nought, one and two. */
const WRITTEN_OUT = '\u3007\u4E00\u4E8C\u4E09\u56DB\u4E94\u516D\u4E03\u516B\u4E5D';
const ALSO = new Map([
  ['\u96F6', '0'],
  ['\u5E7A', '1'],
  ['\u4E24', '2'],
]);
/** Behind `R-`. */
const RECEIPT = /^[2-9a-hjkmnp-tv-z]{8}$/u;
const DIGITS = /^\d+$/u;
const A_DIGIT = /\d/u;

/** Some characters that stand together, by where they stand. */
interface Word {
  readonly from: number;
  readonly to: number;
  readonly folded: string;
}

/**
 * The text with every card number in it cut to its last four digits: those of `cards`, however they are typed, and whatever else
 * may be one. Receipts stay.
 */
export function maskCards(text: string, cards: readonly string[]): string {
  const signs = Array.from(text);
  const folded = signs.map(fold);
  const hidden = new Map<number, { readonly to: number; readonly tail: string }>();
  const hide = (from: number, to: number, digits: string) => hidden.set(from, { to, tail: digits.slice(-SHOWN) });

  const known = cards.map((card) => Array.from(card, fold).join('')).filter((card) => card.length >= SHORTEST);
  for (let at = 0; at < signs.length; at += 1) {
    for (const card of known) {
      const to = endOf(card, folded, signs, at);
      if (to === null) continue;
      hide(at, to, card);
      at = to - 1;
      break;
    }
  }

  for (const run of runsOf(signs, folded, hidden)) maskRun(run, signs, hide);

  let masked = '';
  for (let at = 0; at < signs.length; at += 1) {
    const found = hidden.get(at);
    masked += found === undefined ? (signs[at] ?? '') : `…${found.tail}`;
    if (found !== undefined) at = found.to - 1;
  }
  return masked;
}

/** A letter or digit as it is compared; empty for everything else. */
function fold(sign: string): string {
  const written = WRITTEN_OUT.indexOf(sign);
  if (written >= 0) return String(written);
  const plain = ALSO.get(sign) ?? sign.normalize('NFKC').toLowerCase();
  return /^[0-9a-z]$/u.test(plain) ? plain : '';
}

/** Where `card` ends, if it begins at `from`, in groups or not; else null. */
function endOf(card: string, folded: readonly string[], signs: readonly string[], from: number): number | null {
  let matched = 0;
  for (let at = from; at < signs.length; at += 1) {
    if (folded[at] === '') {
      if (matched === 0 || !JOINS.test(signs[at] ?? '')) return null;
      continue;
    }
    if (folded[at] !== card[matched]) return null;
    matched += 1;
    if (matched === card.length) return at + 1;
  }
  return null;
}

/** Words with nothing but one join between them. */
function runsOf(
  signs: readonly string[],
  folded: readonly string[],
  hidden: ReadonlyMap<number, { to: number }>,
): Word[][] {
  const runs: Word[][] = [];
  let run: Word[] = [];
  const end = () => {
    if (run.length > 0) runs.push(run);
    run = [];
  };
  for (let at = 0; at < signs.length;) {
    const known = hidden.get(at);
    if (known !== undefined) {
      end();
      at = known.to;
      continue;
    }
    if (folded[at] === '') {
      const sign = signs[at] ?? '';
      const last = run.at(-1);
      if (!JOINS.test(sign) || BREAKS.test(sign) || (last !== undefined && at > last.to + 2)) end();
      at += 1;
      continue;
    }
    let to = at;
    while (to < signs.length && folded[to] !== '' && (to === at || !hidden.has(to))) to += 1;
    run.push({ from: at, to, folded: folded.slice(at, to).join('') });
    at = to;
  }
  end();
  return runs;
}

function maskRun(
  run: readonly Word[],
  signs: readonly string[],
  hide: (from: number, to: number, digits: string) => void,
): void {
  for (let at = 0; at < run.length; at += 1) {
    const word = run[at];
    if (word === undefined) return;
    const groups = groupsFrom(run, at);
    const last = groups.at(-1);
    const digits = groups.map(({ folded }) => folded).join('');
    if (last !== undefined && groups.length > 1 && digits.length >= GROUPED) {
      hide(word.from, last.to, digits);
      at += groups.length - 1;
    } else if (word.folded.length >= SHORTEST && A_DIGIT.test(word.folded) && !isReceipt(run, at, signs)) {
      hide(word.from, word.to, word.folded);
    }
  }
}

/** The digits in groups that begin with this word; the last one may be short. */
function groupsFrom(run: readonly Word[], from: number): readonly Word[] {
  let to = from;
  for (let word = run[to]; word !== undefined && DIGITS.test(word.folded); word = run[to]) {
    if (word.folded.length > GROUP.most) break;
    to += 1;
    if (word.folded.length < GROUP.least) break;
  }
  return run.slice(from, to);
}

function isReceipt(run: readonly Word[], at: number, signs: readonly string[]): boolean {
  const [before, word] = [run[at - 1], run[at]];
  if (word === undefined || before?.folded !== 'r' || !RECEIPT.test(word.folded)) return false;
  return signs.slice(before.to, word.from).join('').trim() !== '';
}
