import { html } from '../../pages/html.ts';
import type { ConsolePage } from '../page.ts';

export function createReconciliationPage(): ConsolePage {
  return {
    path: '/console/reconciliation',
    title: '对账',
    nav: '对账',
    least: 'manager',
    show: async () => ({ kind: 'page', main: html`<p>…</p>` }),
    actions: {},
  };
}
