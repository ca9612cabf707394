import type { DueLook } from '../../redemption/questions.ts';
import { FURTHEST_MS, isTooFarAhead as liesTooFarAhead } from '../../redemption/instants.ts';
import { judge, whyUnsettled, type Sight } from '../../redemption/looks.ts';
import type { NoticeKind } from '../../redemption/notices.ts';
import type { Telling } from '../../redemption/people.ts';
import type { Redemption, SettledBy, Unsettled } from '../../redemption/redemption.ts';
import { toRedemption } from '../row.ts';
import type { VerbContext } from '../context.ts';
import { findRedemption } from '../messages/find.ts';
import { ahead, isTooFarAhead } from '../instants.ts';
import { tell } from '../messages/tell.ts';
import { tellAgain } from '../messages/reply.ts';
import { settleUnknown } from './settle.ts';
import { othersOfCard, ownNumber, type RedemptionRow } from './same-card.ts';

const BY_LOOK = JSON.stringify({ how: 'look' } satisfies SettledBy);

/** No request is under way for longer than this, so what began earlier cannot have changed the times since. */
const UNDER_WAY_MS = 60 * 60_000;
/**
 * What a redemption took may show on the card this much later. Twice the time for which an unknown is looked at: to be
 * generous here costs no more than that somebody has to look into the vendor's books.
 */
const LAG_MS = 10 * 60_000;
/** After this the times may have been changed by so much else that they prove nothing any more. */
const PROVES_WITHIN_MS = 60 * 60_000;
/** A look that comes later than this after it was due leaves a gap in what was seen. */
const LATE_MS = 30_000;
/** Whoever asks over and over must not make a row grow without end; nothing is concluded from more. */
const MAX_SIGHTS = 100;

/** Reserves unknown redemptions whose card is to be looked at, for `leaseMs`. */
export async function takeDueLooks(
  context: VerbContext,
  limit: number,
  leaseMs: number,
  firstAfterMs: number,
): Promise<DueLook[]> {
  const due = await context.trx
    .selectFrom('redemptions')
    .select(['id', 'looks', 'look_due', 'sights'])
    .where((where) =>
      where.or([
        where('look_due', '<=', context.now - firstAfterMs),
        where.and([where('look_due', '<=', context.now), where('looks', '>', 0)]),
        isTooFarAhead('look_due', context.now, FURTHEST_MS.look),
      ]),
    )
    .orderBy('look_due')
    .limit(limit)
    .$if(context.shared, (query) => query.forUpdate().skipLocked())
    .execute();
  const taken: DueLook[] = [];
  for (const row of due) {
    const sights = sightsOf(context, row, row.looks === 0 ? firstAfterMs : 0, row.looks);
    const { looks, ...columns } = await context.trx
      .updateTable('redemptions')
      .set({
        look_due: ahead(context.now, leaseMs, FURTHEST_MS.look),
        looks: row.looks + 1,
        sights: JSON.stringify(sights),
      })
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    taken.push({ ...toRedemption({ looks, ...columns }), looks, user: columns.user_id });
  }
  return taken;
}

/**
 * What looks have shown so far; with a gap in it where one that was begun (of which there are `begun`) left nothing, or
 * the next one was not made in time. `graceMs` is how much later than `look_due` it was to be made.
 */
function sightsOf(
  { now }: VerbContext,
  { look_due, sights }: Pick<RedemptionRow, 'look_due' | 'sights'>,
  graceMs: number,
  begun: number,
): readonly Sight[] {
  const known = sights === null ? [] : (JSON.parse(sights) as Sight[]);
  const late =
    look_due !== null && (now - look_due - graceMs > LATE_MS || liesTooFarAhead(look_due, now, FURTHEST_MS.look));
  return late || begun > known.length ? [...known, null] : known;
}

/** When to look again. */
export async function scheduleLook(context: VerbContext, id: number, at: number): Promise<null> {
  await context.trx
    .updateTable('redemptions')
    .set({ look_due: ahead(context.now, at - context.now, FURTHEST_MS.look) })
    .where('id', '=', id)
    .where('state', '=', 'unknown')
    .execute();
  return null;
}

