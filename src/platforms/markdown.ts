import { EDGE_UNDERSCORE, USER_ID, widen, withoutBlocks } from '../command/plain.ts';

const USER_ID_OR_UNDERSCORE = new RegExp(`${USER_ID.source}|${EDGE_UNDERSCORE.source}`, 'gu');

/** What a text has in which anything is changed, and more. */
const MAY_BE_MARKUP = /[\\`*#<>[\]|~_&]|^[\s\-+=\d]|\s$/mu;

/** Plain text as markdown that shows it as it is: ids, numbers and plain punctuation can be read and copied. */
export function plainAsMarkdown(text: string): string {
  // Two blanks make a line break in dialects that take a bare one for a blank, and show nowhere else.
  if (!MAY_BE_MARKUP.test(text)) return text.replaceAll('\n', '  \n');
  return text.split('\n').map(plainLine).join('  \n');
}

function plainLine(line: string): string {
  const shown = line
    // Indented text would be a code block.
    .trim()
    .replace(/[\\`*#<>[\]|~]/g, widen)
    .replace(USER_ID_OR_UNDERSCORE, (found) => {
      if (found === '_') return widen(found);
      // People copy ids, so one with an underscore at the edge of a word becomes code instead.
      return found.search(EDGE_UNDERSCORE) === -1 ? found : `\`${found}\``;
    })
    // Character references.
    .replace(/&(?=#?\w+;)/g, widen);
  return withoutBlocks(shown);
}
