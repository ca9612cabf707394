import { html, type Html } from '../../pages/html.ts';
import { units, WIDTH } from './chart.ts';

export interface HeatCell {
  /** Of 7 rows, from 0. */
  readonly row: number;
  /** Of 24 columns, from 0. */
  readonly column: number;
  readonly value: number;
  /** All of it, in words. */
  readonly title: string;
}

export const HEAT_HEIGHT = 166;
const [LEFT, TOP] = [30, 4];
const [COLUMN, ROW] = [(WIDTH - LEFT) / 24, 20];
/** How many shades there are; the least of them is told from nothing. */
const SHADES = 5;

/** Seven rows of hours, darker where there was more. Cells in which there was nothing are left out. */
export function heat(rows: readonly string[], cells: readonly HeatCell[]): Html {
  const most = Math.max(1, ...cells.map(({ value }) => value));
  return html`<rect
      class="heat-ground"
      x="${LEFT}"
      y="${TOP}"
      width="${WIDTH - LEFT}"
      height="${7 * ROW}"
    />${rows.map((name, row) => html`<text x="0" y="${TOP + row * ROW + 14}">${name}</text>`)}${cells.map(
      ({ row, column, value, title }) =>
        html`<rect
          class="heat-${Math.ceil((value / most) * SHADES)}"
          x="${units(LEFT + column * COLUMN + 0.5)}"
          y="${units(TOP + row * ROW + 0.5)}"
          width="${units(COLUMN - 1)}"
          height="${ROW - 1}"
          ><title>${title}</title></rect
        >`,
    )}${[0, 6, 12, 18].map(
      (hour) => html`<text x="${units(LEFT + hour * COLUMN)}" y="${TOP + 7 * ROW + 16}">${hour}点</text>`,
    )}`;
}
