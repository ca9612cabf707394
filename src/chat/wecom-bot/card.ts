import { parseMessage } from '../../command/parse.ts';
import type { AnswerButton } from '../../command/sentences.ts';
import type { QuestionCard } from '../channel.ts';

/** A card with buttons (document 101031). */
export interface ButtonCard {
  readonly card_type: 'button_interaction';
  readonly main_title: { readonly title: string };
  readonly sub_title_text?: string;
  readonly button_list: readonly { readonly text: string; readonly style: number; readonly key: string }[];
  /** Of letters, digits and `_-@`, at most 128 bytes; unique per bot. An update names the card by it. */
  readonly task_id: string;
}

const BLUE = 1;
const GREY = 2;

/** Asks. The key that comes back with a tap is the command that the button stands for. */
export function askingCard({ title, detail, buttons }: QuestionCard, taskId: string): ButtonCard {
  const style = (index: number) => (index === buttons.length - 1 ? GREY : BLUE);
  return {
    card_type: 'button_interaction',
    main_title: { title },
    ...(detail === '' ? {} : { sub_title_text: detail }),
    button_list: buttons.map(({ label, says }, index) => ({ text: label, style: style(index), key: says })),
    task_id: taskId,
  };
}

/** What became of a card that was tapped: the text, its first line on top, and what is left to tap. */
export function toldCard(text: string, button: AnswerButton, taskId: string): ButtonCard {
  const [title = '', ...rest] = text.split('\n');
  return {
    card_type: 'button_interaction',
    main_title: { title },
    ...(rest.length === 0 ? {} : { sub_title_text: rest.join('\n') }),
    button_list: [{ text: button.label, style: GREY, key: button.says }],
    task_id: taskId,
  };
}

/**
 * The receipt that a button is about; null where the key is nothing that these cards say. A tap must never do what only
 * typing may, whoever made the card.
 */
export function receiptOfKey(key: string): string | null {
  const [line, ...others] = parseMessage(key, []).lines;
  if (line === undefined || others.length > 0) return null;
  const { command } = line;
  if (command.kind === 'confirm' || command.kind === 'cancel') return command.receipt;
  return command.kind === 'check' && command.verdict === null ? command.receipt : null;
}
