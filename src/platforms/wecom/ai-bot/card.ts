import { inert, type AnswerButton } from '../../../command/sentences.ts';
import type { QuestionCard } from '../../../chat/channel.ts';
import { cutToCharacters } from '../../../chat/text.ts';

/** A card with buttons (document 101031). With a `source` it is acknowledged and not shown. */
export interface ButtonCard {
  readonly card_type: 'button_interaction';
  readonly main_title: { readonly title: string };
  readonly sub_title_text?: string;
  readonly button_list: readonly { readonly text: string; readonly style: number; readonly key: string }[];
  /** Of letters, digits and `_-@`, at most 128 bytes; unique per bot. An update names the card by it. */
  readonly task_id: string;
}

/** Recommended; clients cut what is longer. */
const MAX_TITLE = 26;
const MAX_SUBTITLE = 112;
const BLUE = 1;
const GREY = 2;

/** Asks. The key that comes back with a tap is the command that the button stands for. */
export function askingCard({ title, detail, buttons }: QuestionCard, taskId: string): ButtonCard {
  const style = (index: number) => (index === buttons.length - 1 ? GREY : BLUE);
  return {
    card_type: 'button_interaction',
    main_title: { title: cutToCharacters(inert(title), MAX_TITLE) },
    ...(detail === '' ? {} : { sub_title_text: cutToCharacters(inert(detail), MAX_SUBTITLE) }),
    button_list: buttons.map(({ label, says }, index) => ({ text: label, style: style(index), key: says })),
    task_id: taskId,
  };
}

/** What became of a card that was tapped: the text, its first line on top, as far as there is room, and what is left to tap. */
export function toldCard(text: string, button: AnswerButton, taskId: string): ButtonCard {
  const [first = '', ...others] = text.split('\n');
  const title = cutToCharacters(first, MAX_TITLE);
  // A first line that is cut stands below as well.
  const rest = title === first ? others : [first, ...others];
  return {
    card_type: 'button_interaction',
    main_title: { title },
    ...(rest.length === 0 ? {} : { sub_title_text: cutToCharacters(rest.join('\n'), MAX_SUBTITLE) }),
    button_list: [{ text: button.label, style: GREY, key: button.says }],
    task_id: taskId,
  };
}
