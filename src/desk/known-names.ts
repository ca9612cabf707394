import type { Log } from '../log.ts';
import type { PeopleLedger } from '../redemption/ledger.ts';
import type { Directory } from '../redemption/ports.ts';

/** People whose name was noted by this process. */
const REMEMBERED = 10_000;

/**
 * The directory, which has the ledger keep the names of those who are looked for in it: what they redeemed is told under
 * their name when the mapping does not have them any more. Nothing waits for it; what failed is noted the next time.
 */
export function withKnownNames(directory: Directory, ledger: Pick<PeopleLedger, 'noteName'>, log: Log): Directory {
  const noted = new Map<string, string>();

  function note(user: string, name: string): void {
    if (noted.get(user) === name) return;
    if (noted.size >= REMEMBERED) noted.clear();
    noted.set(user, name);
    ledger.noteName(user, name).catch((error: unknown) => {
      noted.delete(user);
      log.warn({ err: error, user }, 'the name of a person could not be kept');
    });
  }

  return {
    findStaff(user) {
      const member = directory.findStaff(user);
      // Without a name in the mapping they go by their id.
      if (member !== undefined && member.name !== user) note(user, member.name);
      return member;
    },
    findConversationStore: (conversation) => directory.findConversationStore(conversation),
  };
}
