import type { Check } from './check.ts';

/** What is looked at outside of this machine: vendor, platforms, public address, group robots. */
export const OUTSIDE_CHECKS: readonly Check[] = [];
