import type { Language } from './text.ts';

/**
 * The language of a page for a browser that sends this `Accept-Language` (RFC 9110, 12.5.4): Chinese, unless English is
 * wanted more.
 */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map(readRange)
    .filter(({ weight }) => weight > 0);
  const weightOf = (language: Language) => wanted.find(({ primary }) => primary === language)?.weight;
  const any = wanted.find(({ primary }) => primary === '*')?.weight ?? 0;
  const [english, chinese] = [weightOf('en') ?? any, weightOf('zh') ?? any];
  if (english !== chinese) return english > chinese ? 'en' : 'zh';
  // Of two that are wanted the same, the one that is named first.
  const first = wanted.find(({ primary }) => primary === 'en' || primary === 'zh');
  return first?.primary === 'en' ? 'en' : 'zh';
}

function readRange(range: string): { primary: string; weight: number } {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  const weight = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/u.test(quality) ? Number(quality) : 0;
  return { primary: tag.split('-')[0] ?? '', weight };
}
