import type { Check } from './check.ts';
import { createMachineChecks } from './machine-checks.ts';
import { OUTSIDE_CHECKS } from './outside.ts';
import { PEOPLE_CHECKS } from './people.ts';
import { SERVICE_CHECKS } from './service-checks.ts';
import { SETTINGS_CHECKS } from './settings.ts';
import { STORAGE_CHECKS } from './storage.ts';

/** Everything that can be looked at from here. A name never changes, and none is used twice. */
export const ALL_CHECKS: readonly Check[] = [
  ...SETTINGS_CHECKS,
  ...createMachineChecks(),
  ...SERVICE_CHECKS,
  ...STORAGE_CHECKS,
  ...PEOPLE_CHECKS,
  ...OUTSIDE_CHECKS,
];
