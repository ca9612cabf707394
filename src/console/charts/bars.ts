import { html, type Html } from '../../pages/html.ts';
import { fillOf, KINDS, patterns, roundUp, units, WIDTH, workOf, type Work } from './chart.ts';

export interface Bar extends Work {
  /** Below the axis, where there is room for it. */
  readonly label: string;
  /** All of it, in words. */
  readonly title: string;
}

export const BARS_HEIGHT = 160;
const [LEFT, TOP, BOTTOM] = [34, 12, 138];
const MOST_LABELS = 6;

/** Upright bars, each of what succeeded, what was refused and what is not known, one above the other. */
export function bars(id: string, all: readonly Bar[]): Html {
  const top = roundUp(Math.max(0, ...all.map(workOf)));
  const heightOf = (work: number) => ((BOTTOM - TOP) * work) / top;
  const slot = (WIDTH - LEFT) / Math.max(1, all.length);
  const width = Math.min(28, slot * 0.78);
  const every = Math.ceil(all.length / MOST_LABELS);

  return html`${patterns(id)}${[0, top / 2, top].map((value) => {
    const y = units(BOTTOM - heightOf(value));
    return html`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}" /><text
        class="end"
        x="${LEFT - 5}"
        y="${units(BOTTOM - heightOf(value) + 3.5)}"
        >${value}</text
      >`;
  })}${all.map((bar, index) => {
    const middle = LEFT + slot * (index + 0.5);
    let y = BOTTOM;
    return html`${
      workOf(bar) > 0 &&
      html`<g
        ><title>${bar.title}</title>${KINDS.filter((kind) => bar[kind] > 0).map((kind) => {
          const height = heightOf(bar[kind]);
          y -= height;
          return html`<rect
            x="${units(middle - width / 2)}"
            y="${units(y)}"
            width="${units(width)}"
            height="${units(height)}"
            ${fillOf(id, kind)}
          />`;
        })}</g
      >`
    }${
      index % every === 0 &&
      html`<text
        class="${isFirstOfMany(index, all) ? 'start' : 'middle'}"
        x="${units(isFirstOfMany(index, all) ? LEFT : middle)}"
        y="${BOTTOM + 14}"
        >${bar.label}</text
      >`
    }`;
  })}`;
}

/** Of narrow bars the first label would stand on the numbers of the axis. */
function isFirstOfMany(index: number, all: readonly Bar[]): boolean {
  return index === 0 && all.length > 12;
}
