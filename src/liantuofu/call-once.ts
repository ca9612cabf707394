import type { Dispatcher } from 'undici';
import { AS_IT_IS, decodeBody } from '../content-coding.ts';
import { startStopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';
import { type CallResult, readResponse, readFailure, unknown, unsent } from './outcome.ts';

/** Of an answer, as it comes and when its coding is undone. */
export const MAX_RESPONSE_BYTES = 64 * 1024;

export interface Post {
  readonly path: string;
  readonly form: string;
  /** Bounds everything from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Asked before connecting, and last of all before writing. What throws says no. Default: yes. */
  readonly mayLeave?: (() => boolean) | undefined;
  readonly time: Time;
}

/** What became of one posted form. `mayHaveLeft` is false only when provably no byte of it did. */
export type Posted =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Buffer }
  | { readonly kind: 'broken'; readonly mayHaveLeft: boolean; readonly error: unknown }
  | { readonly kind: 'timeout'; readonly mayHaveLeft: boolean }
  /** It might not leave, or its time was up before it could: no byte of it did. */
  | { readonly kind: 'withheld' };

/** Posts one consume form and resolves with what became of it; never rejects, never sends twice. */
export async function callOnce(dispatcher: Pick<Dispatcher, 'dispatch'>, post: Post): Promise<CallResult> {
  const posted = await postOnce(dispatcher, post);
  switch (posted.kind) {
    case 'answered':
      return readResponse(posted.status, posted.body);
    case 'broken':
      return readFailure(posted.mayHaveLeft, posted.error);
    case 'timeout':
      return posted.mayHaveLeft ? unknown('timeout', 'timeout') : unsent('no-connection', 'timeout');
    case 'withheld':
      return unsent('overdue', 'overdue');
  }
}

/**
 * Posts one form; never rejects, never sends twice.
 *
 * undici calls `onRequestStart` on an established connection right before it writes, and writes nothing when it is
 * aborted in there (`writeH1` in its client-h1.js). So a call that fails before that has provably not left, and a call
 * that fails after it may have: no error code has to be believed.
 */
export function postOnce(dispatcher: Pick<Dispatcher, 'dispatch'>, post: Post): Promise<Posted> {
  const { path, form, timeoutMs, mayLeave = () => true, time } = post;
  const elapsed = startStopwatch(time);
  const mustStay = (): boolean => {
    try {
      // After a pause of the process a connection may be there before the timer is.
      return elapsed() >= timeoutMs || !mayLeave();
    } catch {
      return true;
    }
  };
  if (mustStay()) return Promise.resolve({ kind: 'withheld' });

  return new Promise((resolve) => {
    let started: Dispatcher.DispatchController | null = null;
    let settled = false;
    let status = 0;
    let coding: string | string[] | undefined;
    const body: Buffer[] = [];

    const settle = (posted: Posted): void => {
      stopTimer();
      settled = true;
      resolve(posted);
    };
    const fail = (error: unknown): void => settle({ kind: 'broken', mayHaveLeft: started !== null, error });
    const stopTimer = time.after(timeoutMs, () => {
      settle({ kind: 'timeout', mayHaveLeft: started !== null });
      // A connection that may still deliver this answer must never carry another call.
      started?.abort(new Error('no answer in time'));
    });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        if (settled || started !== null) {
          // Too late, or undici is about to send it again.
          controller.abort(new Error('must not be sent'));
          return;
        }
        if (mustStay()) {
          settle({ kind: 'withheld' });
          controller.abort(new Error('must stay'));
          return;
        }
        started = controller;
      },
      onResponseStart(_controller, statusCode, headers) {
        status = statusCode;
        coding = headers['content-encoding'];
      },
      onResponseData(_controller, chunk) {
        body.push(chunk);
      },
      onResponseEnd() {
        settle({ kind: 'answered', status, body: decodeBody(Buffer.concat(body), coding, MAX_RESPONSE_BYTES) });
      },
      onResponseError(_controller, error) {
        fail(error);
      },
    };

    try {
      dispatcher.dispatch(
        {
          path,
          method: 'POST',
          headers: {
            'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
            'user-agent': 'redemption-bot',
            ...AS_IT_IS,
          },
          body: form,
        },
        handler,
      );
    } catch (error) {
      fail(error);
    }
  });
}
