/**
 * A frame of the long connection: `pbbp2.Frame`, a message of proto2 with nine fields in two wire types. 64-bit values are kept
 * as they are: an answer has to bring them back.
 */
export interface Frame {
  readonly seqId: bigint;
  readonly logId: bigint;
  readonly service: number;
  readonly method: number;
  readonly headers: readonly Header[];
  readonly payloadEncoding?: string;
  readonly payloadType?: string;
  readonly payload?: Buffer;
  readonly logIdNew?: string;
}

export interface Header {
  readonly key: string;
  readonly value: string;
}

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/** Writes a frame; the required fields also where they are 0. */
export function encodeFrame(frame: Frame): Buffer {
  const texts = [
    [6, frame.payloadEncoding],
    [7, frame.payloadType],
    [8, frame.payload],
    [9, frame.logIdNew],
  ] as const;
  return Buffer.concat([
    ...[frame.seqId, frame.logId, int32(frame.service), int32(frame.method)].map((value, index) =>
      Buffer.concat([tag(index + 1, VARINT), varint(value)]),
    ),
    ...frame.headers.map(({ key, value }) => bytes(5, Buffer.concat([bytes(1, key), bytes(2, value)]))),
    ...texts.flatMap(([field, value]) => (value === undefined ? [] : [bytes(field, value)])),
  ]);
}

/** Reads a frame; unknown fields are skipped. Null where the bytes are none. */
export function decodeFrame(data: Buffer): Frame | null {
  const fields = readFields(data);
  if (fields === null) return null;
  const number = (field: number) => last(fields, field, 'bigint');
  const text = (field: number) => last(fields, field, 'object')?.toString();
  const [seqId, logId, service, method] = [number(1), number(2), number(3), number(4)];
  if (seqId === undefined || logId === undefined || service === undefined || method === undefined) return null;
  const headers = fields.filter(({ field }) => field === 5).map(({ value }) => readHeader(value));
  if (!headers.every((header) => header !== null)) return null;
  const optional = {
    payloadEncoding: text(6),
    payloadType: text(7),
    payload: last(fields, 8, 'object'),
    logIdNew: text(9),
  };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { seqId, logId, service: fromInt32(service), method: fromInt32(method), headers, ...present };
}

interface Field {
  readonly field: number;
  readonly value: bigint | Buffer;
}

function readHeader(value: bigint | Buffer): Header | null {
  const fields = typeof value === 'bigint' ? null : readFields(value);
  if (fields === null) return null;
  const key = last(fields, 1, 'object')?.toString();
  const text = last(fields, 2, 'object')?.toString();
  return key === undefined || text === undefined ? null : { key, value: text };
}

/** Of a field that comes more than once the last one counts. */
function last(fields: readonly Field[], field: number, type: 'bigint'): bigint | undefined;
function last(fields: readonly Field[], field: number, type: 'object'): Buffer | undefined;
function last(fields: readonly Field[], field: number, type: 'bigint' | 'object'): bigint | Buffer | undefined {
  return fields.findLast((one) => one.field === field && typeof one.value === type)?.value;
}

function readFields(data: Buffer): Field[] | null {
  const fields: Field[] = [];
  let at = 0;
  const readVarint = (): bigint | null => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = data[at++];
      if (byte === undefined) return null;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return null;
  };
  while (at < data.length) {
    const key = readVarint();
    if (key === null || key < 8n || key >= 1n << 32n) return null;
    const [field, wire] = [Number(key >> 3n), Number(key & 7n)];
    if (wire === VARINT) {
      const value = readVarint();
      if (value === null) return null;
      fields.push({ field, value });
      continue;
    }
    const length = wire === FIXED_64 ? 8n : wire === FIXED_32 ? 4n : wire === BYTES ? readVarint() : null;
    if (length === null || length > BigInt(data.length - at)) return null;
    const end = at + Number(length);
    if (wire === BYTES) fields.push({ field, value: data.subarray(at, end) });
    at = end;
  }
  return fields;
}

/** A negative number takes ten bytes, as a 64-bit one. */
const int32 = (value: number) => BigInt.asUintN(64, BigInt(value));
const fromInt32 = (value: bigint) => Number(BigInt.asIntN(32, value));

function tag(field: number, wire: number): Buffer {
  return varint(BigInt((field << 3) | wire));
}

function bytes(field: number, value: string | Buffer): Buffer {
  const content = Buffer.from(value);
  return Buffer.concat([tag(field, BYTES), varint(BigInt(content.length)), content]);
}

function varint(value: bigint): Buffer {
  const parts: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) {
      parts.push(Number(rest));
      return Buffer.from(parts);
    }
    parts.push(Number(rest & 0x7fn) | 0x80);
  }
}
