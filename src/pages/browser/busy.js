/**
 * A form that was sent says so on its button (`data-busy`), and is not sent a second time meanwhile.
 * @param {Document} page
 */
export function sayBusy(page) {
  /** @type {Map<HTMLButtonElement, string | null>} */
  const busy = new Map();

  page.addEventListener('submit', (event) => {
    const { submitter } = event;
    if (!(submitter instanceof HTMLButtonElement)) return;
    if (busy.has(submitter)) {
      event.preventDefault();
      return;
    }
    busy.set(submitter, submitter.textContent);
    if (submitter.dataset.busy !== undefined) submitter.textContent = submitter.dataset.busy;
  });

  // The page may come back as it was left.
  addEventListener('pageshow', () => {
    for (const [button, label] of busy) button.textContent = label;
    busy.clear();
  });
}
