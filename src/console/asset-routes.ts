import type Router from '@koa/router';
import { loadAssets, versionOf } from '../pages/assets.ts';
import { codingFor, compress, sendCoded, type Coded } from './compressed.ts';

/**
 * Adds the files that pages load, and returns the address below which they are. It changes with them, so that browsers keep
 * them for as long as they like. Throws when one is missing.
 */
export function addAssetRoutes(router: Router, path: string): string {
  const assets = loadAssets();
  const version = versionOf(assets);
  const compressed = new Map<string, Promise<Coded>>();

  router.get(`${path}/:version/:name`, async (ctx) => {
    const name = String(ctx['params'].name);
    const asset = assets.get(name);
    if (asset === undefined) return;
    // A page from before the service was renewed gets what there is now.
    if (ctx['params'].version === version) ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    ctx.type = asset.type;
    const coding = codingFor(ctx);
    const key = `${coding} ${name}`;
    const coded = compressed.get(key) ?? compress(asset.text, coding, true);
    compressed.set(key, coded);
    sendCoded(ctx, await coded);
  });
  return `${path}/${version}`;
}
