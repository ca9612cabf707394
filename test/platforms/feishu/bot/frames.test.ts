import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrame, encodeFrame, type Frame } from '../../../../src/platforms/feishu/bot/frames.ts';
import { createPackets } from '../../../../src/platforms/feishu/bot/packets.ts';
import { readFrame, writeFrame, type WireFrame } from '../../../support/gateways/feishu-frames.ts';

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const text = fc.string({ unit: 'grapheme' });
const frames: fc.Arbitrary<Frame> = fc.record(
  {
    seqId: uint64,
    logId: uint64,
    service: int32,
    method: int32,
    headers: fc.array(fc.record({ key: text, value: text }), { maxLength: 8 }),
    payloadEncoding: text,
    payloadType: text,
    payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    logIdNew: text,
  },
  { requiredKeys: ['seqId', 'logId', 'service', 'method', 'headers'] },
);

const asWire = (frame: Frame): WireFrame => ({
  SeqID: String(frame.seqId),
  LogID: String(frame.logId),
  service: frame.service,
  method: frame.method,
  headers: frame.headers,
  ...(frame.payloadEncoding === undefined ? {} : { payload_encoding: frame.payloadEncoding }),
  ...(frame.payloadType === undefined ? {} : { payload_type: frame.payloadType }),
  ...(frame.payload === undefined ? {} : { payload: frame.payload }),
  ...(frame.logIdNew === undefined ? {} : { LogIDNew: frame.logIdNew }),
});

test('frames are written as protobuf writes them, and read as it reads them', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      expect(readFrame(encodeFrame(frame))).toEqual(asWire(frame));
      expect(encodeFrame(frame)).toEqual(writeFrame(asWire(frame)));
      expect(decodeFrame(writeFrame(asWire(frame)))).toEqual(frame);
    }),
  );
});

test('required fields are written even when they are 0', () => {
  const empty = { seqId: 0n, logId: 0n, service: 0, method: 0, headers: [] };
  expect(encodeFrame(empty).toString('hex')).toBe('0800100018002000');
  expect(decodeFrame(Buffer.alloc(0))).toBeNull();
  expect(decodeFrame(Buffer.from('080010001800', 'hex'))).toBeNull();
});

test('fields that are not known are skipped, in each of protobuf’s wire types', () => {
  const frame = { seqId: 1n, logId: 2n, service: 3, method: 1, headers: [], payload: Buffer.from('{}') };
  const unknown = Buffer.from('50ff01590102030405060708620161' + '6d01020304', 'hex');
  expect(decodeFrame(Buffer.concat([unknown, encodeFrame(frame), unknown]))).toEqual(frame);
});

test('bytes that are no frame are none, and never more than that', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeFrame(Buffer.from(bytes))));
  fc.assert(
    fc.property(frames, fc.nat(), fc.nat(255), (frame, at, byte) => {
      const bytes = encodeFrame(frame);
      bytes[at % bytes.length] = byte;
      decodeFrame(bytes);
      expect(decodeFrame(bytes.subarray(0, 7))).toBeNull();
    }),
  );
});

test('a payload in parts is put together in any order, before it is read as text', () => {
  const whole = Buffer.from('核销 🎂 914095353294404024');
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.infiniteStream(fc.nat()), (sum, chance) => {
      const packets = createPackets(() => 0);
      const size = Math.ceil(whole.length / sum);
      const order = [...Array(sum).keys()].toSorted(() => ((chance.next().value ?? 0) % 2 === 0 ? 1 : -1));
      const results = order.map((seq) =>
        packets.take(
          { messageId: 'm', sum: String(sum), seq: String(seq) },
          whole.subarray(seq * size, (seq + 1) * size),
        ),
      );
      expect(results.slice(0, -1).every((result) => result === 'wait')).toBe(true);
      expect(String(results.at(-1))).toBe(whole.toString());
    }),
  );
});

test.each([
  ['0', '0'],
  ['2', '2'],
  ['x', '0'],
  ['1.5', '0'],
  ['2', '-1'],
  ['65', '0'],
  ['', ''],
])('a part %s/%s is odd', (sum, seq) => {
  expect(createPackets(() => 0).take({ messageId: 'm', sum, seq }, Buffer.from('a'))).toBe('odd');
});

test('parts are kept for ten seconds, and never very many of them', () => {
  let now = 0;
  const packets = createPackets(() => now);
  const part = (messageId: string, seq: string, payload = 'a') =>
    packets.take({ messageId, sum: '2', seq }, Buffer.from(payload));
  expect(part('a', '0')).toBe('wait');
  now = 9_999;
  expect(String(part('a', '1', 'b'))).toBe('ab');
  expect(part('a', '0')).toBe('wait');
  now += 10_000;
  expect(part('a', '1')).toBe('wait');
  expect(packets.take({ messageId: 'a', sum: '3', seq: '0' }, Buffer.from('a'))).toBe('odd');
  for (let index = 0; index < 63; index++) expect(part(`m${index}`, '0')).toBe('wait');
  expect(part('one too many', '0')).toBe('odd');
  expect(part('m1', '1', 'x'.repeat(1024 * 1024))).toBe('odd');
});
