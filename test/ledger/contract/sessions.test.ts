import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenedLedger } from '../../../src/ledger/ledger.ts';
import type { SessionLedger } from '../../../src/redemption/sessions.ts';
import type { Telling } from '../../../src/redemption/people.ts';
import {
  LOGIN_LASTS_MS,
  LOGINS_PER_HOUR,
  MAX_SESSIONS,
  SESSION_IDLE_MS,
  SESSION_LASTS_MS,
  type NewSession,
} from '../../../src/redemption/sessions.ts';
import { places, type LedgerPlace } from '../places.ts';

const USER = 'wecom:zhangsan';
const HOUR_MS = 3_600_000;

function newSession(id: string, change: Partial<NewSession> = {}): NewSession {
  return { id, user: USER, agent: 'Mozilla/5.0', former: null, ...change };
}

const telling: Telling = { key: 'login-1', user: USER, channel: 'wecom-bot', returnAddress: null, text: '新的登录' };

/** What every ledger promises of logins and sessions. */
describe.each(places)('$name keeps the promises about sessions', ({ make }) => {
  let place: LedgerPlace;
  let opened: OpenedLedger;
  let sessions: SessionLedger;
  beforeEach(async () => {
    place = await make();
    await open();
  });
  afterEach(async () => {
    await opened.ledger.close().catch(() => undefined);
    await place.clear();
  });

  async function open(): Promise<void> {
    opened = await place.open();
    ({ sessions } = opened);
  }
  const ageLinks = (ms: number) =>
    place.query(`update login_links set made_at = made_at - ${ms}, ends_at = ends_at - ${ms}`);
  const ageSessions = (ms: number) =>
    place.query(
      `update sessions set began_at = began_at - ${ms}, seen_at = seen_at - ${ms}, ends_at = ends_at - ${ms}`,
    );
  const isThere = async (id: string) => (await sessions.findSession(id)) !== null;
  async function begin(id: string, change: Partial<NewSession> = {}) {
    const begun = await sessions.beginSession(null, newSession(id, change), []);
    if (begun === null) throw new Error('no session');
    return begun;
  }

  test('a link begins one session, however many use it at once, and looking at it uses nothing up', async () => {
    expect(await sessions.offerLogin('link', USER)).toBe(true);
    for (let looks = 0; looks < 3; looks += 1) expect(await sessions.findLogin('link')).toBe(USER);
    const others = place.isShared ? (await place.open()).sessions : sessions;
    const begun = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        (index % 2 === 0 ? sessions : others).beginSession('link', newSession(`s${index}`), []),
      ),
    );
    const [winner, ...losers] = begun.filter((session) => session !== null);
    expect(losers).toEqual([]);
    expect(winner).toMatchObject({ user: USER, agent: 'Mozilla/5.0', root: winner?.id });
    expect(await sessions.findLogin('link')).toBeNull();
    expect(await sessions.sessionsOf(USER)).toEqual([winner]);
    expect(await others.findSession(winner?.id ?? '')).toEqual(winner);
  });

  test('a step whose answer was lost is the same session when it is done again', async () => {
    await sessions.offerLogin('link', USER);
    expect(await sessions.offerLogin('link', USER)).toBe(true);
    const begun = await sessions.beginSession('link', newSession('s1'), [telling]);
    expect(await sessions.beginSession('link', newSession('s1'), [telling])).toEqual(begun);
    expect(await sessions.beginSession('link', newSession('s2'), [])).toBeNull();
  });

  test('a link is its person’s alone; one that nobody made begins nothing', async () => {
    await sessions.offerLogin('link', USER);
    expect(await sessions.beginSession('link', newSession('s1', { user: 'wecom:boss' }), [])).toBeNull();
    expect(await sessions.beginSession('forged', newSession('s1'), [])).toBeNull();
    expect(await sessions.findLogin('forged')).toBeNull();
    expect(await isThere('s1')).toBe(false);
    expect(await sessions.findLogin('link')).toBe(USER);
  });

  test('a new link voids the person’s earlier one, and no other person’s', async () => {
    await sessions.offerLogin('first', USER);
    await sessions.offerLogin('other', 'wecom:boss');
    await sessions.offerLogin('second', USER);
    expect(await sessions.findLogin('first')).toBeNull();
    expect(await sessions.beginSession('first', newSession('s1'), [])).toBeNull();
    expect(await sessions.findLogin('second')).toBe(USER);
    expect(await sessions.findLogin('other')).toBe('wecom:boss');
  });

  test('a link counts for five minutes', async () => {
    await sessions.offerLogin('link', USER);
    await ageLinks(LOGIN_LASTS_MS - 10_000);
    expect(await sessions.findLogin('link')).toBe(USER);
    await ageLinks(10_000);
    expect(await sessions.findLogin('link')).toBeNull();
    expect(await sessions.beginSession('link', newSession('s1'), [])).toBeNull();
  });

  test('one person has so many links an hour, also where they are asked for at once', async () => {
    const others = place.isShared ? (await place.open()).sessions : sessions;
    const offered = await Promise.all(
      Array.from({ length: LOGINS_PER_HOUR + 3 }, (_, index) =>
        (index % 2 === 0 ? sessions : others).offerLogin(`link${index}`, USER),
      ),
    );
    expect(offered.filter(Boolean)).toHaveLength(LOGINS_PER_HOUR);
    expect(await place.query("select hash from login_links where state = 'open'")).toHaveLength(1);
    expect(await sessions.offerLogin('other', 'wecom:boss')).toBe(true);
    await ageLinks(HOUR_MS);
    expect(await sessions.offerLogin('later', USER)).toBe(true);
  });

  test('what is to be told of a login is on record with it, and of none that failed', async () => {
    await sessions.offerLogin('link', USER);
    await sessions.beginSession('link', newSession('s1'), [telling]);
    await sessions.beginSession('link', newSession('s2'), [{ ...telling, key: 'login-2' }]);
    const due = await opened.ledger.takeDueReplies(9, 60_000);
    expect(due.map(({ user, answers }) => [user, answers])).toEqual([[USER, { 0: '新的登录' }]]);
  });

  test('a session lasts over a restart, and ends when nothing was asked for in it for long', async () => {
    const begun = await begin('s1');
    await opened.ledger.close();
    await open();
    expect(await sessions.findSession('s1')).toEqual(begun);
    await ageSessions(SESSION_IDLE_MS - 10_000);
    expect(await isThere('s1')).toBe(true);
    await sessions.touchSession('s1');
    await ageSessions(SESSION_IDLE_MS - 10_000);
    expect(await isThere('s1')).toBe(true);
    await ageSessions(10_000);
    expect(await isThere('s1')).toBe(false);
    await sessions.touchSession('s1');
    expect(await isThere('s1')).toBe(false);
    expect(await sessions.sessionsOf(USER)).toEqual([]);
  });

  test('no session outlives its week, however often something is asked for in it', async () => {
    await begin('s1');
    const steps = Math.ceil(SESSION_LASTS_MS / (SESSION_IDLE_MS / 2));
    for (let step = 1; step < steps; step += 1) {
      await ageSessions(SESSION_IDLE_MS / 2);
      await sessions.touchSession('s1');
    }
    expect(await isThere('s1')).toBe(true);
    await ageSessions(SESSION_IDLE_MS / 2);
    expect(await isThere('s1')).toBe(false);
  });

  test('a login takes the place of the session that the browser had, and keeps its root only where the person is the same', async () => {
    await begin('s1');
    expect(await begin('s2', { former: 's1' })).toMatchObject({ root: 's1' });
    expect(await isThere('s1')).toBe(false);
    expect(await begin('s3', { former: 's2' })).toMatchObject({ root: 's1' });
    expect(await begin('s4', { former: 's3', user: 'wecom:boss' })).toMatchObject({ root: 's4' });
    expect(await isThere('s3')).toBe(false);
    expect(await begin('s5', { former: 'gone' })).toMatchObject({ root: 's5' });
  });

  test('people end their own sessions: one, or all but one with the links that wait; never another person’s', async () => {
    for (const id of ['s1', 's2', 's3']) await begin(id);
    await begin('boss', { user: 'wecom:boss' });
    await sessions.offerLogin('link', USER);
    expect(await sessions.endSession(USER, 'boss')).toBe(false);
    expect(await sessions.endSession(USER, 's1')).toBe(true);
    expect(await sessions.endSession(USER, 's1')).toBe(false);
    expect(await sessions.endSessions(USER, 's2')).toBe(1);
    expect(await isThere('s2')).toBe(true);
    expect(await sessions.findLogin('link')).toBeNull();
    expect(await sessions.endSessions(USER, null)).toBe(1);
    expect(await isThere('s2')).toBe(false);
    expect(await isThere('boss')).toBe(true);
  });

  test('one person has so many sessions at once, and the oldest makes room; what has lapsed is swept', async () => {
    await begin('lapsed', { user: 'wecom:boss' });
    await sessions.offerLogin('old', 'wecom:boss');
    await ageSessions(SESSION_IDLE_MS);
    await ageLinks(HOUR_MS);
    for (let index = 0; index <= MAX_SESSIONS; index += 1) {
      await begin(`s${index}`);
      await ageSessions(1_000);
    }
    const ids = (await sessions.sessionsOf(USER)).map(({ id }) => id);
    expect(ids).toHaveLength(MAX_SESSIONS);
    expect(ids[0]).toBe(`s${MAX_SESSIONS}`);
    expect(ids).not.toContain('s0');
    expect(await place.query("select id from sessions where user_id = 'wecom:boss'")).toEqual([]);
    expect(await place.query('select hash from login_links')).toEqual([]);
  });

  test.each([0.5, 8, 87_600])('nothing of before counts when the clock is set back by %s hours', async (hours) => {
    await begin('s1');
    for (let link = 0; link < LOGINS_PER_HOUR; link += 1) await sessions.offerLogin(`link${link}`, USER);
    await place.setBack(hours * HOUR_MS);
    expect(await isThere('s1')).toBe(false);
    expect(await sessions.findLogin(`link${LOGINS_PER_HOUR - 1}`)).toBeNull();
    // And nobody waits for hours.
    expect(await sessions.offerLogin('new', USER)).toBe(true);
    expect(await sessions.beginSession('new', newSession('s2'), [])).toMatchObject({ id: 's2' });
  });
});
