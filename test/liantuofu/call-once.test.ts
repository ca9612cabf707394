import { expect, test, vi } from 'vitest';
import type { Dispatcher } from 'undici';
import { callOnce } from '../../src/liantuofu/call-once.ts';

/** Hands the handler to the test, which then plays undici. */
function undiciPlayedBy(play: (handler: Dispatcher.DispatchHandler) => void): Pick<Dispatcher, 'dispatch'> {
  return {
    dispatch(_options, handler) {
      play(handler);
      return true;
    },
  };
}

function controller(handler: Dispatcher.DispatchHandler) {
  const self = {
    aborted: false,
    paused: false,
    reason: null,
    pause: vi.fn(),
    resume: vi.fn(),
    abort: vi.fn((reason: Error) => handler.onResponseError?.(self, reason)),
  };
  return self;
}

test('a second attempt to write the same request is aborted, and the outcome stays unknown', async () => {
  let second: ReturnType<typeof controller> | undefined;
  const dispatcher = undiciPlayedBy((handler) => {
    handler.onRequestStart?.(controller(handler), {});
    second = controller(handler);
    handler.onRequestStart?.(second, {});
  });
  const { outcome } = await callOnce(dispatcher, '/', 'a=1', 1000);
  expect(second?.abort).toHaveBeenCalledOnce();
  expect(outcome).toEqual({ state: 'unknown', reason: 'connection-lost' });
});

test.each([
  ['before the write: unsent', false, { state: 'unsent', reason: 'no-connection' }],
  ['after the write began: unknown', true, { state: 'unknown', reason: 'connection-lost' }],
])('an exception out of the HTTP client %s', async (_name, started, expected) => {
  const dispatcher = undiciPlayedBy((handler) => {
    if (started) handler.onRequestStart?.(controller(handler), {});
    throw new TypeError('a bug');
  });
  expect(await callOnce(dispatcher, '/', 'a=1', 1000)).toEqual({ outcome: expected, cause: 'TypeError' });
});
