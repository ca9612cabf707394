import { html } from '../../pages/html.ts';
import type { ConsolePage } from '../page.ts';

export function createMinePage(): ConsolePage {
  return {
    path: '/console/mine',
    title: '我的',
    nav: '我的',
    least: 'staff',
    show: async () => ({ kind: 'page', main: html`<p>…</p>` }),
    actions: {},
  };
}
