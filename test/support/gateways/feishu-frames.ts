import Long from 'long';
import protobuf from 'protobufjs';

// The reader and writer of the platform's own SDK's makers, so that ours has a witness.
const { root } = protobuf.parse(
  `
  syntax = "proto2";
  package pbbp2;
  message Header { required string key = 1; required string value = 2; }
  message Frame {
    required uint64 SeqID = 1;
    required uint64 LogID = 2;
    required int32 service = 3;
    required int32 method = 4;
    repeated Header headers = 5;
    optional string payload_encoding = 6;
    optional string payload_type = 7;
    optional bytes payload = 8;
    optional string LogIDNew = 9;
  }`,
  { keepCase: true },
);
const type = root.lookupType('pbbp2.Frame');

/** A frame as the platform writes it; 64-bit numbers as texts. */
export interface WireFrame {
  readonly SeqID: string;
  readonly LogID: string;
  readonly service: number;
  readonly method: number;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  readonly payload_encoding?: string;
  readonly payload_type?: string;
  readonly payload?: Buffer;
  readonly LogIDNew?: string;
}

export function writeFrame(frame: WireFrame): Buffer {
  return withLongs(() => Buffer.from(type.encode(type.fromObject({ ...frame })).finish()));
}

/** Throws where it is none, or lacks a required field. */
export function readFrame(bytes: Buffer): WireFrame {
  return withLongs(
    () => type.toObject(type.decode(bytes), { longs: String, bytes: Buffer, arrays: true }) as WireFrame,
  );
}

/** The platform's own SDK switches numbers of 64 bits off, for the whole process; it still gets what it wants. */
function withLongs<Result>(work: () => Result): Result {
  const { util } = protobuf as { util: { Long: unknown } };
  const before = util.Long;
  util.Long = Long;
  protobuf.configure();
  try {
    return work();
  } finally {
    util.Long = before;
    protobuf.configure();
  }
}

export function headerOf({ headers }: WireFrame, key: string): string | undefined {
  return headers.find((header) => header.key === key)?.value;
}
