import { expect, test } from 'vitest';
import { createReadShown, type ReadResult } from '../../src/chat/read-shown.ts';
import type { ChatMessage } from '../../src/chat/channel.ts';
import { newMessage } from '../ledger/fixtures.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const shown = (): ChatMessage => ({
  ...newMessage(),
  signedAt: 0,
  typedAt: null,
  pictures: [{ at: 1, quoted: false }],
});

/** A reader that takes so long for each picture, one at a time. */
function readsOneIn(ms: number, time: VirtualTime) {
  let last: Promise<unknown> = Promise.resolve();
  const { read } = createReadShown({
    fetchPictureOf: () => async () => ({ kind: 'fetched', bytes: new Uint8Array(1) }),
    readPicture: (bytes) => {
      const reading = last
        .then(() => time.sleep(ms))
        .then(() => ({ kind: 'codes' as const, texts: [String(bytes.length)] }));
      last = reading;
      return reading;
    },
    time,
    onRead: () => undefined,
  });
  return read;
}

test('pictures that come faster than they can be read are told so, and others are read all the while', async () => {
  const time = new VirtualTime();
  const read = readsOneIn(3_000, time);
  const results: Promise<ReadResult>[] = [];
  for (let nth = 0; nth < 60; nth += 1) {
    results.push(read(shown()));
    await time.pass(1_000);
  }
  await time.pass(60_000);
  const ended = await Promise.all(results);
  const kinds = ended.map((result) => (result.kind === 'not-read' ? result.why : result.kind));
  expect(new Set(kinds)).toEqual(new Set(['codes', 'busy']));
  expect(kinds.filter((kind) => kind === 'codes').length).toBeGreaterThanOrEqual(15);
  expect(kinds.slice(30)).toContain('codes');
});

test('many pictures at the same moment that are read quickly are all read', async () => {
  const time = new VirtualTime();
  const read = readsOneIn(200, time);
  const results = Array.from({ length: 20 }, () => read(shown()));
  await time.pass(20_000);
  expect((await Promise.all(results)).map(({ kind }) => kind)).toEqual(Array<string>(20).fill('codes'));
});
