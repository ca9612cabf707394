import { html, type Html } from '../../pages/html.ts';

// Charts are drawn on the server as SVG of 360 units in width, which is about what a phone shows one to one. Colours come
// from classes, for light and dark; what a colour says is said by a pattern too, and by the table behind each chart.

export const WIDTH = 360;

/** What redemptions came to, as charts tell them apart. */
export interface Work {
  readonly succeeded: number;
  readonly refused: number;
  readonly unknown: number;
}

export const KINDS = ['succeeded', 'refused', 'unknown'] as const satisfies readonly (keyof Work)[];

export function workOf({ succeeded, refused, unknown }: Work): number {
  return succeeded + refused + unknown;
}

/** A drawing with its name, the legend where it has more than one kind of thing, and the numbers behind it. */
export function figure(parts: {
  readonly name: string;
  readonly height: number;
  readonly drawing: Html;
  readonly legend?: Html;
  readonly table: Html;
}): Html {
  return html`<figure class="chart">
    <svg viewBox="0 0 ${WIDTH} ${parts.height}" role="img" aria-label="${parts.name}">
      <title>${parts.name}</title>
      ${parts.drawing}
    </svg>
    ${parts.legend}
    <details>
      <summary>看数字</summary>
      ${parts.table}
    </details>
  </figure>`;
}

/** The patterns of what did not succeed; `id` is that of the chart, and of no other one of the page. */
export function patterns(id: string): Html {
  return html`<defs>
    <pattern id="${id}-refused" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="4" height="4" class="refused-ground" />
      <rect width="2" height="4" class="refused" />
    </pattern>
    <pattern id="${id}-unknown" width="4" height="4" patternUnits="userSpaceOnUse">
      <rect width="4" height="4" class="unknown-ground" />
      <circle cx="2" cy="2" r="1.2" class="unknown" />
    </pattern>
  </defs>`;
}

/** How an area of that kind is filled. */
export function fillOf(id: string, kind: (typeof KINDS)[number]): Html {
  return kind === 'succeeded' ? html` class="succeeded"` : html` fill="url(#${id}-${kind})"`;
}

export function legend(id: string, words: Readonly<Record<(typeof KINDS)[number], string>>): Html {
  return html`<ul class="legend">
    ${KINDS.map(
      (kind) =>
        html`<li>
          <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
            <rect width="12" height="12" ${fillOf(id, kind)} /></svg
          >${words[kind]}
        </li>`,
    )}
  </ul>`;
}

/** The number at the top of an axis: at least `most`, and round. */
export function roundUp(most: number): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 4, 5, 6, 8, 10].find((factor) => factor * power >= most) ?? 10;
  return step * power;
}

/** With as few digits as a drawing needs. */
export function units(value: number): string {
  return String(Math.round(value * 100) / 100);
}
