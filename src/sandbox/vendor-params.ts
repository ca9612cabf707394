import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { sign } from '../liantuofu/sign.ts';

const random = z.string().regex(/^\d+$/);
const cardNo = z.string().regex(/^[0-9A-Za-z]{6,64}$/);

export const ConsumeParams = z.object({
  random,
  remark: z.string().optional(),
  consumeSource: z.string().regex(/^[012]$/),
  cardNo,
  count: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number),
  consumeMerchantCode: z.string().regex(/^EW_N\d+$/),
  consumeEmployeeId: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional(),
});

export type ConsumeParams = z.infer<typeof ConsumeParams>;

export const DetailParams = z.object({ random, cardNo });

export interface Credentials {
  readonly appId: string;
  readonly key: string;
}

export type ReadParams<Params> = { readonly params: Params } | { readonly refused: string };

/** Reads a signed request as strictly as the vendor's documents allow; a refusal is the sentence to answer with. */
export function readParams<Params>(
  form: URLSearchParams,
  credentials: Credentials,
  schema: z.ZodType<Params>,
): ReadParams<Params> {
  const { sign: signature = '', ...given } = Object.fromEntries(form);
  for (const [name, value] of form) {
    if (form.getAll(name).length > 1) return { refused: `参数重复:${name}` };
    if (value === '') return { refused: `空参数不应传递:${name}` };
  }
  if (given['appId'] !== credentials.appId) return { refused: '商户不存在' };
  if (!sameText(signature, sign(given, credentials.key))) return { refused: '签名错误' };
  const params = schema.safeParse(given);
  if (!params.success) return { refused: `参数错误:${params.error.issues[0]?.path.join('.') ?? ''}` };
  return { params: params.data };
}

function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
