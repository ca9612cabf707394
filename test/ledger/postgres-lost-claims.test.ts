import { beforeEach, describe, expect, test } from 'vitest';
import { LedgerError } from '../../src/ledger/errors.ts';
import { LostClaims } from '../../src/ledger/postgres/lost-claims.ts';
import type { Call } from '../../src/ledger/verbs.ts';
import { createLog } from '../../src/log.ts';
import type { MessageKey } from '../../src/redemption/message.ts';
import { realTime } from '../../src/time/real.ts';

const MINUTE_MS = 60_000;
const uncertain = new LedgerError('uncertain', 'the database did not say whether it has stored this');
const keyOf = (messageId: string): MessageKey => ({ channel: 'wecom-bot', account: 'aib1', messageId });

let at: number;
/** What the database holds: tokens by message id. */
let stored: Map<string, string>;
let failing: Set<string>;
let asked: string[];
let logged: string[];
let claims: LostClaims;
beforeEach(() => {
  at = 1_000;
  stored = new Map();
  failing = new Set();
  asked = [];
  logged = [];
  const call = async (verb: string, { messageId }: MessageKey, token?: string) => {
    if (failing.has(messageId)) throw new LedgerError('storage', 'the database cannot be reached');
    if (verb === 'findMessage') {
      asked.push(messageId);
      return stored.has(messageId) ? {} : null;
    }
    return stored.get(messageId) === token ? [Number(messageId.slice(1))] : null;
  };
  const time = { ...realTime, monotonic: () => at };
  const log = createLog({ level: 'warn', destination: { write: (line) => void logged.push(line) } });
  claims = new LostClaims({ call: call as unknown as Call, time, log });
});

const add = (...ids: readonly string[]) => ids.forEach((id) => claims.add(uncertain, keyOf(id), `token-${id}`));

describe('claims that may have been stored without an answer', () => {
  test('are only those of which that is said', async () => {
    claims.add(new LedgerError('storage', 'the database refused'), keyOf('m1'), 'token-m1');
    claims.add(new Error('something else'), keyOf('m2'), 'token-m2');
    await claims.settle();
    expect(asked).toEqual([]);
  });

  test('are asked for every time at first, then once a minute, and never forgotten', async () => {
    add('m1');
    for (let time = 0; time < 3; time++) await claims.settle();
    expect(asked).toHaveLength(3);
    at += 11 * MINUTE_MS;
    for (let second = 0; second < 600; second += 5) {
      await claims.settle();
      at += 5_000;
    }
    expect(asked).toHaveLength(13);
    at += 7 * 24 * 60 * MINUTE_MS;
    stored.set('m1', 'token-m1');
    expect(await claims.settle()).toEqual([1]);
    at += MINUTE_MS;
    await claims.settle();
    expect(asked).toHaveLength(14);
  });

  test('are let go as soon as another has won their message', async () => {
    add('m1');
    stored.set('m1', 'token of another');
    expect(await claims.settle()).toEqual([]);
    await claims.settle();
    expect(asked).toHaveLength(1);
  });

  test('do not keep each other from being settled', async () => {
    add('m1', 'm2', 'm3', 'm4', 'm5');
    for (const id of ['m1', 'm2', 'm3', 'm4', 'm5']) stored.set(id, `token-${id}`);
    for (const id of ['m1', 'm2', 'm3', 'm4']) failing.add(id);
    expect(await claims.settle()).toEqual([]);
    expect(await claims.settle()).toEqual([5]);
    failing.clear();
    expect((await claims.settle()).toSorted()).toEqual([1, 2, 3, 4]);
    expect(logged).toHaveLength(1);
  });

  test('are not asked for any more once the service ends', async () => {
    add('m1', 'm2');
    const settling = claims.settle();
    claims.stop();
    await settling;
    await claims.settle();
    expect(asked).toEqual(['m1']);
  });

  test('are limited in number: the oldest are given up, and the log says so', async () => {
    const ids = Array.from({ length: 1_002 }, (_, i) => `m${i}`);
    for (const id of ids) {
      add(id);
      at += 1;
    }
    await claims.settle();
    expect(asked).toEqual(ids.slice(2));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('"level":"error"');
  });
});
