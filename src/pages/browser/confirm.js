/**
 * A button with `data-confirm` asks that before its form is sent, in a dialog whose buttons say `data-yes` and `data-no`.
 * @param {Document} page
 */
export function askFirst(page) {
  /** @type {Element | null} */
  let agreed = null;

  page.addEventListener('submit', (event) => {
    const { submitter } = event;
    if (!(submitter instanceof HTMLElement) || submitter.dataset.confirm === undefined) return;
    const isAgreed = submitter === agreed;
    agreed = null;
    if (isAgreed) return;
    event.preventDefault();
    event.stopImmediatePropagation();

    const { confirm = '', yes = '', no = '' } = submitter.dataset;
    const dialog = page.createElement('dialog');
    const question = page.createElement('p');
    question.textContent = confirm;
    dialog.ariaLabel = confirm;
    const buttons = page.createElement('div');
    buttons.className = 'buttons';
    for (const words of [no, yes]) {
      const button = page.createElement('button');
      button.textContent = words;
      if (words === no) button.className = 'second';
      button.addEventListener('click', () => dialog.close(words === yes ? 'yes' : ''));
      buttons.append(button);
    }
    dialog.append(question, buttons);
    dialog.addEventListener('close', () => {
      dialog.remove();
      submitter.focus();
      if (dialog.returnValue !== 'yes') return;
      agreed = submitter;
      submitter.click();
    });
    page.body.append(dialog);
    // The first button has the focus then: it does nothing.
    dialog.showModal();
  });
}
