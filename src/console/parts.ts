import { html, type Html, type Part } from '../pages/html.ts';

// What the pages of the console share.

export interface Column<Row> {
  /** The head of the column, and on a phone the name beside the cell. */
  readonly name: string;
  /** Nothing leaves the cell out on a phone. */
  readonly cell: (row: Row) => Part;
  /** A number, which stands right. */
  readonly isAmount?: boolean;
  /** What is not to be broken over two lines. */
  readonly isShort?: boolean;
}

export interface TableParts<Row> {
  readonly caption: Part;
  /** Hides the caption from sight, where a heading says the same. */
  readonly captionUnseen?: boolean;
  /** On a phone a few lines a row, without the names of columns that are clear from what is in them. */
  readonly isDense?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Attributes of each row, by which it is found in the browser. */
  readonly attributesOf?: (row: Row) => Html;
  /** By which the rows are found there; then the table is hidden while it has none. */
  readonly bodyId?: string;
}

/** A table; on a phone each row is a card. */
export function table<Row>(parts: TableParts<Row>): Html {
  const { caption, captionUnseen, isDense, columns, rows, bodyId } = parts;
  return html`<table
    class="cells${isDense === true && ' dense'}"
    ${bodyId !== undefined && rows.length === 0 && html` hidden`}
  >
    <caption ${captionUnseen === true && html` class="unseen"`}>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${columns.map(
          ({ name, isAmount }) => html`<th scope="col" ${isAmount === true && html` class="amount"`}>${name}</th>`,
        )}
      </tr>
    </thead>
    <tbody ${bodyId !== undefined && html` id="${bodyId}"`}>
      ${rows.map((row) => tableRow(parts, row))}
    </tbody>
  </table>`;
}

/** One row of such a table, as the live feed sends it too. */
export function tableRow<Row>(
  { columns, attributesOf }: Pick<TableParts<Row>, 'columns' | 'attributesOf'>,
  row: Row,
): Html {
  return html`<tr ${attributesOf?.(row)}>
    ${columns.map(({ name, cell, isAmount, isShort }) => {
      const classes = [isAmount === true && 'amount', isShort === true && 'nowrap'].filter(Boolean).join(' ');
      // No blank within: a cell with nothing in it is left out on a phone.
      return html`<td data-column="${name}" ${classes !== '' && html` class="${classes}"`}>${cell(row)}</td>`;
    })}
  </tr>`;
}

export interface FilterLink {
  readonly label: string;
  readonly to: string;
  readonly isOn: boolean;
  /** How many it has; absent: that is not known. */
  readonly count?: number;
  /** By which the live feed finds the count; absent: it stays. */
  readonly counts?: string;
  /** Its colour, which only repeats what the label says. */
  readonly colour?: 'ok' | 'warn' | 'fail' | 'skipped';
}

/** Links of which one is in force. `label` says of what they are. */
export function filterLinks(label: string, links: readonly FilterLink[]): Html {
  return html`<nav aria-label="${label}">
    <ul class="filters">
      ${links.map(
        ({ label: name, to, isOn, count, counts, colour }) =>
          html`<li ${colour !== undefined && html` class="${colour}"`}>
            <a href="${to}" ${isOn && html` aria-current="true"`}
              >${name}${count !== undefined && html` <span class="count" ${counts !== undefined && html` data-count="${counts}"`}>${count}</span>`}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`;
}

/** Links to the parts of a list before and behind this one; nothing where there is neither. */
export function pager({ first = null, next }: { first?: string | null; next: string | null }): Html | null {
  if (first === null && next === null) return null;
  return html`<nav class="pager" aria-label="翻页">
    ${first === null ? html`<span></span>` : html`<a class="button second" href="${first}">回到最新</a>`}
    ${next !== null && html`<a class="button second" href="${next}" rel="next">更早的</a>`}
  </nav>`;
}

/** What stands where a list has nothing. */
export function emptyState(sentence: Part, hint?: Part): Html {
  return html`<div class="empty">
    <p>${sentence}</p>
    ${hint !== undefined && html`<p>${hint}</p>`}
  </div>`;
}

export interface ConfirmButton {
  readonly label: string;
  /** What is asked before the form is sent. */
  readonly question: string;
  readonly kind?: 'second' | 'small';
  readonly name?: string;
  readonly value?: string;
}

/** A button of a form that asks before it sends it; without scripts it sends it at once. */
export function confirmButton({ label, question, kind, name, value }: ConfirmButton): Html {
  return html`<button
    type="submit"
    ${kind !== undefined && html` class="${kind}"`}${name !== undefined && html` name="${name}"`}${
      value !== undefined && html` value="${value}"`
    }
    data-confirm="${question}"
    data-yes="${label}"
    data-no="不，先不"
  >
    ${label}
  </button>`;
}
