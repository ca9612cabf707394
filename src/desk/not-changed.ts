import type { StaffSnapshot } from '../redemption/people.ts';
import type { NotAllowed } from './not-allowed.ts';
import type { Changed } from './staff-changes.ts';
import type { NotChanged, WhyNotChanged } from './staff-result.ts';
import type { Refusal } from './staff-rules.ts';
import { memberView } from './staff-views.ts';

/** Why a change did not take place. */
export function whyNot(
  current: StaffSnapshot,
  admins: readonly string[],
  changed: Exclude<Changed, { kind: 'change' }>,
): NotChanged | NotAllowed {
  switch (changed.kind) {
    case 'refused':
      return refusal(changed.why);
    case 'unchanged':
      return notChanged({ kind: 'unchanged', member: memberView(current, admins, changed.member) });
    case 'failed':
      return notChanged({ kind: 'mapping-broken' });
  }
}

function refusal(why: Refusal): NotChanged | NotAllowed {
  switch (why) {
    case 'own-store':
      return { kind: 'not-allowed', needed: 'own-store' };
    case 'no-such-store':
      return notChanged({ kind: 'unknown-store', near: [], typed: null });
    default:
      return notChanged({ kind: why });
  }
}

export function notChanged(why: WhyNotChanged): NotChanged {
  return { kind: 'not-changed', why };
}
