import { html, type Html } from '../../pages/html.ts';
import { fillOf, KINDS, patterns, units, WIDTH, workOf, type Work } from './chart.ts';

export interface Rank extends Work {
  readonly name: string;
  /** What stands at its right, such as `34笔`. */
  readonly value: string;
  /** All of it, in words. */
  readonly title: string;
}

const ROW = 36;
/** In halves of a Chinese character: as wide as a name may be beside its value. */
const NAME_WIDTH = 44;

export function ranksHeight(ranks: readonly Rank[]): number {
  return Math.max(1, ranks.length) * ROW;
}

/** Lying bars, one below the other, each under its name. */
export function ranks(id: string, all: readonly Rank[]): Html {
  const most = Math.max(1, ...all.map(workOf));
  return html`${patterns(id)}${all.map((rank, index) => {
    const y = index * ROW;
    let x = 0;
    return html`<g
      ><title>${rank.title}</title><text x="0" y="${y + 13}">${fit(rank.name)}</text
      ><text class="end" x="${WIDTH}" y="${y + 13}">${rank.value}</text
      ><rect class="heat-ground" x="0" y="${y + 18}" width="${WIDTH}" height="10" />${KINDS.filter(
        (kind) => rank[kind] > 0,
      ).map((kind) => {
        const width = (WIDTH * rank[kind]) / most;
        const drawn = html`<rect
          x="${units(x)}"
          y="${y + 18}"
          width="${units(width)}"
          height="10"
          ${fillOf(id, kind)}
        />`;
        x += width;
        return drawn;
      })}</g
    >`;
  })}`;
}

const NARROW = /^[\u0020-\u007E]$/u;

/** As much of a name as stands beside its value. */
function fit(name: string): string {
  let width = 0;
  let fitting = '';
  for (const sign of name) {
    width += NARROW.test(sign) ? 1 : 2;
    if (width > NAME_WIDTH) return `${fitting}…`;
    fitting += sign;
  }
  return fitting;
}
