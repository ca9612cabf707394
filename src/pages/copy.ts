import { html, type Html } from './html.ts';

/** What a copy button says: before, when it has copied, and when the browser does not let it. */
export interface CopyWords {
  readonly copy: string;
  readonly copied: string;
  /** The text is selected then, and a key copies it. */
  readonly selected: string;
}

/** A value that is pasted elsewhere. The button comes up with the scripts; without them the value is selected by one tap. */
export function copyable(value: string, about: string, words: CopyWords): Html {
  return html`<span class="copyable"
    ><code>${value}</code
    ><button
      type="button"
      class="small"
      hidden
      data-copy
      data-copied="${words.copied}"
      data-selected="${words.selected}"
      aria-label="${words.copy}${about === '' ? '' : ` ${about}`}"
    >
      <span aria-hidden="true">${words.copy}</span></button
    ><span class="unseen" role="status"></span
  ></span>`;
}
