/** Something in a file that is replaced by something else. */
export interface Edit {
  /** From the root of the project. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly old: string;
  readonly becomes: string;
}

/** A mend that is taken out again. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
}

const REDEEM = 'src/redemption/redeem.ts';
const CLIENT = 'src/liantuofu/client.ts';
const SETTLE = 'src/ledger/redemptions/settle.ts';
const BY_LOOK = 'src/ledger/redemptions/settle-by-look.ts';

const ONLY_OWN_ROWS = { file: REDEEM, old: 'if (redemption.message !== message.id)', becomes: 'if (false)' };

/** Each of them brings one fault back that was once there. */
export const MUTANTS: readonly Mutant[] = [
  // A claim that is tried again works on what another message has confirmed meanwhile.
  { name: 'B1', edits: [ONLY_OWN_ROWS] },
  // A card that is noted again, too.
  {
    name: 'B2',
    edits: [
      {
        file: 'src/ledger/redemptions/note-card.ts',
        old: ".$if(message !== undefined, (query) => query.where('message', '=', message ?? id))",
        becomes: '',
      },
      { file: REDEEM, old: ' || seen.message !== redemption.message) return seen;', becomes: ') return seen;' },
    ],
  },
  // Not sent, as far as this service knows, and told at once.
  {
    name: 'B3',
    edits: [
      { file: SETTLE, old: ".where('message', '=', message)", becomes: '' },
      {
        file: REDEEM,
        old: 'return mayHaveHappened(error) ? saveBeforeTelling(redemption, unsent) : save(redemption, unsent);',
        becomes: 'return save(redemption, unsent);',
      },
    ],
  },
  // A reply that was told is done with, also when more became known meanwhile.
  {
    name: 'B4',
    edits: [
      {
        file: 'src/chat/waiting.ts',
        old: 'if (!known.redemptions.some(mayHaveChanged)) return known;',
        becomes: 'if (known.redemptions.length >= 0) return known;',
      },
      {
        file: 'src/ledger/messages/after-telling.ts',
        old: 'sql<boolean>`(changes <= ${asOf} or (told is not null and changes <= told))`',
        becomes: 'sql<boolean>`(1 = 1)`',
      },
    ],
  },
  // A note of how a reply went is tried once.
  {
    name: 'B4 notes',
    edits: [
      {
        file: 'src/chat/delivery-notes.ts',
        old: 'if (last || waiting > MAX_WAITING) {',
        becomes: 'if (last || waiting >= 0) {',
      },
    ],
  },
  // A repeated delivery tells what it has read before it took the reply over.
  {
    name: 'B4 taken',
    edits: [
      {
        file: 'src/chat/waiting.ts',
        old: 'async tell({ answers }) {',
        becomes: 'async tell({ answers, redemptions }) {',
      },
      {
        file: 'src/chat/waiting.ts',
        old: 'return { redemptions: record.redemptions, answers: record.answers ?? answers, asOf: record.changes };',
        becomes: 'return { redemptions, answers: record.answers ?? answers, asOf: record.changes };',
      },
    ],
  },
  // However long ago it was that the row was known to be ours, and the call was asked for, it is sent.
  {
    name: 'B5',
    edits: [
      { file: CLIENT, old: 'const OBSTACLE_SHARE = 1 / 8;', becomes: 'const OBSTACLE_SHARE = 1_000;' },
      {
        file: CLIENT,
        old: 'send(request, () => timeoutMs - waited(), call)',
        becomes: 'send(request, () => timeoutMs, call)',
      },
      {
        file: REDEEM,
        old: 'const may = sinceSeen() <= LEAVE_WITHIN_MS;',
        becomes: 'const may = true;',
      },
    ],
  },
  // What was typed counts as a card's own number, code or not.
  {
    name: 'B6',
    edits: [
      {
        file: 'src/ledger/redemptions/same-card.ts',
        old: 'return sql<boolean>`(\n    not exists',
        becomes: 'return sql<boolean>`(\n    1 = 1 or not exists',
      },
    ],
  },
  // Balances are taken for up to date.
  { name: 'B6 lag', edits: [{ file: BY_LOOK, old: 'const LAG_MS = 10 * 60_000;', becomes: 'const LAG_MS = 0;' }] },
  // Only the last look counts.
  {
    name: 'B6 top-up',
    edits: [
      {
        file: BY_LOOK,
        old: 'const state = judge({ count: row.count, before, sights, last });',
        becomes:
          'const state = judge({ count: row.count, before, sights: sights.slice(-1).flatMap((one) => [one, one]), last });',
      },
    ],
  },
  // No person hears that the last look settled nothing.
  {
    name: 'silent end',
    edits: [{ file: 'src/ledger/redemptions/looks.ts', old: 'await tellAgain(context, ended.message);', becomes: '' }],
  },
  // What was confirmed and refused is told as it stands where storage has not taken it yet.
  {
    name: 'newest',
    edits: [
      {
        file: 'src/chat/waiting.ts',
        old: "known.state !== 'asked' ? known",
        becomes: "known.state === 'unknown' ? known",
      },
    ],
  },
  // What was settled first stays.
  {
    name: 'B7',
    edits: [
      {
        file: SETTLE,
        old: 'return state === outcome.state ? { settled_by: confirmed(by) } : { ...overruled, ...forgetLook };',
        becomes: 'return null;',
      },
    ],
  },
  // What was refused while storage was away is forgotten.
  {
    name: 'refused',
    edits: [
      {
        file: 'src/ledger/messages/refusals.ts',
        old: '    refusal?.tokens.push(token);\n    return refusal !== undefined;',
        becomes: '    return false;',
      },
    ],
  },
  // What another service may have refused is carried out at once.
  {
    name: 'refused elsewhere',
    edits: [
      {
        file: 'src/chat/storing.ts',
        old: 'turnedAway === null && !stale && ledger.mayBeRefusedElsewhere(ageOf(message), hereForMs());',
        becomes: '(false as Promise<boolean> | false);',
      },
    ],
  },
  // What may have been carried out before is called not submitted.
  {
    name: 'refused late',
    edits: [{ file: 'src/chat/storing.ts', old: '(isFirst || read.isAbsent);', becomes: '(isFirst || true);' }],
  },
  // One of which it is not known whether it is stored is forgotten when its carrier is over.
  {
    name: 'unclear forgotten',
    edits: [{ file: 'src/chat/storing.ts', old: 'later: goOn(trying) };', becomes: 'later: trying };' }],
  },
  // A service that was frozen says what was true before.
  {
    name: 'refused frozen',
    edits: [
      {
        file: 'src/chat/storing.ts',
        old: 'const mayKnow = hereForMs() < SURE_FOR_MS && ',
        becomes: 'const mayKnow = ',
      },
    ],
  },
  // A reply that cannot go back the way its message came waits for the person's next message.
  {
    name: 'never first',
    edits: [
      {
        file: 'src/chat/best-way.ts',
        old: 'const all = user === null ? [] : firstAddresses(user);',
        becomes: 'const all: Address[] = [];',
      },
    ],
  },
  // What was held before a service could write to people first waits all the same.
  { name: 'not woken', edits: [{ file: 'src/chat/late-replies.ts', old: 'await wakeSome();', becomes: '' }] },
  // A person is written to first also when they were told the way their message came.
  {
    name: 'told first too',
    edits: [
      {
        file: 'src/chat/best-way.ts',
        old: "if (result.kind !== 'hold') return result;\n      held = result;",
        becomes: "if (result.kind === 'retry') return result;\n      held = { kind: 'hold' };",
      },
    ],
  },
];
