import { html } from '../../pages/html.ts';
import type { ConsolePage } from '../page.ts';

export function createRedemptionPage(): ConsolePage {
  return {
    path: '/console/r/:receipt',
    title: '一次核销',
    nav: null,
    least: 'staff',
    show: async () => ({ kind: 'page', main: html`<p>…</p>` }),
    actions: {},
  };
}
