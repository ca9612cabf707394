import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ASK_OPEN_MS, NEVER_ASK, type Confirmation } from '../../../src/redemption/questions.ts';
import type { Claim, NewLine, NewMessage } from '../../../src/redemption/message.ts';
import type { Ledger } from '../../../src/redemption/ledger.ts';
import { newLine, newMessage } from '../fixtures.ts';
import { places, type LedgerPlace } from '../places.ts';

/** What every ledger promises about how much of what reaches the vendor one person may have in a minute. */
// In a file's own thread no time can be let pass.
describe.each(places.filter(({ name }) => name !== 'sqlite'))('$name counts what one person has sent', ({ make }) => {
  let place: LedgerPlace;
  let services: Ledger[];
  beforeEach(async () => {
    place = await make();
    const { ledger } = await place.open();
    services = [ledger, place.isShared ? (await place.open()).ledger : ledger];
  });
  afterEach(async () => {
    for (const ledger of new Set(services)) await ledger.close();
    await place.clear();
  });

  interface Wanted {
    readonly message?: NewMessage;
    readonly lines?: readonly NewLine[];
    readonly confirmations?: readonly Confirmation[];
    readonly looks?: number;
    readonly service?: number;
  }
  const claim = ({ message = newMessage(), lines = [newLine()], confirmations = [], ...more }: Wanted = {}) => {
    const { looks = 0, service = 0 } = more;
    const ledger = services[service];
    if (ledger === undefined) throw new Error('no such service');
    const policy = { ...NEVER_ASK, countOver: 5, openForMs: ASK_OPEN_MS };
    return ledger.claim(message, lines, { policy, confirmations, allowance: { perMinute: 3, looks } });
  };
  const states = ({ message }: Claim) => message.redemptions.map(({ state, reason }) => reason ?? state);

  test('of forty messages at once, at two services, as many run as one person may have', async () => {
    const claims = await Promise.all(Array.from({ length: 40 }, (_, n) => claim({ service: n % 2 })));
    expect(claims.flatMap(states).filter((state) => state === 'pending')).toHaveLength(3);
    expect(claims.flatMap(states).filter((state) => state === 'too-many-lines')).toHaveLength(37);
    expect(claims.filter(({ spent }) => spent)).toHaveLength(37);
  });

  test('a minute after the first there is a whole allowance again, and not before', async () => {
    for (let n = 0; n < 3; n++) expect((await claim()).spent).toBe(false);
    await place.pass(55_000);
    expect((await claim({ service: 1 })).spent).toBe(true);
    await place.pass(5_001);
    for (let n = 0; n < 3; n++) expect((await claim()).spent).toBe(false);
    expect((await claim()).spent).toBe(true);
  });

  test('a message that would go beyond it is refused whole, and takes nothing', async () => {
    await claim({ lines: [newLine(), newLine({ line: 1 })] });
    expect(states(await claim({ lines: [newLine(), newLine({ line: 1 })] }))).toEqual([
      'too-many-lines',
      'too-many-lines',
    ]);
    expect(states(await claim())).toEqual(['pending']);
  });

  test('one person does not use up what another has', async () => {
    for (let n = 0; n < 4; n++) await claim();
    expect((await claim({ message: newMessage({ user: 'dingtalk:lisi' }) })).spent).toBe(false);
  });

  test('a message that is delivered again is neither counted again nor refused', async () => {
    const message = newMessage();
    for (let n = 0; n < 9; n++) {
      const { won, message: record } = await claim({ message, service: n % 2 });
      expect([won, record.redemptions[0]?.state]).toEqual([n === 0, 'pending']);
    }
    await claim();
    expect((await claim()).spent).toBe(false);
    expect((await claim()).spent).toBe(true);
    expect((await claim({ message })).message.redemptions[0]?.state).toBe('pending');
  });

  test('looks count as lines do; a message that wants nothing is not counted', async () => {
    expect((await claim({ lines: [], looks: 3 })).spent).toBe(false);
    expect((await claim({ lines: [], looks: 1 })).spent).toBe(true);
    expect((await claim({ lines: [], looks: 0 })).spent).toBe(false);
    expect(states(await claim({ lines: [newLine({ unsent: 'unbound', store: null })] }))).toEqual(['unbound']);
  });

  test('a confirmation counts too; beyond the allowance the question stays open', async () => {
    const asked = await claim({ lines: [newLine({ count: 6 })] });
    const confirmations = [{ line: 0, receipt: asked.message.redemptions[0]?.receipt ?? null }];
    await claim({ lines: [], looks: 2 });
    const refused = await claim({ lines: [], confirmations });
    expect([refused.spent, states(refused)]).toEqual([true, []]);
    await place.pass(60_001);
    expect(states(await claim({ lines: [], confirmations }))).toEqual(['pending']);
  });

  test('a clock that was hours ahead does not lock people out', async () => {
    for (let n = 0; n < 4; n++) await claim();
    await place.pass(-8 * 3_600_000);
    expect((await claim()).spent).toBe(false);
  });
});
