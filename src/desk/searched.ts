import { looksLikeCard, readCardAlone } from '../command/card.ts';
import { scanMarkedReceipt } from '../command/receipt.ts';

/** What a text is that was typed to search for; a receipt is written like `R-7K3M9Q2A`. */
export type Searched =
  | { readonly kind: 'receipt'; readonly receipt: string }
  | { readonly kind: 'tail'; readonly tail: string }
  | { readonly kind: 'card'; readonly card: string }
  | { readonly kind: 'name'; readonly name: string }
  /** `bad-receipt`: one with letters that none has; `too-short`: fewer digits than tell cards apart. */
  | { readonly kind: 'bad-receipt' | 'too-short' };

/** More than these digits are a card, which does not stand in addresses. */
const TAIL = /^\d{4,6}$/u;
/** What people take along when they copy something out of a sentence. */
const ENDS_HERE = /^[\s,.;:!?。、…()[\]「」【】]*$/u;
const RECEIPT_AS_IT_SEEMS = /^R ?[-‐‑‒–—−]/iu;

/** Reads what was typed into one field. */
export function readSearched(text: string): Searched {
  const typed = text.normalize('NFKC').trim();
  const receipt = scanMarkedReceipt(typed);
  if (receipt !== null && ENDS_HERE.test(receipt.rest)) return { kind: 'receipt', receipt: receipt.receipt };
  if (RECEIPT_AS_IT_SEEMS.test(typed)) return { kind: 'bad-receipt' };
  if (TAIL.test(typed)) return { kind: 'tail', tail: typed };
  const card = readCardAlone(typed);
  if (typeof card === 'object') return { kind: 'card', card: card.card };
  return /^\d*$/u.test(typed) ? { kind: 'too-short' } : { kind: 'name', name: typed };
}

/** Whether a text may be read as the last digits of a card. */
export function isTail(text: string): boolean {
  return TAIL.test(text);
}

/** Whether a text may be a card or have one in it; an account (platform and id) is none, whatever it looks like. */
export function mayHaveCard(text: string): boolean {
  return !text.includes(':') && looksLikeCard(text.normalize('NFKC'));
}
