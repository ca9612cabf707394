import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import type { Logins } from '../../desk/logins.ts';
import { OPERATOR } from '../../desk/operator.ts';
import type { Permissions, Who } from '../../desk/permissions.ts';
import type { Log } from '../../log.ts';
import { isTooFarAhead } from '../../redemption/instants.ts';
import { FRESH_MS, type Session } from '../../redemption/sessions.ts';
import type { Visitor } from '../page.ts';
import type { Cookies } from './cookies.ts';

/** A write is a wait for the disk, so a session is not marked more often. */
const MARK_EVERY_MS = 5 * 60_000;

/** Who may come in: browsers that have logged in, each as the mapping has its person at that moment. */
export interface Admission {
  /** Who asks; null: nobody who is logged in, or who is not bound any more. Rejects when the ledger cannot be read. */
  readonly admit: (ctx: Context) => Promise<Visitor | null>;
  /**
   * Whether somebody who was admitted would be so again now, as the same: their session lasts, and their role and store are what
   * they were. For what stays open; it does not count as asking for something. Rejects when the ledger cannot be read.
   */
  readonly stillIn: (visitor: Visitor) => Promise<boolean>;
  /** Who a person is in the console; null: they may not come in. */
  person(user: string): { readonly who: Who; readonly name: string } | null;
}

export interface AdmissionParts {
  readonly logins: Logins;
  readonly permissions: Permissions;
  readonly cookies: Pick<Cookies, 'secret'>;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

export function createAdmission({ logins, permissions, cookies, now, log }: AdmissionParts): Admission {
  function person(user: string) {
    if (user === OPERATOR) return { who: { user, role: 'admin', member: undefined } as const, name: '操作员（本机）' };
    const who = permissions.who(user);
    return who.role === 'unbound' ? null : { who, name: who.member?.name ?? user };
  }

  function mark({ id, seenAt }: Session): void {
    if (Math.abs(now() - seenAt) < MARK_EVERY_MS) return;
    logins.touch(id).catch((error: unknown) => log.warn({ err: error }, 'a session could not be marked as in use'));
  }

  return {
    person,
    async admit(ctx) {
      const secret = cookies.secret(ctx);
      const session = secret === null ? null : await logins.session(secret);
      const known = session === null ? null : person(session.user);
      if (session === null || known === null) return null;
      mark(session);
      const { id, beganAt, root } = session;
      const isFresh = now() - beganAt <= FRESH_MS && !isTooFarAhead(beganAt, now(), 0);
      return { ...known, session: id, since: beganAt, isFresh, formToken: formTokenOf(root) };
    },
    async stillIn({ session, who }) {
      const lasting = await logins.findSession(session);
      const known = lasting === null ? null : person(lasting.user);
      return known !== null && known.who.role === who.role && known.who.member?.store.code === who.member?.store.code;
    },
  };
}

/** The same after another login of the same person in the same browser: so a form that waited for it can still be sent. */
function formTokenOf(root: string): string {
  return createHash('sha256').update(`form of ${root}`).digest('base64url');
}
