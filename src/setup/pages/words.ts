import { badge } from '../../pages/layout.ts';
import type { CopyWords } from '../../pages/copy.ts';
import type { FormState } from '../../pages/fields.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import type { Outcome } from '../checks/check.ts';
import type { Step } from '../ports.ts';
import type { PageContext } from './page.ts';

// What several pages of the setup say.

export const OUTCOMES: Readonly<Record<Outcome, Text>> = {
  ok: { zh: '正常', en: 'OK' },
  warn: { zh: '注意', en: 'Note' },
  fail: { zh: '有问题', en: 'Problem' },
  skipped: { zh: '没查', en: 'Not checked' },
};

export const CONTINUE: Text = { zh: '下一步', en: 'Next' };
export const SAVE_AND_CHECK: Text = { zh: '保存并检查', en: 'Save and check' };
export const NOT_TAKEN: Text = { zh: '还没有保存，请先改好：', en: 'Nothing is saved yet. Please mend this first:' };
export const KEPT: Text = {
  zh: '已经填过了，显示的是最后四位。不改就留空。',
  en: 'There is one already; these are its last four characters. Leave it empty to keep it.',
};

export function copyWords(language: Language): CopyWords {
  return language === 'zh'
    ? { copy: '复制', copied: '已复制', selected: '已选中，请按 Ctrl+C' }
    : { copy: 'Copy', copied: 'Copied', selected: 'Selected: press Ctrl+C' };
}

/** How an outcome is shown. */
export function outcomeBadge(outcome: Outcome, language: Language): Html {
  return badge(outcome, OUTCOMES[outcome][language]);
}

/** What the fields of a page are made with. */
export function formState({ typed, problems, language }: PageContext): FormState {
  return { typed, problems: problems.map(({ field, message }) => ({ field, message: message[language] })) };
}

/** A form of a step: what is in it, where it goes, and which draft it was made for. */
export function stepForm(
  step: Step,
  action: string,
  revision: number,
  content: Html,
  look: 'block' | 'inline' = 'block',
): Html {
  return html`<form method="post" action="/setup/${step}${action !== '' && `/${action}`}" class="${look}">
    <input type="hidden" name="revision" value="${revision}" />
    ${content}
  </form>`;
}

/** The button of a form; while it is being sent it says so. */
export function submit(label: string, language: Language): Html {
  return html`<p>
    <button type="submit" data-busy="${language === 'zh' ? '请稍等…' : 'One moment…'}">${label}</button>
  </p>`;
}
