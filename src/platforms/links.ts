import { EXAMPLE_RECEIPT } from '../command/commands/examples.ts';

/** A receipt as the ledger draws them, and what is between corner brackets: that is to be typed, and stays as it is. */
const RECEIPT = /「[^「」\n]*」|(?<![\w/-])R-[2-9A-HJKMNP-TV-Z]{8}(?![\w-])/gu;
/** The way into the console, as the desk gives it: on a line of its own. */
const LOGIN = /^(https?:\/\/\S{1,300}\/console\/login)\/[\w-]{20,100}$/u;
/** What would end an address where one stands in markup. */
const ENDS_ADDRESS = /["'()<>[\]`|]/gu;

/** How a platform shows text. */
export interface Dialect {
  /** Lines of text as the platform shows them, with nothing in them that it would take for more than text. */
  readonly plain: (text: string) => string;
  readonly lineBreak: string;
  /** A link; null where the kind of message shows none. Clients then still make one of an address. */
  readonly link: ((label: string, address: string) => string) | null;
}

/** A text in two forms: where the first is too long for the platform, the second is shown. Without links they are the same. */
export interface Shown {
  readonly linked: string;
  readonly bare: string;
}

/** What of a text leads into the console: the only links that there ever are, whatever people have typed. */
export interface ConsoleLinks {
  show(text: string, dialect: Dialect): Shown;
}

export interface ConsoleLinksParts {
  /** PUBLIC_URL: where it is set, each receipt leads to its time line. */
  readonly publicUrl: string | null;
  /** The address under which people reach the console, which may be known only later; null where they cannot. */
  readonly address: () => string | null;
}

export function createConsoleLinks({ publicUrl, address }: ConsoleLinksParts): ConsoleLinks {
  const lines = publicUrl === null ? null : `${encoded(publicUrl)}/console/r/`;

  function withReceipts(plain: string, link: Dialect['link']): string {
    if (lines === null || link === null || !plain.includes('R-')) return plain;
    return plain.replace(RECEIPT, (found) =>
      found.startsWith('「') || found === EXAMPLE_RECEIPT ? found : link(found, lines + found),
    );
  }

  return {
    show(text, { plain, lineBreak, link }) {
      const base = text.includes('/console/login/') ? address() : null;
      const ways = text.split('\n').flatMap((line, at) => {
        const [, way] = LOGIN.exec(line) ?? [];
        return way !== undefined && way === `${base ?? ''}/console/login` ? [{ at, line, way }] : [];
      });
      if (ways.length === 0) {
        const bare = plain(text);
        return { linked: withReceipts(bare, link), bare };
      }
      const typed = text.split('\n');
      const parts: Shown[] = [];
      let from = 0;
      const addPlain = (to: number) => {
        if (to <= from) return;
        const bare = plain(typed.slice(from, to).join('\n'));
        parts.push({ linked: withReceipts(bare, link), bare });
      };
      for (const { at, line, way } of ways) {
        addPlain(at);
        parts.push({ linked: link === null ? line : link(way, encoded(line)), bare: line });
        from = at + 1;
      }
      addPlain(typed.length);
      const joined = (form: keyof Shown) => parts.map((part) => part[form]).join(lineBreak);
      return { linked: joined('linked'), bare: joined('bare') };
    },
  };
}

/** Of a service without an address for people. */
export const NO_LINKS: ConsoleLinks = createConsoleLinks({ publicUrl: null, address: () => null });

/** `[label](address)`. */
export function markdownLink(label: string, address: string): string {
  return `[${label}](${address})`;
}

function encoded(address: string): string {
  return address.replace(ENDS_ADDRESS, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}
