import type { SessionLedger } from '../../redemption/sessions.ts';
import type { Call } from '../verbs.ts';

/** Login links and sessions, over a way to call verbs. */
export function createSessionLedger(call: Call): SessionLedger {
  return {
    offerLogin: (hash, user) => call('offerLogin', hash, user),
    findLogin: (hash) => call('findLogin', hash),
    beginSession: (login, session, tellings) => call('beginSession', login, session, tellings),
    findSession: (id) => call('findSession', id),
    sessionsOf: (user) => call('sessionsOf', user),
    async touchSession(id) {
      await call('touchSession', id);
    },
    endSession: (user, id) => call('endSession', user, id),
    endSessions: (user, except) => call('endSessions', user, except),
  };
}
