import { html } from '../../pages/html.ts';
import type { ConsolePage } from '../page.ts';

export function createFiguresPage(): ConsolePage {
  return {
    path: '/console/figures',
    title: '统计',
    nav: '统计',
    least: 'manager',
    show: async () => ({ kind: 'page', main: html`<p>…</p>` }),
    actions: {},
  };
}
