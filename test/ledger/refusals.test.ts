import { expect, test } from 'vitest';
import { Refusals, type RefusalsParts } from '../../src/ledger/messages/refusals.ts';
import { LedgerError } from '../../src/ledger/errors.ts';
import { createLedger, createRefusals, type LedgerParts } from '../../src/ledger/ledger.ts';
import type { Call } from '../../src/ledger/verbs.ts';
import { createReads } from '../../src/ledger/reads.ts';
import { createWaiters } from '../../src/ledger/redemptions/waiters.ts';
import type { Claim, MessageRecord } from '../../src/redemption/message.ts';
import { NOT_ASKING } from '../../src/redemption/questions.ts';
import { createLog } from '../../src/log.ts';
import { realTime } from '../../src/time/real.ts';
import { newLine, newMessage } from './fixtures.ts';

/** Storage that answers claims when it is told to. */
function startPlace(change: Partial<Pick<LedgerParts, 'takeLostClaim'>> = {}) {
  const claims: { readonly unsent: string | null; readonly token: string; readonly answer: (claim: Claim) => void }[] =
    [];
  const abandoned: string[] = [];
  let away = false;
  const call: Call = (verb, ...args: readonly unknown[]) => {
    if (away) return Promise.reject(new LedgerError('storage', 'away'));
    const [, second, token] = args as [unknown, readonly { readonly unsent: string | null }[], string];
    if (verb === 'claim')
      return new Promise<never>((resolve) => {
        const answer = resolve as unknown as (claim: Claim) => void;
        claims.push({ unsent: second[0]?.unsent ?? null, token, answer });
      });
    if (verb === 'abandonClaim') abandoned.push(second as unknown as string);
    return Promise.resolve(null as never);
  };
  const waiters = createWaiters();
  const refusals = createRefusals({ call, waiters, time: realTime });
  const reads = createReads(() => Promise.reject(new Error('not read here')));
  const parts = { call, reads, waiters, heldUsers: null, refusals, refusedElsewhere: null };
  return {
    ledger: createLedger({ ...parts, ...change, close: async () => undefined }),
    claims,
    abandoned,
    setAway: (isAway: boolean) => (away = isAway),
  };
}

const won = (isWon: boolean): Claim => ({
  won: isWon,
  spent: false,
  message: { redemptions: [] } as unknown as MessageRecord,
});

test('a claim that comes out only after its message was refused is given back, and no service works on it', async () => {
  const { ledger, claims, abandoned } = startPlace();
  const message = newMessage();
  const claim = ledger.claim(message, [newLine()]);
  const recorded = ledger.refuse(message, [newLine()]);
  expect(ledger.findRefusal(message)).toBe(recorded);
  claims[0]?.answer(won(true));
  await expect(claim).rejects.toThrow('only after it had been refused');
  await expect.poll(() => claims).toHaveLength(2);
  expect(claims[1]?.unsent).toBe('storage');
  claims[1]?.answer(won(false));
  await recorded;
  expect(abandoned).toEqual([claims[0]?.token]);
  expect(ledger.findRefusal(message)).toBeNull();
});

test('a refusal is recorded when storage is back, and not while a claim is still under way', async () => {
  const { ledger, claims, setAway } = startPlace();
  const message = newMessage();
  setAway(true);
  await expect(ledger.claim(message, [newLine()])).rejects.toThrow('away');
  const recorded = ledger.refuse(message, [newLine()]);
  await realTime.sleep(600);
  expect(claims).toEqual([]);
  setAway(false);
  await expect.poll(() => claims.map(({ unsent }) => unsent)).toEqual(['storage']);
  claims[0]?.answer(won(true));
  expect(await recorded).toEqual({ redemptions: [] });
  await ledger.close();
});

/** Refusals over such storage, and what they log. */
function startRefusals(call: (verb: string) => Promise<unknown>, onRecorded: RefusalsParts['onRecorded']) {
  const logged: string[] = [];
  const log = createLog({ level: 'warn', destination: { write: (line) => void logged.push(line) } });
  return { refusals: new Refusals({ call: call as Call, time: realTime, log, onRecorded }), logged };
}

test('that a refusal is on record is known, even if the listener fails', async () => {
  const { refusals, logged } = startRefusals(
    async () => won(true),
    () => {
      throw new Error('of card 914095353294404024');
    },
  );
  const recorded = refusals.add(newMessage(), [newLine()]);
  const second = refusals.add(newMessage(), [newLine()]);
  expect(await recorded).toEqual({ redemptions: [] });
  expect(await second).toEqual({ redemptions: [] });
  expect(refusals.isClear).toBe(true);
  await refusals.stop();
  expect(logged.join('')).not.toMatch(/delivered again|914095353294404024/u);
});

test('what cannot be recorded when the service ends is reported once for all, with its number and without a card', async () => {
  const { refusals, logged } = startRefusals(
    () => Promise.reject(new LedgerError('storage', 'line 914095353294404024 could not be stored')),
    () => undefined,
  );
  const recorded = Array.from({ length: 7 }, () => refusals.add(newMessage(), [newLine()]));
  await refusals.stop();
  for (const one of recorded) expect(await one).toBeNull();
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({ left: 7, why: 'storage' });
  expect(logged[0]).not.toContain('9140');
});

test('a claim that may have been stored is found again by its token, but not by a claim that is to be new', async () => {
  const { ledger, claims } = startPlace({ takeLostClaim: () => 'lost' });
  void ledger.claim(newMessage(), [newLine()]);
  void ledger.claim(newMessage(), [newLine({ unsent: 'storage' })], { ...NOT_ASKING, asNew: true });
  expect(claims.map(({ token }) => token === 'lost')).toEqual([true, false]);
});
