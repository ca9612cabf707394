import { z } from 'zod';

/** The text of a message. One of the official samples has it at the top level. */
export const PlainText = z.union([
  z.object({ text: z.object({ content: z.string() }) }).transform(({ text }) => text.content),
  z.object({ content: z.string() }).transform(({ content }) => content),
]);

// Both spellings are documented.
const Failure = z.object({ errorCode: z.unknown().optional(), errCode: z.unknown().optional() });

/** Over the monthly quota DingTalk delivers error 20001 in the place of the text. */
export function isQuotaNotice(json: unknown): boolean {
  const failure = Failure.safeParse(json);
  if (!failure.success || PlainText.safeParse(json).success) return false;
  const { errorCode, errCode } = failure.data;
  return [errorCode, errCode].some((code) => code === 20001 || code === '20001');
}
