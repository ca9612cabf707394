import { html } from '../../pages/html.ts';
import type { ConsolePage } from '../page.ts';

export function createStaffPage(): ConsolePage {
  return {
    path: '/console/staff',
    title: '员工',
    nav: '员工',
    least: 'manager',
    show: async () => ({ kind: 'page', main: html`<p>…</p>` }),
    actions: {},
  };
}
