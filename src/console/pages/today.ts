import { html } from '../../pages/html.ts';
import type { ConsolePage } from '../page.ts';

export function createTodayPage(): ConsolePage {
  return {
    path: '/console',
    title: '今天',
    nav: '今天',
    least: 'staff',
    show: async () => ({ kind: 'page', main: html`<p>…</p>` }),
    actions: {},
  };
}
