import { distance } from 'fastest-levenshtein';
import type { Store } from '../redemption/redemption.ts';

export type FoundStore =
  | { readonly kind: 'found'; readonly store: Store }
  | { readonly kind: 'ambiguous-store'; readonly stores: readonly Store[] }
  /** `near` has the closest first; it may be empty. */
  | { readonly kind: 'unknown-store'; readonly near: readonly Store[] };

const NEAR = 3;

/** Finds a store by its code or its whole name, as it was typed. What only comes close is asked back, not taken. */
export function findStore(stores: readonly Store[], typed: string): FoundStore {
  const wanted = fold(typed);
  const byCode = stores.filter(({ code }) => fold(code) === wanted);
  // Codes that differ by case only would be two stores still.
  const exact = byCode.find(({ code }) => code === typed) ?? (byCode.length === 1 ? byCode[0] : undefined);
  if (exact !== undefined) return { kind: 'found', store: exact };
  const matches = byCode.length > 0 ? byCode : stores.filter(({ name }) => fold(name) === wanted);
  const [only, ...others] = matches;
  if (only !== undefined && others.length === 0) return { kind: 'found', store: only };
  if (only !== undefined) return { kind: 'ambiguous-store', stores: matches };
  return { kind: 'unknown-store', near: nearest(stores, wanted) };
}

function nearest(stores: readonly Store[], wanted: string): Store[] {
  return stores
    .map((store) => ({ store, off: Math.min(offBy(fold(store.name), wanted), offBy(fold(store.code), wanted)) }))
    .filter(({ off }) => off < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.off - b.off)
    .slice(0, NEAR)
    .map(({ store }) => store);
}

/** How far two names are apart; infinitely when they have too little in common. */
function offBy(name: string, wanted: string): number {
  if (wanted.length > 1 && (name.includes(wanted) || wanted.includes(name))) return 0.5;
  const off = distance(name, wanted);
  return off <= Math.max(1, Math.floor(Math.max(name.length, wanted.length) / 3)) ? off : Number.POSITIVE_INFINITY;
}

/** Names with blanks can be typed without them: a blank ends an argument. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s:,]/gu, '')
    .toLowerCase();
}
