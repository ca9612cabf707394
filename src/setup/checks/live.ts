import type { LiveConfig } from '../../config.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { skipped } from './findings.ts';

/** For a check that means something only with live settings; otherwise it is skipped. */
export function inLive(
  look: (config: LiveConfig, context: CheckContext, signal: AbortSignal) => Finding | Promise<Finding>,
): Check['run'] {
  return async (context, signal) => {
    const { config } = context;
    if (config === null)
      return skipped({ zh: '设置还有错，改好后再查。', en: 'The settings cannot be used: mend them first.' });
    if (config.mode === 'sandbox')
      return skipped({ zh: '现在是沙箱，没有真实的设置。', en: 'This is the sandbox: there are no real settings.' });
    return look(config, context, signal);
  };
}
