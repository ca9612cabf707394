import { html, type Html } from '../../pages/html.ts';
import type { Language } from '../../pages/text.ts';
import type { Finding, Outcome } from '../checks/check.ts';
import type { Report } from '../ports.ts';
import { outcomeBadge } from './words.ts';

export const WORST_FIRST: readonly Outcome[] = ['fail', 'warn', 'skipped', 'ok'];

/** What each check saw and what to do about it, the worst first. */
export function showReport({ results }: Report, language: Language): Html {
  const sorted = WORST_FIRST.flatMap((outcome) => results.filter((result) => result.outcome === outcome));
  return html`<ul class="rows">
    ${sorted.map(
      ({ about, ...finding }) =>
        html`<li>
          <div class="head">${outcomeBadge(finding.outcome, language)} ${about[language]}</div>
          ${said(finding, language)}
        </li>`,
    )}
  </ul>`;
}

/** What came of one thing that was tried. */
export function showFinding(finding: Finding, language: Language): Html {
  return html`<div class="notice ${finding.outcome === 'skipped' ? '' : finding.outcome}">
    ${outcomeBadge(finding.outcome, language)} ${said(finding, language)}
  </div>`;
}

/** How many of each outcome, in one line; outcomes that none has are left out. */
export function showCounts({ counts }: Report, language: Language): Html {
  return html`<p class="buttons">
    ${WORST_FIRST.filter((outcome) => counts[outcome] > 0).map(
      (outcome) => html`<span>${outcomeBadge(outcome, language)} ${counts[outcome]}</span>`,
    )}
  </p>`;
}

function said({ seen, todo }: Finding, language: Language): Html {
  return html`<p>${seen[language]}</p>
    ${todo !== null && html`<p class="todo"><b>${language === 'zh' ? '怎么办：' : 'What to do: '}</b>${todo[language]}</p>`}`;
}

/** Whether nothing of it failed. */
export const isFine = ({ counts }: Report): boolean => counts.fail === 0;
