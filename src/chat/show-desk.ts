import { cardOfCode } from '../command/card.ts';
import type { ShowingLine } from '../command/parse.ts';
import * as sentences from '../command/sentences.ts';
import type { Log } from '../log.ts';
import type { AskShown, NotUsable, ShownOrder } from '../redemption/ask-shown.ts';
import type { MessageRecord } from '../redemption/message.ts';
import type { Directory } from '../redemption/ports.ts';
import { mayHaveHappened } from '../redemption/storage-trouble.ts';
import type { ChatMessage } from './channel.ts';
import type { AskedShown, CommandDesk, ShowDesk } from './command-desk.ts';
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
  ): Promise<string | AskedShown | null> {
    const { store, employeeId, unsent } = placeOf(message, staff);
    const to = listener(message.user, roleOf);
    // Who may have nothing done has no picture fetched either. An admin may look at cards without a store.
    if (unsent !== null && !(wants === 'query' && to.user !== null && to.role === 'admin')) return noPlace(unsent, to);

    const seen = await read(message);
    if (seen.kind === 'stopped') return sentences.notCarriedOut('stopping');
    if (seen.kind === 'not-read') return sentences.pictureNotRead(seen.why, wants);
    const { unread } = seen;
    const also = (text: string) => withMore(text, sentences.shownBesides({ unread, unknown: 0 }));
    const cards = [...new Set(seen.texts.map(cardOfCode).filter((card) => card !== null))];
    const [card, other, ...more] = cards;
    if (card === undefined)
      return also(seen.texts.length === 0 ? sentences.noCode(wants) : sentences.noCardCode(wants));
    if (more.length > 0) return also(sentences.manyCodes(cards, wants));
    if (wants === 'query') {
      const answers = [];
      for (const one of cards) answers.push(await commands.carryOut({ kind: 'query', card: one }, message));
      return also(answers.join('\n'));
    }
    const order: ShownOrder = {
      ...{ line, count, remark, store, employeeId, typedAt: message.typedAt },
      cards: other === undefined ? [card] : [card, other],
      besides: (unknown) => sentences.shownBesides({ unread, unknown }),
    };
    // It may have been stored without an answer; asked once more, it is the same question.
    const result = await ask(record, order).catch((first: unknown) =>
      ask(record, order).catch((error: unknown) => {
        throw mayHaveHappened(first) ? first : error;
      }),
    );
    if (result.kind !== 'asked') return also(result.cards.map(whyNotUsable).join('\n'));
    const { redemption, besides } = result;
    return redemption === null ? null : { question: redemption, besides };
  }

  return {
    async carryOut(...showing) {
      try {
        return await carryOut(...showing);
      } catch (error) {
        log.error({ err: error }, 'what a message shows could not be asked about');
        // Where the question may be there, it is not said that there is none.
        return mayHaveHappened(error) ? sentences.shownUnclear() : sentences.notCarriedOut('storage');
      }
    },
  };
}

function withMore(text: string, more: string | null): string {
  return more === null ? text : `${text}\n${more}`;
}

function whyNotUsable(card: NotUsable): string {
  return card.kind === 'blocked' ? sentences.shownBlocked(card) : sentences.shownUnknown(card.card, card.vendorMsg);
}
