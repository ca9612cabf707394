import { fill } from './refresh.js';

/** Milliseconds without a key before it is searched. */
const PAUSE = 300;

/**
 * Forms with `data-search` are sent as they are typed into, and the regions of the page filled with the answer. The address
 * becomes that of the answer.
 * @param {Document} page
 */
export function searchAsTyped(page) {
  for (const form of page.querySelectorAll('form[data-search]')) {
    if (!(form instanceof HTMLFormElement)) continue;
    let timer = 0;
    let latest = 0;

    const search = async () => {
      const mine = ++latest;
      // Only text fields: files are not searched for.
      const body = new URLSearchParams(/** @type {[string, string][]} */ ([...new FormData(form)]));
      const response = await (
        form.method === 'post'
          ? fetch(form.action, { method: 'POST', body })
          : fetch(`${form.action}?${body}`, { cache: 'no-store' })
      ).catch(() => null);
      if (response?.ok !== true) return;
      const markup = await response.text();
      // Something else was typed meanwhile.
      if (mine !== latest) return;
      history.replaceState(null, '', response.url);
      fill(page, markup);
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void search(), PAUSE);
    };
    form.addEventListener('input', (event) => {
      // What is put together from several keys, as Chinese is, is not yet typed.
      if (!(event instanceof InputEvent && event.isComposing)) soon();
    });
    form.addEventListener('compositionend', soon);
  }
}
