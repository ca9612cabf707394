import type { IncomingMessage } from 'node:http';

/** The body is larger than allowed. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/**
 * Reads a body as bytes, at most `limit` of them. Rejects with BodyTooLarge, or when the sender hangs up. What is too
 * much is read and thrown away, so that the sender gets to see the answer.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(new BodyTooLarge());
    });
    request.once('end', () => resolve(Buffer.concat(chunks, size)));
    request.once('error', reject);
    request.once('close', () => {
      // It comes after every request; an error, with its stack, is only worth making where the end did not come.
      if (!request.readableEnded) reject(new Error('the sender hung up'));
    });
  });
}
