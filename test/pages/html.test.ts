import { expect, test } from 'vitest';
import { html } from '../../src/pages/html.ts';

test('what people wrote is text and no markup, also in an attribute', () => {
  const name = `<img src=x onerror="alert('1')"> & Co`;
  const escaped = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; Co';
  expect(String(html`<p title="${name}">${name}</p>`)).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test('markup stays markup, lists are joined, and what is not there leaves nothing', () => {
  const items = ['a', '<b>'].map((item) => html`<i>${item}</i>`);
  expect(String(html`<p>${items}${null}${undefined}${false}${0}</p>`)).toBe('<p><i>a</i><i>&lt;b&gt;</i>0</p>');
});
