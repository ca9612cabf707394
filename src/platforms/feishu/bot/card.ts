import { inert, type AnswerButton } from '../../../command/sentences.ts';
import type { QuestionCard } from '../../../chat/channel.ts';
import { cutToCharacters } from '../../../chat/text.ts';
import { fitted } from '../../fit.ts';
import { MAX_CARD_BYTES } from '../limits.ts';

/** Clients cut what is longer. */
const MAX_TITLE = 60;
const MAX_DETAIL = 400;

/**
 * What comes back with a tap, as it was sent; any client can read it. `key` is the command that the button stands for; `group`
 * is not said by the tap itself.
 */
interface ButtonValue {
  readonly key: string;
  readonly group: boolean;
}

/** Asks. A card of JSON 2.0, whose buttons stand in columns; only a shared one can be changed for all who see it. */
export function askingCard({ title, detail, buttons }: QuestionCard, group: boolean): object {
  const type = (index: number) => (index === buttons.length - 1 ? 'default' : 'primary');
  return card(
    cutToCharacters(inert(title), MAX_TITLE),
    detail === '' ? null : cutToCharacters(inert(detail), MAX_DETAIL),
    buttons.map(({ label, says }, index) => button(label, type(index), { key: says, group })),
  );
}

/** What became of a card that was tapped: the text, its first line on top, and what is left to tap. */
export function toldCard(text: string, { label, says }: AnswerButton, group: boolean): object {
  return fitted(inert(text), MAX_CARD_BYTES, (shown) => {
    const [first = '', ...others] = shown.split('\n');
    const title = cutToCharacters(first, MAX_TITLE);
    // A first line that is cut stands below as well.
    const rest = title === first ? others : [first, ...others];
    const detail = rest.length === 0 ? null : rest.join('\n');
    return card(title, detail, [button(label, 'default', { key: says, group })]);
  });
}

function card(title: string, detail: string | null, buttons: readonly object[]): object {
  return {
    schema: '2.0',
    config: { update_multi: true },
    header: { title: plainText(title), template: 'blue' },
    body: {
      elements: [
        ...(detail === null ? [] : [{ tag: 'div', text: plainText(detail) }]),
        {
          tag: 'column_set',
          flex_mode: 'flow',
          columns: buttons.map((one) => ({ tag: 'column', width: 'auto', elements: [one] })),
        },
      ],
    },
  };
}

function button(label: string, type: 'primary' | 'default', value: ButtonValue): object {
  return { tag: 'button', text: plainText(label), type, behaviors: [{ type: 'callback', value }] };
}

function plainText(content: string): object {
  return { tag: 'plain_text', content };
}
