import { MAX_PAGE } from './command.ts';
import { readNumeral } from './numerals.ts';
import { splitWords } from './words.ts';

const PAGE = /(?:^|(?<=[ :,]))(?:第 ?(\d{1,2}|[一二两三四五六七八九十]{1,3}) ?页|(更多|下一?页))$/u;

/** Which part of a list is asked for at the end of `args`, and what stands before it. `更多` is the second part. */
export function takePage(args: string): { readonly rest: string; readonly page: number | undefined } {
  const [whole, number, more] = PAGE.exec(args) ?? [];
  if (whole === undefined) return { rest: args, page: undefined };
  const page = more === undefined ? readNumeral(number ?? '') : 2;
  if (page === null || page > MAX_PAGE) return { rest: args, page: undefined };
  const rest = splitWords(args.slice(0, -whole.length)).join(' ');
  return { rest, page: page < 2 ? undefined : page };
}

/** The words that are read as this part again; null for the first. */
export function printPage(page: number | undefined): string | null {
  return page === undefined || page < 2 ? null : `第${page}页`;
}
