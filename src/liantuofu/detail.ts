import { z } from 'zod';
import type { CardLook } from '../redemption/card.ts';
import type { Merchant } from './consume-form.ts';
import { signedForm } from './form.ts';
import { Message, parseJson } from './outcome.ts';

const MAX_TEXT = 64;

const Text = z
  .string()
  .transform((text) => text.trim().slice(0, MAX_TEXT).toWellFormed())
  .transform((text) => (text === '' ? null : text))
  .nullable()
  .catch(null);

/** Only what is read, and named as the vendor names it. A detail may come without a `code`; so may anything else. */
const Detail = z.object({
  code: z.literal('SUCCESS').nullish(),
  suplusTimes: z.union([
    z.int().nonnegative(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ]),
  cardNo: z
    .string()
    .regex(/^[0-9A-Za-z]{6,64}$/)
    // What is masked, as `9140****4024` or `9140XXXXXX4024`, is not a number.
    .regex(/^(?!.*X{3})/i)
    .nullable()
    .catch(null),
  cardName: Text,
  // `2026-12-31` with or without a time behind it. A day before such cards existed stands for no day.
  endDate: z
    .string()
    .regex(/^20[1-9]\d-\d{2}-\d{2}/)
    .transform((date) => date.slice(0, 10))
    .nullable()
    .catch(null),
  memberName: Text,
  memberMobile: Text,
});

const Refusal = z.object({ code: z.literal('FAILED'), msg: Message });

/** Statuses that mean that there is no such path, or not for us. */
const MISSING: ReadonlySet<number> = new Set([401, 403, 404, 405, 410, 501]);

/** The signed form body of one detail request. `random` must be digits only. */
export function detailForm(card: string, { appId, key }: Pick<Merchant, 'appId' | 'key'>, random: string): string {
  return signedForm({ appId, random, cardNo: card }, key);
}

/** Reads a complete answer to a detail request. */
export function readDetail(status: number, body: Uint8Array): CardLook {
  if (MISSING.has(status)) return { kind: 'missing' };
  if (status !== 200) return { kind: 'unavailable' };
  const json = parseJson(body);
  const refusal = Refusal.safeParse(json);
  if (refusal.success) return { kind: 'refused', vendorMsg: refusal.data.msg };
  const read = Detail.safeParse(json);
  if (!read.success) return { kind: 'unavailable' };
  const { suplusTimes, cardNo, cardName, endDate, memberName, memberMobile } = read.data;
  return {
    kind: 'found',
    detail: {
      card: cardNo,
      name: cardName,
      remaining: suplusTimes,
      validUntil: endDate,
      memberName,
      memberPhone: memberMobile,
    },
  };
}
