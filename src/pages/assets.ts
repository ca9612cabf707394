import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** A file that pages load, beside their own markup. */
export interface Asset {
  readonly type: string;
  readonly text: string;
}

/** Reads the style, the icon and all browser modules, once; by name. Throws when one cannot be read. */
export function loadAssets(): ReadonlyMap<string, Asset> {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const modules = readdirSync(new URL('browser/', import.meta.url)).filter((name) => name.endsWith('.js'));
  return new Map<string, Asset>([
    ['style.css', { type: 'text/css; charset=utf-8', text: read('style.css') }],
    ['icon.svg', { type: 'image/svg+xml; charset=utf-8', text: read('icon.svg') }],
    ...modules.map((name): [string, Asset] => [
      name,
      { type: 'text/javascript; charset=utf-8', text: read(`browser/${name}`) },
    ]),
  ]);
}

/** Changes whenever one of them does, so that browsers may keep what they have under an address with it. */
export function versionOf(assets: ReadonlyMap<string, Asset>): string {
  const hash = createHash('sha256');
  for (const [name, { text }] of assets) hash.update(`${name}\0${text}\0`);
  return hash.digest('base64url').slice(0, 12);
}
