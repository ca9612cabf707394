import { hash } from 'node:crypto';

/**
 * Lowercase hex MD5 as the vendor's signature page (673453270295568) defines it: names in ASCII order, raw UTF-8
 * values, empty values and `sign` itself left out.
 */
export function sign(params: Readonly<Record<string, string>>, key: string): string {
  const names = Object.keys(params).filter((name) => name !== 'sign' && params[name] !== '');
  // By code units, as they are in ASCII.
  names.sort();
  let signed = '';
  for (const name of names) signed += `${name}=${params[name] ?? ''}&`;
  return hash('md5', `${signed}key=${key}`, 'hex');
}
