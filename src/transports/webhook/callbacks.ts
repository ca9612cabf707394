import { performance } from 'node:perf_hooks';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { NotAuthentic, type CallbackRequest, type CallbackResponse, type Channel } from '../../chat/channel.ts';
import type { Answer, Reception } from '../../chat/reception.ts';
import type { Expiry } from '../../chat/waiting.ts';
import { LedgerError } from '../../ledger/errors.ts';
import type { SampledLog } from '../../log/sampled.ts';
import type { Metrics } from '../../operation/metrics.ts';
import { BodyTooLarge, readBody } from './body.ts';

const BODY_LIMIT = 64 * 1024;

/** A channel and how long its platform listens. */
export interface OpenChannel {
  readonly channel: Channel;
  /** Milliseconds until a response is too late; null where it pays to wait until the platform hangs up. */
  readonly deadlineMs: number | null;
}

export interface CallbackParts {
  readonly reception: Reception;
  readonly metrics: Metrics;
  /** Sampled, because anybody can have it say something. */
  readonly log: SampledLog;
}

/** Adds the routes of one channel: the console's URL check, where there is one, and the callbacks. */
export function addChannelRoutes(router: Router, { channel, deadlineMs }: OpenChannel, parts: CallbackParts): void {
  const { reception, metrics, log } = parts;

  if (channel.checkUrl !== undefined) {
    router.get(channel.path, (ctx) => {
      try {
        respond(ctx, checkUrl(channel, toRequest(ctx, Buffer.alloc(0))));
      } catch (error) {
        refuse(ctx, channel, error, log);
      }
    });
  }

  router.post(channel.path, async (ctx) => {
    const startedAt = performance.now();
    metrics.inFlight.inc({ channel: channel.name });
    try {
      const expiry = expiryOf(ctx, deadlineMs);
      const body = await readBody(ctx.req, BODY_LIMIT);
      const incoming = await channel.receive(toRequest(ctx, body));
      const { response, onHandedOver } = await reception.answer(incoming, expiry);
      if (onHandedOver !== undefined) watchHandOver(ctx, onHandedOver);
      respond(ctx, response);
    } catch (error) {
      refuse(ctx, channel, error, log);
    } finally {
      metrics.inFlight.dec({ channel: channel.name });
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.callbackSeconds.observe({ channel: channel.name, status: ctx.status }, seconds);
    }
  });
}

function checkUrl(channel: Channel, request: CallbackRequest): CallbackResponse {
  if (channel.checkUrl === undefined) throw new NotAuthentic('this channel has no URL check');
  return channel.checkUrl(request);
}

function toRequest(ctx: Context, body: Buffer): CallbackRequest {
  return { query: new URLSearchParams(ctx.querystring), headers: ctx.headers, body };
}

/** `close` comes after every response, also after one that went out well, and so stops the clock. */
function expiryOf(ctx: Context, deadlineMs: number | null): Expiry {
  return new Promise((resolve) => {
    const timer = deadlineMs === null ? undefined : setTimeout(() => resolve('too-late'), deadlineMs);
    ctx.res.once('close', () => {
      clearTimeout(timer);
      resolve('gone');
    });
  });
}

function watchHandOver(ctx: Context, onHandedOver: NonNullable<Answer['onHandedOver']>): void {
  if (ctx.res.closed) onHandedOver(false);
  else ctx.res.once('close', () => onHandedOver(ctx.res.writableFinished));
}

function respond(ctx: Context, response: CallbackResponse): void {
  ctx.status = response.status;
  ctx.type = response.type;
  ctx.body = response.body;
}

/** One place for what a sender is told when something went wrong: a status, never a detail. */
function refuse(ctx: Context, channel: Channel, error: unknown, log: SampledLog): void {
  const about = { channel: channel.name, err: error };
  if (error instanceof NotAuthentic) {
    ctx.status = 403;
    log.warn({ channel: channel.name, why: error.message }, 'callback refused: not authentic');
  } else if (error instanceof BodyTooLarge) {
    ctx.status = 413;
    // So that nobody can go on sending for ever.
    ctx.set('Connection', 'close');
    log.warn({ channel: channel.name }, 'callback refused: body over 64 KiB');
  } else if (error instanceof LedgerError) {
    ctx.status = 503;
    log.error(about, 'callback not accepted: it could not be stored');
  } else if (ctx.req.destroyed && !ctx.req.complete) {
    ctx.status = 400;
    log.info({ channel: channel.name }, 'the sender hung up before the callback was complete');
  } else {
    ctx.status = 500;
    log.error(about, 'callback failed');
  }
  ctx.body = '';
}
