import type { ReplyState } from '../redemption/message.ts';
import type { Trail, TrailNotice } from '../redemption/trail.ts';
import type { Coming } from './trail-shown.ts';

const STILL_TO_TELL: readonly ReplyState[] = ['open', 'queued', 'sending', 'held'];

/** What is still to come of a redemption. */
export function comingOf({ redemption, messages, lookDue, notices }: Trail): readonly Coming[] {
  const { state, question } = redemption;
  return [
    ...(state === 'pending' ? [{ kind: 'outcome' } as const] : []),
    ...(state === 'asked' && question !== null ? [{ kind: 'answer', until: question.expiresAt } as const] : []),
    ...(state !== 'unknown' ? [] : lookDue === null ? [PEOPLE] : [{ kind: 'look', from: lookDue } as const]),
    ...messages
      .filter(({ replyState }) => STILL_TO_TELL.includes(replyState))
      .map(({ replyState, replyDue }) => ({
        ...({ kind: 'reply', state: replyState } as const),
        from: replyState === 'queued' ? replyDue : null,
      })),
    ...notices.flatMap(waitingOf),
  ];
}

const PEOPLE = { kind: 'people' } as const;

function waitingOf({ addressedAt, deliveries }: TrailNotice): Coming[] {
  if (addressedAt === null) return [{ kind: 'notices', robots: null }];
  const robots = deliveries.filter(({ state }) => state === 'waiting').length;
  return robots === 0 ? [] : [{ kind: 'notices', robots }];
}
