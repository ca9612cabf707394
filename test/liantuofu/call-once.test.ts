import { expect, test, vi } from 'vitest';
import type { Dispatcher } from 'undici';
import { callOnce } from '../../src/liantuofu/call-once.ts';
import { realTime } from '../../src/time/real.ts';

const POST = { path: '/', form: 'a=1', timeoutMs: 1000, time: realTime };

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
  const { outcome } = await callOnce(dispatcher, POST);
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
  expect(await callOnce(dispatcher, POST)).toEqual({ outcome: expected, cause: 'TypeError' });
});

test.each([0, -1])('with %i ms left nothing is sent', async (timeoutMs) => {
  const play = vi.fn();
  const outcome = { state: 'unsent', reason: 'overdue' };
  expect(await callOnce(undiciPlayedBy(play), { ...POST, timeoutMs })).toEqual({ outcome, cause: 'overdue' });
  expect(play).not.toHaveBeenCalled();
});

test('a second attempt is aborted without asking again: something has left before', async () => {
  const mayLeave = vi.fn().mockReturnValueOnce(true).mockReturnValueOnce(true).mockReturnValue(false);
  const dispatcher = undiciPlayedBy((handler) => {
    handler.onRequestStart?.(controller(handler), {});
    handler.onRequestStart?.(controller(handler), {});
  });
  const { outcome } = await callOnce(dispatcher, { ...POST, mayLeave });
  expect(outcome).toEqual({ state: 'unknown', reason: 'connection-lost' });
});
