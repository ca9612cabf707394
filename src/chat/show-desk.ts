import { cardOfCode } from '../command/card.ts';
import type { ShowingLine } from '../command/parse.ts';
import * as sentences from '../command/sentences.ts';
import type { Log } from '../log.ts';
import type { AskShown, ShownResult } from '../redemption/ask-shown.ts';
import type { MessageRecord } from '../redemption/message.ts';
import type { Directory } from '../redemption/ports.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { ChatMessage } from './channel.ts';
import type { CommandDesk, ShowDesk } from './command-desk.ts';
import { listener, noPlace, type RoleOf } from './compose.ts';
import { placeOf } from './plan.ts';
import type { ReadShown } from './read-shown.ts';

export interface ShowDeskParts {
  readonly staff: Directory;
  readonly roleOf: RoleOf;
  readonly read: ReadShown;
  readonly ask: AskShown;
  readonly commands: CommandDesk;
  readonly log: Log;
}

export function createShowDesk({ staff, roleOf, read, ask, commands, log }: ShowDeskParts): ShowDesk {
  async function carryOut(
    { line, command: { wants, count, remark } }: ShowingLine,
    message: ChatMessage,
    record: MessageRecord,
  ): Promise<string | Redemption | null> {
    const { store, employeeId, unsent } = placeOf(message, staff);
    const to = listener(message.user, roleOf);
    // Who may have nothing done has no picture fetched either. An admin may look at cards without a store.
    if (unsent !== null && !(wants === 'query' && to.user !== null && to.role === 'admin')) return noPlace(unsent, to);

    const seen = await read(message);
    if (seen.kind === 'stopped') return sentences.notCarriedOut('stopping');
    if (seen.kind === 'not-read') return sentences.pictureNotRead(seen.why, wants);
    const cards = [...new Set(seen.texts.map(cardOfCode).filter((card) => card !== null))];
    const [card, other, ...more] = cards;
    if (card === undefined) return seen.texts.length === 0 ? sentences.noCode(wants) : sentences.noCardCode(wants);
    if (more.length > 0) return sentences.manyCodes(cards, wants);
    if (wants === 'query') {
      const answers = [];
      for (const one of cards) answers.push(await commands.carryOut({ kind: 'query', card: one }, message));
      return answers.join('\n');
    }
    return toSay(
      await ask(record, {
        line,
        cards: other === undefined ? [card] : [card, other],
        count,
        remark,
        typedAt: message.typedAt,
        store,
        employeeId,
      }),
    );
  }

  return {
    async carryOut(...showing) {
      try {
        return await carryOut(...showing);
      } catch (error) {
        log.error({ err: error }, 'what a message shows could not be asked about');
        return sentences.notCarriedOut('storage');
      }
    },
  };
}

function toSay(result: ShownResult): string | Redemption | null {
  switch (result.kind) {
    case 'asked':
      return result.redemption;
    case 'blocked':
      return sentences.shownBlocked(result);
    case 'refused':
      return sentences.shownUnknown(result.card, result.vendorMsg);
  }
}
