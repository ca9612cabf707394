import { html } from '../../pages/html.ts';
import type { ConsolePage } from '../page.ts';

export function createUnknownsPage(): ConsolePage {
  return {
    path: '/console/unknowns',
    title: '结果未知',
    nav: '结果未知',
    least: 'staff',
    show: async () => ({ kind: 'page', main: html`<p>…</p>` }),
    actions: {},
  };
}
