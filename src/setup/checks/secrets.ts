import type { Config } from '../../config.ts';

/** The fields of the settings that hold secrets, wherever they stand. */
const SECRET = /^(?:key|secret|token|aesKey|appSecret|encryptKey|verificationToken|metricsToken)$/u;
/** A shorter one would be found in ordinary words. */
const SHORTEST = 6;

/**
 * Takes the secrets of these settings out of a text, whoever quoted them: a check, a platform's answer, a driver's error.
 * The last four characters stay, so that people can tell which one was meant.
 */
export function hideSecrets(config: Config | null): (text: string) => string {
  const secrets = [...new Set(config === null ? [] : secretsIn(config))]
    .filter((secret) => secret.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length);
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, `…${secret.slice(-4)}`), text);
}

function secretsIn(settings: object): string[] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === 'object' && value !== null) return secretsIn(value);
    if (typeof value !== 'string') return [];
    if (SECRET.test(name)) return [value];
    return passwordsOf(value);
  });
}

/** Of the database or a proxy, as it is written and as it is meant. */
function passwordsOf(value: string): string[] {
  const password = URL.parse(value)?.password ?? '';
  if (password === '') return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
