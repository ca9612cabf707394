import { z } from 'zod';
import { isQuotaNotice } from './quota.ts';

const Origin = z.object({
  robotCode: z.unknown().optional(),
  chatbotCorpId: z.unknown().optional(),
  createAt: z.unknown().optional(),
});

export interface OriginOptions {
  /** When set, the only robot that is listened to. */
  readonly robotCode: string | null;
  /** When set, the only corp whose robot is listened to. */
  readonly corpId: string | null;
}

/** What a message says about where and when it began; `ours` is false where it is not for us, and `why` quotes nothing of it. */
export type Origin =
  | { readonly ours: false; readonly why: string }
  /** When it was typed, in milliseconds since 1970; null where it does not say, NaN where what it says is no time. */
  | { readonly ours: true; readonly typedAt: number | null };

export type JudgeOrigin = (message: unknown) => Origin;

export function createJudgeOrigin({ robotCode, corpId }: OriginOptions): JudgeOrigin {
  return (message) => {
    const { data: origin } = Origin.safeParse(message);
    if (origin === undefined) return { ours: false, why: 'body is not a JSON object' };
    // A quota notice comes without most fields; all that it can bring about is one fixed sentence.
    const fits = (expected: string | null, given: unknown) =>
      expected === null || given === expected || (given === undefined && isQuotaNotice(message));
    if (!fits(robotCode, origin.robotCode)) return { ours: false, why: 'from another robot' };
    if (!fits(corpId, origin.chatbotCorpId)) return { ours: false, why: 'from the robot of another corp' };
    return { ours: true, typedAt: origin.createAt === undefined ? null : toMs(origin.createAt) };
  };
}

/** The documentation's table calls `createAt` a string, its samples show a number. */
function toMs(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{13}$/.test(value) ? Number(value) : NaN;
}
