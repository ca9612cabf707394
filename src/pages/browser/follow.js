import { offerCopying } from './copy.js';

/** Milliseconds between two looks at the state. */
const PAUSE = 1500;
/** After so many looks in a row without an answer the page says so. */
const LOST_AFTER = 4;

/**
 * Keeps a page in step with what happens at the server: it has an element with `data-follow="<state>"` and
 * `data-page="<the page>"`, which shows itself while the server does not answer. When the text at `state` changes, the page is
 * fetched again, and what has changed in an element with an id and `data-live` is filled in; what was typed there stays.
 * @param {Document} page
 */
export function followState(page) {
  const lost = page.querySelector('[data-follow]');
  if (!(lost instanceof HTMLElement)) return;
  const { follow = '', page: address = '' } = lost.dataset;
  /** @type {Map<string, string>} */
  const filled = new Map([...page.querySelectorAll('[data-live]')].map((region) => [region.id, region.innerHTML]));
  let known = '';
  let misses = 0;

  const look = async () => {
    const state = await fetchText(follow);
    // Shut out, as when the program was started again: the page itself says what to do.
    if (state === 'shut-out') location.assign(address);
    else if (state !== null && state !== known) {
      const markup = await fetchText(address);
      if (markup !== null && markup !== 'shut-out') {
        fill(page, markup, filled);
        known = state;
      }
    }
    misses = state === null ? misses + 1 : 0;
    lost.hidden = misses < LOST_AFTER;
    setTimeout(() => void look(), PAUSE);
  };
  void look();
}

/**
 * @param {string} address
 * @returns {Promise<string | null | 'shut-out'>} null: no answer
 */
async function fetchText(address) {
  try {
    const response = await fetch(address, { cache: 'no-store' });
    if (response.status === 401 || response.status === 403) return 'shut-out';
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

/**
 * @param {Document} page
 * @param {string} markup of the same page, as it is now
 * @param {Map<string, string>} filled what each region was filled with, by its id
 */
function fill(page, markup, filled) {
  const now = new DOMParser().parseFromString(markup, 'text/html');
  for (const region of page.querySelectorAll('[data-live]')) {
    const there = now.getElementById(region.id);
    if (there === null || there.innerHTML === filled.get(region.id)) continue;
    filled.set(region.id, there.innerHTML);
    const focused = region.contains(page.activeElement) ? (page.activeElement?.id ?? '') : '';
    const typed = typedIn(region);
    region.replaceChildren(...there.childNodes);
    offerCopying(region);
    for (const [id, value] of typed) {
      const field = page.getElementById(id);
      if (field instanceof HTMLInputElement) field.value = value;
    }
    if (focused !== '') page.getElementById(focused)?.focus();
  }
}

/**
 * @param {Element} region
 * @returns {[string, string][]} ids of fields, and what was typed into them
 */
function typedIn(region) {
  return [...region.querySelectorAll('input')]
    .filter((field) => field.id !== '' && field.value !== field.defaultValue)
    .map((field) => [field.id, field.value]);
}
