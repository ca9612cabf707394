import { expect, test, vi } from 'vitest';
import { LedgerError } from '../../src/ledger/errors.ts';
import { createLedger, createRefusals } from '../../src/ledger/ledger.ts';
import type { Call } from '../../src/ledger/verbs/index.ts';
import { createWaiters } from '../../src/ledger/waiters.ts';
import type { Claim, MessageRecord } from '../../src/redemption/ports.ts';
import { realTime } from '../../src/time/real.ts';
import { newLine, newMessage } from './contract.ts';

/** Storage that answers claims when it is told to. */
function startPlace() {
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
  const parts = { call, waiters, wishes: { kinds: [] }, heldUsers: null, refusals, refusedElsewhere: null };
  return {
    ledger: createLedger({ ...parts, close: async () => undefined }),
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

test('a claim that comes out only after its message was refused is given back, and nobody works on it', async () => {
  const { ledger, claims, abandoned } = startPlace();
  const message = newMessage();
  const claim = ledger.claim(message, [newLine()]);
  const recorded = ledger.refuse(message, [newLine()]);
  expect(ledger.findRefusal(message)).toBe(recorded);
  claims[0]?.answer(won(true));
  await expect(claim).rejects.toThrow('only after it had been refused');
  await vi.waitFor(() => expect(claims).toHaveLength(2));
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
  await vi.waitFor(() => expect(claims.map(({ unsent }) => unsent)).toEqual(['storage']));
  claims[0]?.answer(won(true));
  expect(await recorded).toEqual({ redemptions: [] });
  await ledger.close();
});
