import type { PlatformHttp } from '../../../src/platforms/http.ts';
import type { CheckContext } from '../../../src/setup/checks/check.ts';

/** An outside that answers nothing. */
const SILENT: PlatformHttp = {
  call: async () => ({ kind: 'silence', left: false, cause: 'not in this test' }),
  exchange: async () => ({ kind: 'silence', left: false, cause: 'not in this test' }),
  close: async () => undefined,
};

/** A context in which there is nothing but what is given. */
export function contextWith(parts: Partial<CheckContext> = {}): CheckContext {
  return {
    config: null,
    problems: [],
    overridden: [],
    cwd: '/nowhere',
    mapping: async () => null,
    service: null,
    http: SILENT,
    now: () => Date.UTC(2026, 10, 27),
    sends: false,
    ...parts,
  };
}
