import type { Redemption, SettledBy, State } from '../redemption/redemption.ts';
import type { Trail, TrailEvent, TrailMessage } from '../redemption/trail.ts';
import { maskCards } from './masked.ts';
import type { EntryFacts, TrailEntry } from './trail-shown.ts';

/** What ends a question without anything being sent. */
const ENDS_QUESTION: readonly Redemption['reason'][] = ['cancelled', 'replaced', 'unconfirmed'];

const isOf =
  <K extends TrailEvent['kind']>(...kinds: readonly K[]) =>
  (event: TrailEvent): event is Extract<TrailEvent, { readonly kind: K }> =>
    (kinds as readonly string[]).includes(event.kind);

/** All that happened, in order of time; what has no instant stands behind what it followed. `nameOf` names a user. */
export function entriesOf(trail: Trail, nameOf: (user: string) => string): readonly TrailEntry[] {
  return inOrder([
    ...received(trail),
    ...questioned(trail),
    ...sent(trail),
    ...settled(trail, nameOf),
    ...trail.messages.flatMap((message) => told(message, trail.events)),
    ...noticed(trail, nameOf),
  ]);
}

function inOrder(entries: readonly TrailEntry[]): readonly TrailEntry[] {
  let last = Number.NEGATIVE_INFINITY;
  const placed = entries.map((entry) => {
    last = entry.at ?? last;
    return { entry, at: last };
  });
  // Sorting is stable: what has the same instant stays in the order in which it was told above.
  return placed.toSorted((a, b) => a.at - b.at || 0).map(({ entry }) => entry);
}

/** The numbers of all cards that may stand in its messages. */
export function cardsIn({ redemption, beside }: Trail): readonly string[] {
  return [redemption, ...beside].flatMap(({ card, realCard, question }) =>
    [card, realCard, question?.other?.card, question?.other?.realCard].filter(
      (one) => one !== null && one !== undefined,
    ),
  );
}

function received(trail: Trail): TrailEntry[] {
  const { messages, events } = trail;
  const cards = cardsIn(trail);
  const [first] = messages;
  return [
    ...messages.map((message) => ({
      ...({ kind: message === first ? 'received' : 'confirmed', at: message.receivedAt } as const),
      ...{ channel: message.channel, inGroup: message.inGroup, shows: message.shows },
      text: maskCards(message.text, cards),
    })),
    ...events.filter(isOf('redelivered')).map(({ at, times }) => ({ kind: 'redelivered', at, times }) as const),
  ];
}

function questioned({ redemption, events }: Trail): TrailEntry[] {
  const asked = events.filter(isOf('asked'));
  const { question, state, reason, settledAt } = redemption;
  const ended = events.filter(isOf('withdrawn'));
  const isEnded = question !== null && state === 'unsent' && ENDS_QUESTION.includes(reason);
  return [
    ...asked.map(({ at, why, again = false }) => ({ kind: 'asked', at, why, again }) as const),
    ...(asked.length === 0 && question !== null
      ? [{ kind: 'asked', at: null, why: question.why, again: false } as const]
      : []),
    ...ended.map(({ at, reason: ending }) => ({ kind: 'withdrawn', at, reason: ending }) as const),
    ...(ended.length === 0 && isEnded ? [{ kind: 'withdrawn', at: settledAt, reason } as const] : []),
  ];
}

function sent({ redemption, seenAt, sentAt, events }: Trail): TrailEntry[] {
  const { remainingBefore, state, reason, settledBy } = redemption;
  // The vendor answered, or the caller says that something may have left: it was sent, though it was not kept when.
  const isAnswered =
    (state === 'succeeded' || state === 'refused') && (settledBy === null || settledBy.how === 'overruled');
  const isUnanswered = state === 'unknown' && reason !== 'interrupted';
  const unknown = events.find(isOf('unknown'));
  const wasUnanswered = unknown !== undefined && unknown.reason !== 'interrupted';
  return [
    ...(remainingBefore === null ? [] : [{ kind: 'seen', at: seenAt, remaining: remainingBefore } as const]),
    ...(sentAt !== null || isAnswered || isUnanswered || wasUnanswered ? [{ kind: 'sent', at: sentAt } as const] : []),
  ];
}

