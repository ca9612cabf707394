import { sign } from './sign.ts';

/** A form body, signed; parameters without a value are neither sent nor signed. */
export function signedForm(params: Readonly<Record<string, string>>, key: string): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== '') form.append(name, value);
  form.set('sign', sign(params, key));
  return form.toString();
}
