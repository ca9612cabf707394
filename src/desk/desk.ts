import type { ChatMessage } from '../chat/channel.ts';
import type { CommandDesk } from '../chat/command-desk.ts';
import type { DeskCommand } from '../command/command.ts';
import * as sentences from '../command/sentences.ts';
import type { Log } from '../log.ts';
import type { CardDesk } from './cards.ts';
import type { People } from './people.ts';
import { mayGive, type Permissions, type Who } from './permissions.ts';
import type { TellRecords } from './records.ts';
import type { Requests } from './requests.ts';
import type { TellRobotTests } from './robot-tests.ts';
import type { TellStatistics } from './statistics.ts';

export interface CommandDeskParts {
  readonly permissions: Permissions;
  readonly cards: CardDesk;
  readonly people: People;
  readonly requests: Requests;
  readonly records: TellRecords;
  readonly statistics: TellStatistics;
  readonly robotTests: TellRobotTests;
  readonly log: Log;
}

/** Carries out what people type besides redemptions, if they may; one place that decides, and one that catches. */
export function createCommandDesk(parts: CommandDeskParts): CommandDesk {
  const { permissions, log } = parts;
  return {
    async carryOut(command, message) {
      if (message.user === null) return sentences.noUser();
      const who = permissions.who(message.user);
      if (!mayGive(who.role, command))
        return who.role === 'unbound' ? sentences.notBound(who.user) : sentences.notAllowed('manager');
      try {
        return await carryOut(parts, command, who, message);
      } catch (error) {
        log.error({ err: error, command: command.kind }, 'a command could not be carried out');
        return sentences.serverTrouble();
      }
    },
  };
}

async function carryOut(
  { cards, people, requests, records, statistics, robotTests }: CommandDeskParts,
  command: DeskCommand,
  who: Who,
  message: ChatMessage,
): Promise<string> {
  switch (command.kind) {
    case 'query':
      return cards.query(command.card, who);
    case 'check':
      return command.verdict === null
        ? cards.check.look(command.receipt, who)
        : cards.check.settle(command.receipt, command.verdict, who);
    case 'confirm':
      return cards.questions.confirm(command.receipt, who, message);
    case 'cancel':
      return cards.questions.cancel(command.receipt, who, message);
    case 'me':
      return people.me(who);
    case 'staff-list':
      return people.list(who);
    case 'bind':
      return people.bind(command, who);
    case 'unbind':
      return people.unbind(command, who);
    case 'bind-request':
      return requests.ask(command, who, message);
    case 'agree':
      return requests.decide(command.number, 'agreed', who);
    case 'reject':
      return requests.decide(command.number, 'rejected', who);
    case 'records':
      return records(command.of, who);
    case 'statistics':
      return statistics(command.period, who);
    case 'notify-test':
      return robotTests(who);
  }
}