/** What it came to, at first and since, and the looks between. */
function settled({ redemption, seenAfterAt, sights, events }: Trail, nameOf: (user: string) => string): TrailEntry[] {
  const { state, reason, settledAt, settledBy, remainingAfter } = redemption;
  const entries: TrailEntry[] = [];
  // Looks from when their instants were not kept.
  const looks = events.some(isOf('look'))
    ? []
    : sights.map((sight) => ({ kind: 'look', at: null, sight, by: null }) as const);
  const first = events.find(isOf('unknown', 'settled', 'withdrawn'));
  if (first?.kind === 'settled') entries.push(...before(first, looks));
  if (first === undefined && settledAt !== null) {
    // It was settled later when that was not kept by itself yet.
    const later = settledBy !== null && (state === 'succeeded' || state === 'refused');
    const isQuestion = redemption.question !== null && ENDS_QUESTION.includes(reason);
    if (later) {
      entries.push({ kind: 'unknown', at: null, reason: null, takenOver: false }, ...looks);
      const earlier = verdictsBefore(settledBy);
      const was = earlier.at(-1)?.state ?? 'unknown';
      entries.push(...earlier, { kind: 'settled', at: settledAt, state, was, by: settledBy });
    } else if (state === 'unknown') {
      entries.push({ kind: 'unknown', at: settledAt, reason, takenOver: false }, ...looks);
    } else if (!isQuestion) {
      entries.push({ kind: 'outcome', at: settledAt, state, reason });
    }
  }
  entries.push(...events.flatMap((event) => changed(event, nameOf)));
  if (remainingAfter !== null && (seenAfterAt !== null || settledBy?.how !== 'look'))
    entries.push({ kind: 'seen-after', at: seenAfterAt, remaining: remainingAfter });
  return entries;
}

function changed(event: TrailEvent, nameOf: (user: string) => string): TrailEntry[] {
  const { at } = event;
  switch (event.kind) {
    case 'unknown':
      return [{ kind: 'unknown', at, reason: event.reason, takenOver: event.takenOver === true }];
    case 'look':
      return [{ kind: 'look', at, sight: event.sight, by: event.by === undefined ? null : nameOf(event.by) }];
    case 'looks-ended':
      return [{ kind: 'looks-ended', at }];
    case 'settled':
      return [{ kind: 'settled', at, state: event.state, was: event.was, by: event.by }];
    default:
      return [];
  }
}

/** What it was before the first change that is on record. */
function before(
  { was, since, by }: Extract<TrailEvent, { readonly kind: 'settled' }>,
  looks: readonly TrailEntry[],
): TrailEntry[] {
  if (was === 'unknown') return [{ kind: 'unknown', at: since, reason: null, takenOver: false }, ...looks];
  const earlier = verdictsBefore(by);
  // It had been settled without an answer when such changes were not kept by themselves yet.
  if (earlier.length > 0) return [{ kind: 'unknown', at: null, reason: null, takenOver: false }, ...looks, ...earlier];
  return [{ kind: 'outcome', at: since, state: was, reason: null }, ...looks];
}

type Settled = Extract<TrailEntry, { readonly kind: 'settled' }>;

/** What was said without an answer before it came to this, oldest first. */
function verdictsBefore(by: SettledBy | null): readonly Settled[] {
  if (by?.how === 'overruled')
    return by.was === 'unknown' ? [] : [{ kind: 'settled', at: null, state: by.was, was: 'unknown', by: by.by }];
  if (by?.how !== 'hand') return [];
  let was: State = 'unknown';
  return (by.earlier ?? []).map(({ at, state, user, name, reason, file }) => {
    const given: SettledBy =
      file === undefined
        ? { how: 'hand', user, name, ...(reason === undefined ? {} : { reason }) }
        : { how: 'list', user, name, file, sha256: '', place: null };
    const entry: Settled = { kind: 'settled', at, state, was, by: given };
    was = state;
    return entry;
  });
}

/** How the reply to one message went. */
function told({ id, toldAt, replyState }: TrailMessage, events: readonly TrailEvent[]): TrailEntry[] {
  const own = events.filter(({ message }) => message === id);
  const isLate = own.some((event) => event.kind === 'late' && event.result === 'sent' && event.at === toldAt);
  // Told when that was not kept yet.
  const isOld = toldAt === null && (replyState === 'answered' || replyState === 'sent');
  return [
    ...((toldAt === null && !isOld) || isLate ? [] : [{ kind: 'told', at: toldAt, again: false } as const]),
    ...own.filter(isOf('told-again')).map(({ at }) => ({ kind: 'told', at, again: true }) as const),
    ...own.filter(isOf('late')).map(({ at, result, attempt }) => ({ kind: 'late', at, result, attempt }) as const),
    ...own.filter(isOf('reply-taken-over')).map(({ at }) => ({ kind: 'reply-taken-over', at }) as const),
  ];
}

function noticed({ notices, tellings }: Trail, nameOf: (user: string) => string): TrailEntry[] {
  const toGroups: readonly (EntryFacts & { readonly at: number })[] = notices.map(
    ({ kind, createdAt, addressedAt, deliveries }) => ({
      ...({ kind: 'notice', at: createdAt, of: kind, deliveries } as const),
      addressed: addressedAt !== null,
    }),
  );
  const toPeople = tellings.map(({ user, about, createdAt, replyState, toldAt }) => ({
    ...({ kind: 'telling', at: createdAt, about, replyState, toldAt } as const),
    who: user === null ? null : nameOf(user),
  }));
  return [...toGroups, ...toPeople];
}
