import { expect, test } from 'vitest';
import { copyable } from '../../src/pages/copy.ts';
import { fieldId, formFields } from '../../src/pages/fields.ts';
import { Fields } from '../../src/pages/form.ts';
import { loadAssets } from '../../src/pages/assets.ts';
import { PAGE_HEADERS, renderDocument } from '../../src/pages/layout.ts';

const HOSTILE = `"><script>alert('1')</script>`;
const nothing = { typed: null, problems: [] };

/** The attributes of the first control of a field. */
const control = (markup: unknown) =>
  /<(?:input|select|textarea)[^>]*>/u.exec(String(markup))?.[0].replace(/\s+/gu, ' ') ?? '';

test('a field has its label, its hint and what is known', () => {
  const markup = String(formFields(nothing).text({ name: 'appId', label: 'appId', hint: 'EW_N', value: 'EW_N1' }));
  expect(markup).toMatch(/<label for="field-appId"\s*>appId<\/label/u);
  expect(control(markup)).toContain('value="EW_N1"');
  expect(control(markup)).toContain('aria-describedby="field-appId-hint"');
  expect(markup).toContain('id="field-appId-hint"');
  expect(markup).not.toContain('aria-invalid');
});

test('what was typed is shown again, also when it is nothing, with what is wrong with it', () => {
  const fields = formFields({
    typed: new Fields({ appId: '', url: 'x' }),
    problems: [{ field: 'appId', message: '请填 appId。' }],
  });
  const wrong = fields.text({ name: 'appId', label: 'appId', hint: 'EW_N', value: 'EW_N1' });
  expect(control(wrong)).toContain('value=""');
  expect(control(wrong)).toContain('aria-invalid="true"');
  expect(control(wrong)).toContain('aria-describedby="field-appId-hint field-appId-problem"');
  expect(String(wrong)).toContain('id="field-appId-problem">请填 appId。');
  expect(control(fields.text({ name: 'url', label: 'URL', value: 'known' }))).toContain('value="x"');
});

test('the first problem has the focus, and the list of problems leads to each', () => {
  const problems = [
    { field: 'stores[1].code', message: '门店编号重复。' },
    { field: 'name', message: '太长。' },
  ];
  const fields = formFields({ typed: null, problems });
  expect(control(fields.text({ name: 'stores[1].code', label: '编号' }))).toContain(' autofocus');
  expect(control(fields.text({ name: 'name', label: '姓名' }))).not.toContain('autofocus');
  const list = String(fields.problems('还没有保存'));
  expect(list).toContain(`href="#${fieldId('stores[1].code')}"`);
  expect(list).not.toContain('autofocus');
});

test('a problem of the whole form has the focus itself', () => {
  const list = String(
    formFields({ typed: null, problems: [{ field: '', message: '已经改过了。' }] }).problems('没保存'),
  );
  expect(list).toContain('tabindex="-1"');
  expect(list).toContain('autofocus');
});

test('a secret is never shown again, but for its end', () => {
  const typed = new Fields({ key: 'very-secret-4321' });
  const markup = formFields({ typed, problems: [{ field: 'key', message: '不对。' }] }).secret({
    name: 'key',
    label: '密钥',
    ends: 'bb30',
  });
  expect(String(markup)).not.toContain('very-secret');
  expect(control(markup)).toContain('type="password"');
  expect(control(markup)).toContain('placeholder="••••bb30"');
  expect(control(markup)).toContain('value=""');
  expect(control(markup)).toContain('autocomplete="off"');
});

test('a longer text keeps its lines, the first empty one too; a choice keeps what was chosen', () => {
  const fields = formFields({ typed: new Fields({ role: 'manager' }), problems: [] });
  expect(String(fields.area({ name: 'pasted', label: '粘贴', value: '\na\nb' }))).toContain('>\n\na\nb</textarea>');
  const options = [
    { value: 'staff', label: '店员' },
    { value: 'manager', label: '店长' },
  ];
  const chosen = String(fields.select({ name: 'role', label: '角色', value: 'staff', options }));
  expect(chosen).toMatch(/value="manager"\s+selected/u);
  expect(chosen).not.toMatch(/value="staff"\s+selected/u);
});

test('markup in what people or platforms wrote stays text, wherever it stands', () => {
  const fields = formFields({
    typed: new Fields({ a: HOSTILE }),
    problems: [
      { field: 'a', message: HOSTILE },
      { field: HOSTILE, message: HOSTILE },
    ],
  });
  const options = [{ value: HOSTILE, label: HOSTILE }];
  const field = { name: HOSTILE, label: HOSTILE, hint: HOSTILE, value: HOSTILE, placeholder: HOSTILE };
  const markup = [
    fields.text({ ...field, name: 'a' }),
    fields.text(field),
    fields.area(field),
    fields.secret({ ...field, ends: HOSTILE }),
    fields.select({ ...field, options }),
    fields.problems(HOSTILE),
    copyable(HOSTILE, HOSTILE, { copy: HOSTILE, copied: HOSTILE, selected: HOSTILE }),
    renderDocument({
      ...{ language: 'zh', title: HOSTILE, assets: '/a', skip: HOSTILE, header: HOSTILE, main: HOSTILE },
      footer: HOSTILE,
    }),
  ].join('');
  expect(markup).not.toContain('<script>alert');
  expect(markup).not.toContain('"">');
});

test('a document says its language, and how browsers without scripts follow it', () => {
  const layout = { title: 't', assets: '/a', skip: 's', header: '', main: '', footer: '' } as const;
  expect(renderDocument({ ...layout, language: 'zh' })).toMatch(/^<!doctype html>\n<html lang="zh-CN">/u);
  expect(renderDocument({ ...layout, language: 'en' })).toContain('<html lang="en">');
  expect(renderDocument({ ...layout, language: 'en' })).not.toContain('http-equiv');
  expect(renderDocument({ ...layout, language: 'en', reloadAfter: 4 })).toMatch(
    /<noscript>\s*<meta http-equiv="refresh" content="4"/u,
  );
});

test('pages allow no script, style, form or frame but their own', () => {
  const policy = PAGE_HEADERS['Content-Security-Policy'];
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ])
    expect(policy).toContain(rule);
  expect(policy).not.toContain('unsafe');
});

test('each module that a browser loads is served, and imports only what is', () => {
  const assets = loadAssets();
  const modules = [...assets].filter(([name]) => name.endsWith('.js'));
  expect(modules.map(([name]) => name)).toContain('page.js');
  for (const [, { text }] of modules)
    for (const [, imported = ''] of text.matchAll(/from '\.\/([^']+)'/gu))
      expect([...assets.keys()]).toContain(imported);
});
