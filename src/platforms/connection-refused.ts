import type { ChangeReason, Refusal } from '../transports/socket/socket.ts';
import type { Meaning } from './errors.ts';

type Remedy = Partial<Pick<Refusal, 'remedy' | 'notBeforeMs'>>;

/** Why a platform does not take a connection, or ends it; without a remedy where time mends it. */
export function connectionRefused(reason: ChangeReason, detail: string, remedy: Remedy = {}): Refusal {
  return { kind: 'refused', reason, detail, remedy: null, ...remedy };
}

/** The reason where a platform answers with a code, by what that means; `otherwise`: for all that is no matter of time. */
export function reasonOf(means: Meaning | undefined, otherwise: 'refused' | 'unreachable'): ChangeReason {
  switch (means) {
    case 'throttled':
      return 'rate-limited';
    case 'busy':
      return 'unreachable';
    case 'settings':
      return 'refused';
    default:
      return otherwise;
  }
}
