const FULL_WIDTH_OFFSET = 0xfee0;

// Inside a word, as in `wecom:zhang_san`, an underscore is none of markdown's.
const EDGE_UNDERSCORE = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u;
const USER_ID_OR_UNDERSCORE = new RegExp(`\\b(?:wecom|dingtalk):[\\w.@-]+|${EDGE_UNDERSCORE.source}`, 'gu');

/**
 * Plain text as markdown that shows it as it is. WeCom documents no escape character for its dialect, so whatever could be
 * markup becomes its full-width twin, which none knows and everybody can read; ids, numbers and plain punctuation stay as they are.
 */
export function plainAsMarkdown(text: string): string {
  // Two blanks make a line break in dialects that take a bare one for a blank, and show nowhere else.
  return text.split('\n').map(plainLine).join('  \n');
}

function plainLine(line: string): string {
  return (
    line
      // Indented text would be a code block.
      .trim()
      .replace(/[\\`*#<>[\]|~]/g, widen)
      .replace(USER_ID_OR_UNDERSCORE, (found) => {
        if (found === '_') return widen(found);
        // People copy ids, so one with an underscore at the edge of a word becomes code instead.
        return EDGE_UNDERSCORE.test(found) ? `\`${found}\`` : found;
      })
      // Character references.
      .replace(/&(?=#?\w+;)/g, widen)
      // Lists, rulers, underlined headings.
      .replace(/^[-+=]/, widen)
      .replace(/^(\d+)([.)])(?=\s|$)/, (_, number: string, mark: string) => number + widen(mark))
  );
}

function widen(ascii: string): string {
  return String.fromCharCode(ascii.charCodeAt(0) + FULL_WIDTH_OFFSET);
}
