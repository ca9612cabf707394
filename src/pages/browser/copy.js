/** How long a button says that it has copied, in milliseconds. */
const SAID_FOR = 2500;

/**
 * Shows the copy buttons below a node, and lets each copy the text of the `code` before it. Where the browser does not let it,
 * the text is selected, so that a key copies it.
 * @param {ParentNode} root
 */
export function offerCopying(root) {
  for (const button of root.querySelectorAll('button[data-copy]')) {
    if (!(button instanceof HTMLButtonElement) || !button.hidden) continue;
    button.hidden = false;
    button.addEventListener('click', () => void copyBefore(button));
  }
}

/** @param {HTMLButtonElement} button */
async function copyBefore(button) {
  const code = button.previousElementSibling;
  if (code === null) return;
  const copied = await copy(code);
  const words = (copied ? button.dataset.copied : button.dataset.selected) ?? '';
  const label = button.querySelector('span');
  const status = button.nextElementSibling;
  if (label === null || status === null) return;
  button.dataset.label ??= label.textContent ?? '';
  label.textContent = words;
  status.textContent = words;
  setTimeout(() => {
    label.textContent = button.dataset.label ?? '';
    status.textContent = '';
  }, SAID_FOR);
}

/**
 * @param {Element} code
 * @returns {Promise<boolean>} whether the text is in the clipboard
 */
async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent ?? '');
    return true;
  } catch {
    // No right to, or a page that came over http.
    getSelection()?.selectAllChildren(code);
    return document.execCommand('copy');
  }
}
