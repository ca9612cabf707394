import { CARD_LENGTH, type OrderProblem, type Misuse } from './command.ts';
import { GLUED_COUNT } from './count.ts';
import { endsHere, withoutSeparators } from './words.ts';

export interface CardScan {
  readonly card: string;
  /** What stands behind the card, its separator included. */
  readonly rest: string;
  /** The short group that ends a card typed in groups with blanks, and the card without it. */
  readonly lastGroup: { readonly digits: string; readonly cardWithout: string } | null;
}

/** Of a telephone, also with the country or the city before it, or of a day, also with the time behind it. */
const OTHER_NUMBER =
  /^(?:(?:86)?1[3-9]\d{9}|0[1-9]\d{8,10}|20\d{2}(?:0[1-9]|1[0-2])[0-3]\d(?:[0-2]\d[0-5]\d(?:\d{2})?)?)$/;
const DASH = '[-‐‑‒–—−]';
const WORD = /^[A-Za-z0-9]+/;
const HYPHENATED = new RegExp(`^\\d{4}(?:${DASH}\\d{4})*${DASH}\\d{1,4}(?![A-Za-z0-9])`, 'u');
const FULL_GROUPS = /^\d{4}(?![A-Za-z0-9])(?: \d{4}(?![A-Za-z0-9次]))*/;
const SHORT_GROUP = new RegExp(`^ (\\d{1,3})(?=$| |[:,](?!\\d)|${GLUED_COUNT})(?! ?次(?:$|[ :,]))`, 'u');
// Something that could be more of the card, but is no group: `32944`, `4O40`.
const ODD_GROUP = /^ (?!x\d)(?=[a-z]*\d)[a-z0-9]{4,}(?!次)/i;
const CARD_LIKE = new RegExp(`(?<![A-Za-z0-9])(?=[A-Za-z]*\\d)[A-Za-z0-9]{6,}|\\d{4}(?: |${DASH})\\d{4}`, 'u');

/** Reads the card at the very start of `text`: one word of letters and digits, or digits in groups of four. */
export function scanCard(text: string): CardScan | OrderProblem {
  const hyphenated = HYPHENATED.exec(text)?.[0];
  if (hyphenated !== undefined) return checked(hyphenated.replace(/\D/g, ''), text.slice(hyphenated.length));
  const groups = FULL_GROUPS.exec(text)?.[0];
  if (groups !== undefined) return scanGroups(groups.replaceAll(' ', ''), text.slice(groups.length));
  const word = WORD.exec(text)?.[0];
  if (word !== undefined && /\d/.test(word)) return checked(word, text.slice(word.length));
  // `【9140…】`: there is a card, but it would have to be altered.
  const firstWord = /^[^ :,]*/.exec(text)?.[0] ?? '';
  return looksLikeCard(firstWord) ? { kind: 'bad-card', why: 'characters' } : { kind: 'no-card' };
}

/** Reads a card behind which no count may follow, so that a short last group always belongs to it. */
export function readCardAlone(args: string): Pick<CardScan, 'card'> | Misuse {
  const scan = scanCard(args);
  if ('kind' in scan) return scan.kind === 'bad-card' ? scan.why : 'no-card';
  if (withoutSeparators(scan.rest) === '') return scan;
  return endsHere(scan.rest) ? 'extra' : 'characters';
}

/** The card that a code which was read somewhere stands for; null where it is none: a link, a sentence, anything else. */
export function cardOfCode(code: string): string | null {
  const scan = scanCard(code.trim());
  return 'kind' in scan || scan.rest !== '' ? null : scan.card;
}

/** Whether a number may be one that people write for another reason: of a telephone, or a day. */
export function mayNameOther(card: string): boolean {
  return OTHER_NUMBER.test(card);
}

/** Whether something in `text` could be a card of its own. */
export function looksLikeCard(text: string): boolean {
  return CARD_LIKE.test(text);
}

function scanGroups(full: string, rest: string): CardScan | OrderProblem {
  const short = SHORT_GROUP.exec(rest)?.[1];
  if (short !== undefined) {
    const scan = checked(full + short, rest.slice(1 + short.length));
    return 'kind' in scan ? scan : { ...scan, lastGroup: { digits: short, cardWithout: full } };
  }
  return ODD_GROUP.test(rest) ? { kind: 'bad-card', why: 'groups' } : checked(full, rest);
}

function checked(card: string, rest: string): CardScan | OrderProblem {
  if (card.length < CARD_LENGTH.min) return { kind: 'bad-card', why: 'too-short' };
  if (card.length > CARD_LENGTH.max) return { kind: 'bad-card', why: 'too-long' };
  return { card, rest, lastGroup: null };
}
