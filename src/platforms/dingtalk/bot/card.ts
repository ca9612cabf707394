import { inert } from '../../../command/sentences.ts';
import type { QuestionCard } from '../../../chat/channel.ts';
import { cutToCharacters } from '../../../chat/text.ts';
import { fittedLinks } from '../../fit.ts';
import { markdownLink, NO_LINKS, type ConsoleLinks, type Dialect } from '../../links.ts';
import { plainAsMarkdown } from '../../markdown.ts';
import { MAX_BODY_BYTES, MAX_PARAM_BYTES } from '../limits.ts';

// Only for one-to-one chats. There the robot hears whatever a person sends. In a group it hears only what mentions it, and
// whether the text that a button sends carries the mention is not known: a button that does nothing is worse than none.

/** Recommended. */
const MAX_TITLE = 100;

const MARKDOWN: Dialect = {
  plain: (text) => plainAsMarkdown(inert(text)),
  lineBreak: '  \n',
  link: markdownLink,
};

/**
 * The address of a button whose tap makes the client send `says` as the person's own message. It is nothing that others
 * could not plant as well, so a tap may do no more than what is typed.
 */
function saying(says: string): string {
  return `dtmd://dingtalkclient/sendMessage?content=${encodeURIComponent(says)}`;
}

/** A question with buttons for `sessionWebhook`. The text, which is shown as it is, asks it as well. */
export function cardMessage(text: string, question: QuestionCard, links: ConsoleLinks = NO_LINKS): object {
  const btns = question.buttons.map(({ label, says }) => ({ title: label, actionURL: saying(says) }));
  return fittedLinks(links.show(text, MARKDOWN), MAX_BODY_BYTES, (shown) => ({
    msgtype: 'actionCard',
    actionCard: { title: titleOf(question), text: shown, btnOrientation: '0', btns },
  }));
}

/** The same for the OpenAPI, which has a message of its own for every number of buttons. */
export function cardParam(
  text: string,
  { buttons, ...question }: QuestionCard,
  links: ConsoleLinks = NO_LINKS,
): { msgKey: string; msgParam: object } {
  const title = titleOf(question);
  const [only] = buttons;
  const actions =
    buttons.length === 1 && only !== undefined
      ? { singleTitle: only.label, singleURL: saying(only.says) }
      : Object.fromEntries(
          buttons.flatMap(({ label, says }, index) => [
            [`actionTitle${index + 1}`, label],
            [`actionURL${index + 1}`, saying(says)],
          ]),
        );
  const msgParam = fittedLinks(links.show(text, MARKDOWN), MAX_PARAM_BYTES, (shown) => ({
    title,
    text: shown,
    ...actions,
  }));
  return { msgKey: `sampleActionCard${buttons.length === 1 ? '' : buttons.length}`, msgParam };
}

/** Clients show it in the list of chats. */
function titleOf({ title }: Pick<QuestionCard, 'title'>): string {
  return cutToCharacters(plainAsMarkdown(inert(title)), MAX_TITLE);
}
