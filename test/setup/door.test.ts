import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CODE_LASTS_MS, hashOf, newCode, writeCode } from '../../src/setup/code.ts';
import { createDoor, type Door } from '../../src/setup/door.ts';

const START = 1_790_000_000_000;
let dataDir: string;
let now: number;
let used: number;
let door: Door;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'door-'));
  now = START;
  used = 0;
  door = createDoor({ dataDir: () => dataDir, port: () => 3000, now: () => now, onUsed: () => (used += 1) });
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const asking = (cookie?: string) => ({ headers: { cookie } }) as unknown as IncomingMessage;
const enter = (code: string) => {
  const entered = door.enter(code);
  return entered.kind === 'in' ? entered.cookie : null;
};
/** What a browser sends back of a cookie. */
const sent = (cookie: string | null) => asking(cookie?.split(';')[0]);
function leaveCode(): string {
  const code = newCode();
  writeCode(dataDir, { hash: hashOf(code), id: 'one', madeAt: now });
  return code;
}

test('a code has eight signs that are not read for others', () => {
  for (let round = 0; round < 200; round++) expect(newCode()).toMatch(/^[A-HJKMNP-Z2-9]{4}-[A-HJKMNP-Z2-9]{4}$/u);
});

test('the code that was offered lets one browser in, once, however it is typed', () => {
  const code = door.offer();
  const cookie = enter(` ${code.toLowerCase().replace('-', '－')} `);
  expect(cookie).toMatch(/^setup_3000=[\w-]{43}; Path=\/setup; HttpOnly; SameSite=Strict$/u);
  expect(used).toBe(1);
  expect(door.isIn(sent(cookie))).toBe(true);
  expect(door.isIn(asking(`other=1; ${cookie?.split(';')[0] ?? ''}`))).toBe(true);
  expect(enter(code)).toBeNull();
});

test('a second browser enters with another code, and both stay', () => {
  const first = enter(door.offer());
  const second = enter(door.offer());
  expect([first, second].map((cookie) => door.isIn(sent(cookie)))).toEqual([true, true]);
});

test.each([undefined, '', 'setup_3000=', 'setup_3000=x', 'setup_3001=x'])('the cookie %j lets nobody in', (cookie) => {
  enter(door.offer());
  expect(door.isIn(asking(cookie))).toBe(false);
});

test('a code that was replaced or taken back counts no more', () => {
  const first = door.offer();
  door.offer();
  expect(enter(first)).toBeNull();
  const second = door.offer();
  door.withdraw();
  expect(enter(second)).toBeNull();
});

describe('the code that npm run setup leaves', () => {
  test('is no code but its hash, in a file for this account alone, and counts once', () => {
    const code = leaveCode();
    const path = join(dataDir, 'setup-code.json');
    expect(readFileSync(path, 'utf8')).not.toContain(code.replace('-', ''));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(door.waiting()).toBe('one');
    expect(door.isInUse()).toBe(true);
    expect(enter(code)).not.toBeNull();
    expect(door.waiting()).toBeNull();
    expect(enter(code)).toBeNull();
    expect(used).toBe(0);
  });

  test('counts for a quarter of an hour', () => {
    const code = leaveCode();
    now += CODE_LASTS_MS;
    expect(door.isInUse()).toBe(false);
    expect(enter(code)).toBeNull();
  });

  test('counts for nothing where other accounts could read it, or where it is no such file', () => {
    const code = leaveCode();
    chmodSync(join(dataDir, 'setup-code.json'), 0o644);
    expect([enter(code), enter(code)]).toEqual([null, null]);
    for (const text of ['', '{', 'null', '[]', '{"hash":1}']) {
      rmSync(join(dataDir, 'setup-code.json'), { force: true });
      writeFileSync(join(dataDir, 'setup-code.json'), text, { mode: 0o600 });
      expect(door.isInUse()).toBe(false);
    }
  });
});

test('wrong codes are looked at ten times a minute; then the right one has to wait too', () => {
  const code = door.offer();
  for (let round = 0; round < 10; round++)
    expect(door.enter('AAAA-AAAA')).toMatchObject({
      kind: 'refused',
      why: { en: expect.stringContaining('wrong') as unknown },
    });
  expect(door.enter(code)).toMatchObject({ kind: 'refused', why: { en: expect.stringContaining('Wait') as unknown } });
  now += 60_000;
  expect(enter(code)).not.toBeNull();
});

test('a session ends after two hours without a request', () => {
  const cookie = enter(door.offer());
  door.withdraw();
  for (let hours = 0; hours < 5; hours++) {
    now += 60 * 60_000;
    expect(door.isIn(sent(cookie))).toBe(true);
  }
  now += 2 * 60 * 60_000;
  expect(door.isIn(sent(cookie))).toBe(false);
  expect(door.isInUse()).toBe(false);
});
