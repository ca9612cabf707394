import { html } from '../../pages/html.ts';
import type { ConsolePage } from '../page.ts';

export function createHealthPage(): ConsolePage {
  return {
    path: '/console/health',
    title: '健康',
    nav: '健康',
    least: 'admin',
    show: async () => ({ kind: 'page', main: html`<p>…</p>` }),
    actions: {},
  };
}
