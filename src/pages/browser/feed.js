import { refresh } from './refresh.js';

/** Milliseconds between two looks at the page where there is no live feed. */
const POLL = 20_000;
/** Pages that are told to load themselves anew do not do it all at once. */
const SPREAD = 4_000;
/** Rows that a page shows. */
const MOST = 50;

/**
 * Keeps the rows in `#rows` and the counts (`data-count`) in step with the feed that an element with `data-feed` names; the
 * element says how that is going (`data-live`, `data-lost`, `data-polling`).
 * @param {Document} page
 */
export function followFeed(page) {
  /** @type {EventSource | null} */
  let source = null;
  let address = '';
  let timer = 0;

  /** @param {'live' | 'lost' | 'polling'} how */
  const say = (how) => {
    const place = page.querySelector('[data-feed]');
    if (place instanceof HTMLElement) place.textContent = place.dataset[how] ?? '';
  };
  /** @param {number} after */
  const refreshIn = (after) => {
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(page).finally(connect), after);
  };

  function connect() {
    const place = page.querySelector('[data-feed]');
    const wanted = place instanceof HTMLElement ? (place.dataset.feed ?? '') : '';
    if (wanted === '' || (wanted === address && source?.readyState !== EventSource.CLOSED)) return;
    source?.close();
    address = wanted;
    source = new EventSource(wanted);
    source.onopen = () => say('live');
    source.onmessage = ({ data }) => take(page, JSON.parse(String(data)));
    source.addEventListener('all', () => refreshIn(Math.random() * SPREAD));
    source.addEventListener('out', () => location.reload());
    source.onerror = ({ target }) => {
      // Otherwise the browser connects again by itself.
      const isOver = target instanceof EventSource && target.readyState === EventSource.CLOSED;
      say(isOver ? 'polling' : 'lost');
      if (isOver) refreshIn(POLL);
    };
  }
  page.addEventListener('filled', connect);
  connect();
}

/**
 * @param {Document} page
 * @param {{ rows: string[], gone: string[], counts: Record<string, number> }} news
 */
function take(page, { rows, gone, counts }) {
  const body = page.getElementById('rows');
  if (!(body instanceof HTMLTableSectionElement)) return;
  for (const id of gone) page.getElementById(id)?.remove();
  for (const markup of rows) {
    const template = page.createElement('template');
    template.innerHTML = markup;
    const row = template.content.firstElementChild;
    if (!(row instanceof HTMLElement)) continue;
    const before = page.getElementById(row.id);
    const hadFocus = before?.contains(page.activeElement) === true;
    // What the page was told before it asked.
    if (before?.textContent === row.textContent) continue;
    before?.remove();
    row.classList.add('fresh');
    const at = Number(row.dataset.at);
    body.insertBefore(row, [...body.rows].find((other) => Number(other.dataset.at) <= at) ?? null);
    if (hadFocus) row.querySelector('a')?.focus();
  }
  while (body.rows.length > MOST) body.lastElementChild?.remove();
  const table = body.closest('table');
  const empty = page.getElementById('empty');
  if (table !== null) table.hidden = body.rows.length === 0;
  if (empty !== null) empty.hidden = body.rows.length > 0;
  for (const [name, count] of Object.entries(counts)) {
    for (const place of page.querySelectorAll(`[data-count="${name}"]`)) place.textContent = String(count);
    for (const place of page.querySelectorAll(`[data-shown-by="${name}"]`)) {
      if (place instanceof HTMLElement) place.hidden = count === 0;
    }
  }
}
