import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Vector = z.object({
  id: z.string(),
  flavour: z.string(),
  kind: z.string(),
  token: z.string(),
  encodingAesKey: z.string(),
  receiveId: z.string(),
  timestamp: z.string(),
  nonce: z.string(),
  msgSignature: z.string(),
  encrypted: z.string(),
  plaintext: z.string().optional(),
  random16: z.string().optional(),
  rawQuery: z.string().optional(),
  postBody: z.string().optional(),
  replyBody: z.unknown().optional(),
});

export type Vector = z.infer<typeof Vector>;

/** Published and synthetic callbacks of WeCom. */
export const vectors: readonly Vector[] = z
  .array(Vector)
  .parse(JSON.parse(readFileSync(new URL('../../vectors/wecom.json', import.meta.url), 'utf8')));

export function vector(id: string): Vector {
  const found = vectors.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no vector ${id}`);
  return found;
}

/** The query that the vector's callback came with. */
export function queryOf({ msgSignature, timestamp, nonce }: Vector): URLSearchParams {
  return new URLSearchParams({ msg_signature: msgSignature, timestamp, nonce });
}
