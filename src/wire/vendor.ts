import type { LiveConfig } from '../config.ts';
import { createVendor, type LiantuofuVendor, type VendorOptions } from '../liantuofu/client.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../operation/metrics.ts';
import type { Observer } from '../operation/observe.ts';

export interface VendorWiring {
  readonly settings: LiveConfig['liantuofu'];
  /** Messages whose lines may run at once. */
  readonly maxInProgress: number;
  readonly observer: Observer;
  readonly metrics: Metrics;
  readonly onTrouble: NonNullable<VendorOptions['onTrouble']>;
  readonly log: Log;
}

/** The vendor's client, watched. That a line waits for its call costs nothing but memory: four for each message may. */
export function wireVendor(parts: VendorWiring): LiantuofuVendor {
  const { settings, maxInProgress, observer, metrics, onTrouble, log } = parts;
  return createVendor({
    ...settings,
    log,
    maxQueued: 4 * maxInProgress,
    onCall: observer.called,
    onWaiting: (calls) => metrics.vendorCallsWaiting.set(calls),
    onLook: observer.looked,
    onLooksPaused: observer.looksPaused,
    onTroubles: observer.merchantTroubles,
    onTrouble,
  });
}
