/**
 * Preloaded by `npm start`, in every thread: has Node keep what it compiled beside the installed packages, so that the
 * next start need neither strip types nor compile again. Where that folder cannot be written, a start is only slower.
 * JavaScript, because types in here would load the very stripper that this saves.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
