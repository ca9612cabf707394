import { expect, test } from 'vitest';
import { languageOf } from '../../src/pages/language.ts';

test.each([
  [undefined, 'zh'],
  ['', 'zh'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-US,en;q=0.9,zh-CN;q=0.8', 'en'],
  ['en', 'en'],
  ['EN-gb', 'en'],
  ['zh-TW;q=0.7, en;q=0.8', 'en'],
  ['en;q=0.7, zh-Hans;q=0.8', 'zh'],
  ['en;q=0.5, *;q=0.9', 'zh'],
  ['*', 'zh'],
  ['en;q=0, zh', 'zh'],
  ['en;q=0', 'zh'],
  ['fr-FR, fr;q=0.9, en;q=0.8', 'en'],
  ['fr, de;q=0.9', 'zh'],
  ['en;q=rubbish', 'zh'],
  ['en;q=2', 'zh'],
  ['english', 'zh'],
  [';;;,,,q=1', 'zh'],
  ['zh;q=1.000 , en ; q=0.999', 'zh'],
])('a browser that accepts %j reads %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});
