import type { Verdict } from '../command.ts';
import { scanReceipt } from '../receipt.ts';
import { withoutSeparators } from '../words.ts';
import { misused, type DeskEntry } from './entry.ts';
import { EXAMPLE_RECEIPT } from './examples.ts';

const WORD_OF: Readonly<Record<Verdict, string>> = { consumed: '已核销', 'not-consumed': '未核销' };
const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  [WORD_OF.consumed, 'consumed'],
  [WORD_OF['not-consumed'], 'not-consumed'],
]);

/** What is known of a redemption, or what a manager says that it was. */
export const check: DeskEntry<'check'> = {
  kind: 'check',
  words: [{ word: '核对', pinyin: 'hedui' }],
  leastRole: ({ verdict }) => (verdict === null ? 'staff' : 'manager'),
  read(args) {
    if (args === '' || VERDICTS.has(args)) return misused('check', 'missing');
    const scan = scanReceipt(args);
    if (scan === null) return misused('check', 'receipt');
    const said = withoutSeparators(scan.rest);
    if (said === '') return { kind: 'check', receipt: scan.receipt, verdict: null };
    const verdict = VERDICTS.get(said);
    return verdict === undefined ? misused('check', 'verdict') : { kind: 'check', receipt: scan.receipt, verdict };
  },
  print: ({ receipt, verdict }) => ['核对', receipt, verdict === null ? null : WORD_OF[verdict]],
  example: { kind: 'check', receipt: EXAMPLE_RECEIPT, verdict: null },
  help: {
    staff: `核对 单号（如 ${EXAMPLE_RECEIPT}）`,
    manager: `核对 单号 ${WORD_OF.consumed}（或 ${WORD_OF['not-consumed']}）`,
  },
};
