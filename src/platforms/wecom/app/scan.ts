import { findMenuItem } from '../../../command/menu.ts';
import type { Scan } from '../../../redemption/shown.ts';

/** Scanners of the WeChat family put the kind of a bar code before its text: `CODE_128,9140…`. */
const SYMBOLOGY = /^(?:CODE|CODABAR|EAN|UPC|ITF|GS1|RSS|PDF|QR|DATA)[A-Z0-9_-]*,/iu;

/**
 * What the menu's scanner read. An item that was put there by hand has a key of its own: what it scans is to be redeemed,
 * which is asked about first.
 */
export function readScan(key: string, result: string): Scan {
  return { text: result.trim().replace(SYMBOLOGY, '').trim(), wants: findMenuItem(key)?.scans ?? 'redeem' };
}
