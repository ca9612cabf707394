import type { Command, LineProblem, Showing } from '../command/command.ts';
import { parseMessage, type ParsedMessage } from '../command/parse.ts';
import * as sentences from '../command/sentences.ts';
import type { Say } from '../desk/notice.ts';
import type { NoticeNow } from '../desk/notices.ts';
import type { Answers, MessageRecord } from '../redemption/message.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { Role } from '../redemption/role.ts';

/** What the lines of a message came to: redemptions in order, and the answers to other commands by line. */
export interface Results {
  readonly redemptions: readonly Redemption[];
  readonly answers: Answers;
}

/** Who is spoken to; `user` is platform and id, null where the platform gave none. */
export interface Listener {
  readonly user: string | null;
  readonly role: Role;
  /** The number of the request by which they wait to be bound; null or absent where there is none, or it is not known. */
  readonly request?: number | null;
}

/** An answer as it was kept, as it is to be told now. */
export type AsTold = (kept: string) => string;

const asKept: AsTold = (kept) => kept;

/** What a person is at the moment. */
export type RoleOf = (user: string) => Role;

export function listener(user: string | null, roleOf: RoleOf): Listener {
  return { user, role: user === null ? 'staff' : roleOf(user) };
}

/**
 * The whole reply to a message: what its lines came to, and an explanation where one could not be carried out. What is
 * on record is always told, also where a later version would read the line differently.
 */
export function composeReply(
  parsed: ParsedMessage,
  to: Listener,
  { redemptions, answers }: Results,
  asTold: AsTold = asKept,
): string {
  const told = [
    ...redemptions.map((redemption) => ({
      line: redemption.line,
      text: lineText(redemption, to),
      hasNumber: redemption.state === 'asked' && redemption.question?.number !== undefined,
    })),
    ...Object.entries(answers).map(([line, kept]) => ({ line: Number(line), text: asTold(kept) })),
  ];
  const done = new Set(told.map(({ line }) => line));
  const explained = parsed.lines
    .filter(({ line }) => !done.has(line))
    .map(({ line, command }) => ({ line, text: explanation(command, to) }));
  return sentences.composeReply([...told, ...explained]);
}

function explanation(command: Command | Showing, to: Listener): string {
  const { role } = to;
  switch (command.kind) {
    case 'wrong':
      return forUnbound(command.problem, to) ?? sentences.explain(command.problem, role);
    case 'uncertain':
    case 'ambiguous':
      return sentences.explain(command, role);
    case 'help':
      return forUnbound(command, to) ?? (command.all === true ? sentences.helpOnAll(role) : sentences.help(role));
    case 'courtesy':
      return sentences.courtesy(command.said);
    case 'not-understood':
      return forUnbound(command, to) ?? sentences.notUnderstood(command.meant);
    case 'showing':
      return sentences.showAgain();
    default:
      return sentences.serverTrouble();
  }
}

/**
 * A person who is not in the mapping is told the one thing to do, whatever they typed; but what is wrong with it where they
 * were about to do it. Null for all others.
 */
function forUnbound(typed: LineProblem | Command, { user, role, request }: Listener): string | null {
  if (role !== 'unbound' || user === null) return null;
  const binds = (typed.kind === 'misused' && typed.of === 'bind-request') || typed.kind === 'mistyped-word';
  if (binds) return null;
  return NO_ORDERS.has(typed.kind) ? sentences.stranger(user, request) : sentences.unbound(user, request);
}

/** What asks for no visits to be redeemed. */
const NO_ORDERS: ReadonlySet<(LineProblem | Command)['kind']> = new Set([
  'help',
  'not-understood',
  'misused',
  'question',
  'quoted-picture',
  'more',
] as const);

function lineText(redemption: Redemption, to: Listener): string {
  const { reason } = redemption;
  return reason === 'unbound' || reason === 'no-user' ? noPlace(reason, to) : sentences.redemptionText(redemption);
}

/** Why a person can have nothing redeemed: who they are, or where they work, is not known. */
export function noPlace(reason: 'unbound' | 'no-user', { user, role, request }: Listener): string {
  if (reason === 'no-user' || user === null) return sentences.noUser();
  return role === 'admin' ? sentences.adminWithoutStore(user) : sentences.unbound(user, request);
}

/** What is to be said now of something on record; null when there is nothing to say any more. */
export type TextNow = (record: MessageRecord) => Promise<string | null>;

export interface TextNowParts extends Shown {
  readonly notice: NoticeNow;
  readonly say: Say;
}

/** Looks notices up, and composes replies. */
export function createTextNow({ notice, say, ...shown }: TextNowParts): TextNow {
  return async (record) => {
    const { topic, user } = record;
    const text = replyTo(record, shown);
    if (topic === null || user === null) return text;
    const now = await notice(topic, user);
    if (now === 'as-recorded') return text;
    return now === null ? null : say(now);
  };
}

interface Shown {
  readonly botNames: readonly string[];
  readonly roleOf: RoleOf;
  /** Absent: as they were kept. */
  readonly asTold?: AsTold | undefined;
}

/** The reply to a message that is on record. */
export function replyTo(
  { text, shows, user, redemptions, answers }: MessageRecord,
  { botNames, roleOf, asTold }: Shown,
): string {
  const results = { redemptions, answers: answers ?? {} };
  return composeReply(parseMessage(text, botNames, shows), listener(user, roleOf), results, asTold);
}
