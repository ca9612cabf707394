import { offerCopying } from './copy.js';

/**
 * Fills the regions of the page, which have `data-region` and an id, and its counts (`data-count`) with what another state of
 * the same page has there. Then says so by the event `filled`.
 * @param {Document} page
 * @param {string} markup
 */
export function fill(page, markup) {
  const now = new DOMParser().parseFromString(markup, 'text/html');
  for (const place of page.querySelectorAll('[data-region]')) {
    const there = now.getElementById(place.id);
    if (there === null) continue;
    place.replaceChildren(...there.childNodes);
    offerCopying(place);
  }
  page.dispatchEvent(new Event('filled'));
}

/**
 * Loads the page again and fills it. Where nobody is logged in any more, the whole page is.
 * @param {Document} page
 */
export async function refresh(page) {
  try {
    const response = await fetch(location.href, { cache: 'no-store' });
    if (response.ok) fill(page, await response.text());
    else if (response.status < 500) location.reload();
  } catch {
    // No connection: the next time makes up for it.
  }
}
