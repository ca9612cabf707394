import type { DeskCommand } from '../command/command.ts';
import type { NewMessage } from '../redemption/message.ts';
import type { CardDesk } from './cards.ts';
import type { ConsoleLink } from './console-link.ts';
import type { People } from './people.ts';
import { mayGive, type Permissions, type Who } from './permissions.ts';
import type { ListRecords } from './records.ts';
import type { Requests } from './requests.ts';
import type { DeskResult } from './result.ts';
import type { TestOwnRobots } from './robot-tests.ts';
import type { SumUp } from './statistics.ts';
import type { AskUndo } from './undo.ts';
import type { WaitingRequest } from './waiting-request.ts';

/** Who gives a command, where, and how they are reached afterwards. */
export type Origin = Pick<NewMessage, 'user' | 'channel' | 'account' | 'conversation' | 'returnAddress'>;

export interface DeskParts {
  readonly permissions: Permissions;
  readonly cards: CardDesk;
  readonly people: People;
  readonly requests: Requests;
  readonly waitingRequest: WaitingRequest;
  readonly records: ListRecords;
  readonly statistics: SumUp;
  readonly robotTests: TestOwnRobots;
  readonly undo: AskUndo;
  readonly consoleLink: ConsoleLink;
}

/** What people ask for besides redemptions: who asks goes in, data comes out. Words are a second step. */
export interface Desk {
  /** Carries out one command, if this person may give it. Rejects when storage fails; then part of it may have been done. */
  carryOut(command: DeskCommand, origin: Origin): Promise<DeskResult>;
}

const NOT_ASKED: DeskResult = { kind: 'no-effect', said: 'confirm', bare: 'courtesy', why: { kind: 'none-open' } };

export function createDesk(parts: DeskParts): Desk {
  return {
    async carryOut(command, origin) {
      const isCourtesy = command.kind === 'confirm' && command.bare === 'courtesy';
      if (origin.user === null) return isCourtesy ? NOT_ASKED : { kind: 'no-user' };
      const who = parts.permissions.who(origin.user);
      const isStranger = who.role === 'unbound' && command.kind !== 'bind-request';
      if (!isStranger && mayGive(who.role, command)) return carryOut(parts, command, who, origin);
      // A courtesy is one also from those whom nothing was asked.
      if (isCourtesy) return NOT_ASKED;
      if (!isStranger) return { kind: 'not-allowed', needed: 'manager' };
      return { kind: 'stranger', user: who.user, request: await parts.waitingRequest(who.user) };
    },
  };
}

async function carryOut(
  { cards, people, requests, records, statistics, robotTests, undo, consoleLink }: DeskParts,
  command: DeskCommand,
  who: Who,
  origin: Origin,
): Promise<DeskResult> {
  const speaker = {
    user: who.user,
    channel: origin.channel,
    account: origin.account,
    conversation: origin.conversation,
  };
  switch (command.kind) {
    case 'query':
      return cards.query(command.card, who);
    case 'check':
      return command.verdict === null
        ? cards.check.look(command.receipt, who)
        : cards.check.settle(command.receipt, command.verdict, who);
    case 'confirm':
      return cards.questions.confirm(command, speaker);
    case 'cancel':
      return cards.questions.cancel(command, speaker);
    case 'undo':
      return undo(command, who, speaker);
    case 'me':
      return people.me(who);
    case 'staff-list':
      return people.list(who, command.page ?? 1);
    case 'bind':
      return people.bind(command, who);
    case 'unbind':
      return people.unbind(command, who);
    case 'bind-request':
      return requests.ask(command, who, origin);
    case 'agree':
    case 'reject':
      if (command.number === null) return people.requests(who);
      return requests.decide(command.number, command.kind === 'agree' ? 'agreed' : 'rejected', who);
    case 'records':
      return records(command.of, who, command.page ?? 1);
    case 'statistics':
      return statistics(command.period, who, command.page ?? 1);
    case 'notify-test':
      return robotTests(who);
    case 'console':
      return consoleLink.offer(who, origin.conversation);
    case 'sign-out':
      return consoleLink.signOut(who);
  }
}
