import { sign } from './sign.ts';

/** A form body, signed; parameters without a value are neither sent nor signed. */
export function signedForm(params: Readonly<Record<string, string>>, key: string): string {
  const form = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== ''));
  form.set('sign', sign(params, key));
  return form.toString();
}
