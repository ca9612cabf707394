import { createHash } from 'node:crypto';

/**
 * Lowercase hex MD5 as the vendor's signature page (673453270295568) defines it: names in ASCII order, raw UTF-8
 * values, empty values and `sign` itself left out.
 */
export function sign(params: Readonly<Record<string, string>>, key: string): string {
  const signed = Object.entries(params).filter(([name, value]) => name !== 'sign' && value !== '');
  // Names are unique, so no two compare equal.
  signed.sort(([a], [b]) => (a < b ? -1 : 1));
  const joined = signed.map(([name, value]) => `${name}=${value}`).join('&');
  return createHash('md5').update(`${joined}&key=${key}`, 'utf8').digest('hex');
}
