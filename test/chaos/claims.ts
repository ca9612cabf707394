import type { LedgerRow } from './rows.ts';

export type ClaimedState = Exclude<LedgerRow['state'], 'pending'>;

const WORDS: Readonly<Record<string, ClaimedState>> = {
  核销成功: 'succeeded',
  核销失败: 'refused',
  未提交: 'unsent',
  结果未知: 'unknown',
};
const WORD_OR_RECEIPT = new RegExp([...Object.keys(WORDS), 'R-[2-9A-Z]{8}'].join('|'), 'g');

/** What a reply says about which receipt: the outcome word that stands before it. */
export function readClaims(text: string): ReadonlyMap<string, ClaimedState | null> {
  const claims = new Map<string, ClaimedState | null>();
  let word: ClaimedState | null = null;
  for (const [found] of text.matchAll(WORD_OR_RECEIPT)) {
    const state = WORDS[found];
    if (state === undefined) claims.set(found, word);
    else word = state;
  }
  return claims;
}

/** The receipt at the end of a remark in the vendor's books, and the line's tag before it. */
export function readRemark(remark: string): { readonly tag: string; readonly receipt: string } {
  const [tag = '', receipt = ''] = remark.split(' ');
  return { tag, receipt };
}