/** Ends the looks at an unknown that none of them settled. Its reply, which promised to tell, goes out again. */
export async function endLooks(context: VerbContext, id: number, tellings: readonly Telling[]): Promise<null> {
  const ended = await context.trx
    .updateTable('redemptions')
    .set({ look_due: null })
    .where('id', '=', id)
    .where('state', '=', 'unknown')
    .where('look_due', 'is not', null)
    .returning('message')
    .executeTakeFirst();
  if (ended === undefined) return null;
  await tellAgain(context, ended.message);
  return tell(context, tellings);
}

/**
 * Puts on record what a look showed, and settles the unknown if all the looks together say what it was. That nothing else
 * of ours can have changed the times is found out in the same transaction: every redemption has a row before it is sent.
 */
export async function settleByLook(
  context: VerbContext,
  id: number,
  sight: Sight,
  last: boolean,
  wanted: readonly NoticeKind[],
): Promise<Redemption> {
  const row = await context.trx
    .selectFrom('redemptions')
    .selectAll()
    .where('id', '=', id)
    // Two looks at once must not overwrite each other's sight.
    .$if(context.shared, (query) => query.forUpdate())
    .executeTakeFirstOrThrow();
  if (row.state !== 'unknown' || row.remaining_before === null) return toRedemption(row);
  // The look that is under way, which may be this one, has left nothing yet.
  const begun = row.look_due === null ? row.looks : row.looks - 1;
  const sights = [...sightsOf(context, row, 0, begun), sight];
  if (sights.length > MAX_SIGHTS) return toRedemption(row);
  const before = row.remaining_before;
  const state = judge({ count: row.count, before, sights, last });
  const unsettled = await whyNot(context, row, state ?? whyUnsettled({ before, sights }));
  const seen = await context.trx
    .updateTable('redemptions')
    .set({ sights: JSON.stringify(sights), unsettled })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (state === null || unsettled !== null) return toRedemption(seen);
  const settled = await settleUnknown(context, id, { state, settled_by: BY_LOOK, remaining_after: sight }, wanted);
  return settled === null ? findRedemption(context, id) : toRedemption(settled);
}

/** Settles an unknown because somebody who can see the vendor's books says what it was. */
export async function settleByHand(
  context: VerbContext,
  id: number,
  state: 'succeeded' | 'refused',
  by: SettledBy,
  wanted: readonly NoticeKind[],
): Promise<Redemption> {
  const settled = await settleUnknown(context, id, { state, settled_by: JSON.stringify(by) }, wanted);
  return settled === null ? findRedemption(context, id) : toRedemption(settled);
}

/** Why a row stays unknown after what its looks showed; null where it does not. */
async function whyNot(
  context: VerbContext,
  row: RedemptionRow,
  shown: 'succeeded' | 'refused' | Unsettled,
): Promise<Unsettled | null> {
  if (shown === 'unseen' || shown === 'unclear') return shown;
  if (!isOfThisHour(context, row)) return 'late';
  return (await isDisturbed(context, row)) ? 'disturbed' : null;
}

function isOfThisHour({ now }: VerbContext, { claimed_at, settled_at }: RedemptionRow): boolean {
  // How long ago that was which lies ahead, because the clock was set back, nobody knows.
  const isAhead = [claimed_at, settled_at ?? claimed_at].some((at) => liesTooFarAhead(at, now, FURTHEST_MS.past));
  return !isAhead && now - claimed_at <= PROVES_WITHIN_MS;
}

/** Whether another redemption of ours may have changed the card's times since they were looked at for this one. */
async function isDisturbed(context: VerbContext, row: RedemptionRow): Promise<boolean> {
  // What was settled earlier than this showed in the times that were seen before.
  const settledSince = row.claimed_at - LAG_MS;
  const other = await othersOfCard(context, row, await ownNumber(context, row), settledSince - UNDER_WAY_MS)
    .where((where) =>
      where.or([
        where('state', 'in', ['pending', 'unknown']),
        where.and([
          // A refusal that was inferred, or that a person said, is not certain enough to conclude anything else from it.
          where.or([
            where('state', '=', 'succeeded'),
            where.and([where('state', '=', 'refused'), where('settled_by', 'is not', null)]),
          ]),
          where.or([where('settled_at', 'is', null), where('settled_at', '>=', settledSince)]),
        ]),
      ]),
    )
    .select('id')
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}
