import type { Text } from '../../pages/text.ts';
import type { Meaning } from '../../platforms/errors.ts';
import type { Finding } from './check.ts';
import { fail, warn } from './findings.ts';

/** A no of a platform's server API. */
export interface Refused {
  readonly code: number | string;
  /** The platform's own. */
  readonly words: string;
  /** Undefined: nothing is known of the code. */
  readonly means: Meaning | undefined;
  readonly remedy: Text | null;
}

/** What a platform's no came to: quoted, with what to do about it. */
export function refused(zhName: string, enName: string, { code, words, means, remedy }: Refused): Finding {
  const line = words.replace(/\s+/gu, ' ').trim().slice(0, 120);
  const seen = { zh: `${zhName}拒绝了：${code} ${line}`, en: `${enName} refuses: ${code} ${line}` };
  if (remedy === null && (means === 'busy' || means === 'throttled'))
    return warn(seen, { zh: '平台忙，稍后再查一次。', en: 'The platform is busy: check again later.' });
  return fail(
    seen,
    remedy ?? {
      zh: `按上面的错误码到${zhName}开放平台的文档里查原因。`,
      en: `Look this code up in the documents of ${enName}.`,
    },
  );
}
