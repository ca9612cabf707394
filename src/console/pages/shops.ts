import { html } from '../../pages/html.ts';
import type { ConsolePage } from '../page.ts';

export function createShopsPage(): ConsolePage {
  return {
    path: '/console/shops',
    title: '门店和群机器人',
    nav: '门店',
    least: 'manager',
    show: async () => ({ kind: 'page', main: html`<p>…</p>` }),
    actions: {},
  };
}
