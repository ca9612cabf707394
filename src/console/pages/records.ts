import { html } from '../../pages/html.ts';
import type { ConsolePage } from '../page.ts';

export function createRecordsPage(): ConsolePage {
  return {
    path: '/console/records',
    title: '核销记录',
    nav: '记录',
    least: 'staff',
    show: async () => ({ kind: 'page', main: html`<p>…</p>` }),
    actions: {},
  };
}
