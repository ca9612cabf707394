import type { IncomingMessage } from 'node:http';
import { BodyTooLarge, readBody } from '../transports/webhook/body.ts';
import { Fields } from './form.ts';

/** What a form has besides its file. */
const MAX_REST_BYTES = 64 * 1024;
const MAX_PARTS = 50;
const END_OF_HEAD = '\r\n\r\n';

/** A form with one file at most; null: none was chosen. */
export interface FormWithFile {
  readonly fields: Fields;
  readonly file: { readonly name: string; readonly bytes: Buffer } | null;
}

/**
 * Reads a form that sends a file along (RFC 7578). Returns the HTTP status of the refusal where it is none, or where the file
 * has more than `maxFileBytes`: before anything is read, where the sender says how much it is.
 */
export async function readUpload(
  request: IncomingMessage,
  maxFileBytes: number,
): Promise<FormWithFile | 400 | 413 | 415> {
  const [, quoted, bare] =
    /^multipart\/form-data;.*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/iu.exec(
      request.headers['content-type'] ?? '',
    ) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return 415;
  const limit = maxFileBytes + MAX_REST_BYTES;
  if (Number(request.headers['content-length'] ?? 0) > limit) return 413;
  try {
    const parts = partsOf(await readBody(request, limit), boundary);
    if (parts === null) return 400;
    const file = parts.find(({ file: name }) => name !== null && name !== '');
    if (file !== undefined && file.bytes.length > maxFileBytes) return 413;
    return {
      fields: new Fields(parts.filter((part) => part.file === null).map(({ name, bytes }) => [name, bytes.toString()])),
      file: file === undefined ? null : { name: file.file ?? '', bytes: file.bytes },
    };
  } catch (error) {
    if (error instanceof BodyTooLarge) return 413;
    throw error;
  }
}

interface UploadPart {
  readonly name: string;
  /** What the file is called; null: it is a field. */
  readonly file: string | null;
  readonly bytes: Buffer;
}

/** Null where it is no such form, or ends before its end. */
function partsOf(body: Buffer, boundary: string): UploadPart[] | null {
  const parts: UploadPart[] = [];
  const mark = Buffer.from(`\r\n--${boundary}`);
  let at = body.indexOf(mark.subarray(2));
  if (at !== 0) return null;
  at += mark.length - 2;
  while (parts.length < MAX_PARTS) {
    const behind = body.toString('latin1', at, at + 2);
    if (behind === '--') return parts;
    const head = body.indexOf(END_OF_HEAD, at);
    const end = head < 0 ? -1 : body.indexOf(mark, head + END_OF_HEAD.length - 2);
    if (behind !== '\r\n' || end < 0) return null;
    const headers = body.toString('utf8', at + 2, head);
    const start = head + END_OF_HEAD.length;
    parts.push({
      name: parameter(headers, / name="([^"\r\n]*)"/u) ?? '',
      file: parameter(headers, / filename="([^"\r\n]*)"/u),
      // A part with nothing in it ends where its head does.
      bytes: body.subarray(start, Math.max(start, end)),
    });
    at = end + mark.length;
  }
  return null;
}

/** Browsers write a quotation mark and a line break in a name as `%22` and `%0D%0A`. */
function parameter(headers: string, shape: RegExp): string | null {
  const [, value] = shape.exec(headers) ?? [];
  return value?.replaceAll('%22', '"').replace(/%0[AD]/gu, ' ') ?? null;
}
