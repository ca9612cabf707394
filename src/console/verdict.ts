import type { Verdict } from '../desk/check.ts';
import type { Fields } from '../pages/form.ts';

// What a person says about an unknown redemption, as the forms of the page send it.

/** In UTF-16 units, as browsers count them. */
const MAX_REASON = 100;

/** On what grounds people usually know; the empty one asks for words of their own. */
export const REASON_CHOICES = [
  '联拓富后台有这笔核销',
  '联拓富后台没有这笔核销',
  '余次和顾客都核对过',
  '别的原因（请写明）',
] as const;
const OTHER = REASON_CHOICES[3];

export interface VerdictForm {
  readonly receipt: string;
  readonly verdict: Verdict;
  readonly reason: string;
  /** When the redemption had been settled, as it was shown: milliseconds since 1970. */
  readonly asOf: number | null;
}

/** Reads it, or says what is wrong with it; null: no page of ours sends such a form. */
export function readVerdict(fields: Fields): VerdictForm | { readonly problem: string } | null {
  const receipt = fields.one('receipt');
  const verdict = fields.one('verdict');
  const asOf = fields.one('asOf');
  if (receipt === '' || (verdict !== 'consumed' && verdict !== 'not-consumed')) return null;
  if (!/^\d{0,15}$/u.test(asOf)) return null;
  const reason = readReason(fields.one('why'), fields.one('note'));
  if (typeof reason !== 'string') return reason;
  return { receipt, verdict, reason, asOf: asOf === '' ? null : Number(asOf) };
}

function readReason(why: string, note: string): string | { readonly problem: string } {
  const chosen = REASON_CHOICES.find((choice) => choice === why && choice !== OTHER) ?? null;
  // On one line, as it is shown.
  const own = note.replace(/\s+/gu, ' ').trim();
  if (chosen === null && own === '') return { problem: '请选一个原因，或者写明原因，再点「已核销」或「未核销」。' };
  const reason = [chosen, own].filter((part) => part !== null && part !== '').join('：');
  if (reason.length > MAX_REASON) return { problem: `原因最多 ${MAX_REASON} 个字，请写短一点。` };
  return reason;
}
