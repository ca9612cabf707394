import { cardTail, OUTCOME_WORDS, REASONS, vendorWords, withoutCards } from '../command/sentences/words.ts';
import { html, type Html } from '../pages/html.ts';
import { badge } from '../pages/layout.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { Redemption, State } from '../redemption/redemption.ts';

// How pages speak of a redemption, in the words of the chat.

export { cardTail, OUTCOME_WORDS, withoutCards };

const COLOURS = {
  asked: 'skipped',
  pending: 'skipped',
  succeeded: 'ok',
  refused: 'fail',
  unsent: 'skipped',
  unknown: 'warn',
} as const satisfies Record<State, string>;

/** The outcome as a word, which the colour only repeats. */
export function outcomeBadge(state: State): Html {
  return badge(COLOURS[state], OUTCOME_WORDS[state]);
}

/** Why it came to that, or what the vendor said of it; empty where neither is known. Card numbers are cut to their last digits. */
export function whyOf(redemption: Redemption): string {
  return redemption.reason === null ? vendorWords(redemption) : REASONS[redemption.reason];
}

/** Where a redemption's time line is. */
export function addressOf(receipt: string): string {
  return `/console/r/${receipt}`;
}

export function receiptLink(receipt: string): Html {
  return html`<a href="${addressOf(receipt)}">${receipt}</a>`;
}

/** An instant (milliseconds since 1970) as the shop's clock shows it, such as `2026-11-27 15:30`, without today's date. */
export function momentIn(calendar: Calendar, instant: number, now: number): Html {
  const [day, time] = [calendar.dayOf(instant), calendar.timeOf(instant)];
  const shown = day === calendar.dayOf(now) ? time : `${day} ${time}`;
  return html`<time datetime="${new Date(instant).toISOString()}">${shown}</time>`;
}
