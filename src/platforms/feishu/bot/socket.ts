import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Dialogue, Place, Refusal, Socket, Wire } from '../../../transports/socket/socket.ts';
import { connectionRefused, reasonOf } from '../../connection-refused.ts';
import { connectionRefusalOf, hostOf } from '../../hosts.ts';
import { parseJson } from '../../json.ts';
import type { FeishuApi } from '../api.ts';
import { ERRORS } from '../errors.ts';
import { SOCKET_DOMAINS } from '../hosts.ts';
import { SOCKET_NAME } from '../settings.ts';
import { decodeFrame, encodeFrame, type Frame } from './frames.ts';
import { createPackets } from './packets.ts';
import type { Event } from './verify.ts';

const CONTROL = 0;
const DATA = 1;
/** Seconds between pings until the platform says otherwise, and the bounds within which it is believed. */
const PING_SECONDS = 120;
const Ping = z.number().min(1).max(600);
/** Nothing was heard for so many times the pause between two pings: each of them is answered. */
const SILENT_PINGS = 1.5;
/** A wrong secret may also be an app that is not published yet: it is tried again, slowly. */
const SETTINGS_PAUSE_MS = 60_000;

const ClientConfig = z.object({ PingInterval: Ping.optional().catch(undefined) });
const Place = z.object({ URL: z.string(), ClientConfig: ClientConfig.optional().catch(undefined) });
const Origin = z.object({ header: z.object({ app_id: z.string() }) });

export interface FeishuSocketOptions {
  readonly api: FeishuApi;
  readonly apiUrl: string;
  readonly appId: string;
  readonly deadlineMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a connection is opened with. */
interface Opening {
  readonly service: number;
  readonly pingSeconds: number;
}

/**
 * Feishu's long connection. Each instance has its own: the platform gives an event to one of them. It announces no end, it
 * just closes; what comes meanwhile is delivered again.
 */
export function createFeishuSocket(options: FeishuSocketOptions): Socket<Event, object> {
  const { api, apiUrl, deadlineMs } = options;
  /** Of the address that was asked for last, which is the one that is opened. */
  let opening: Opening = { service: 0, pingSeconds: PING_SECONDS };

  async function locate(signal: AbortSignal): Promise<Place | Refusal> {
    const result = await api.askForSocket(signal);
    if (result.kind === 'silence') return connectionRefused('unreachable', result.cause);
    if (result.code !== 0) return refusedBy(result.code, result.msg, result.resetMs);
    const place = Place.safeParse(result.body['data']);
    if (!place.success) return connectionRefused('unreachable', 'answer without the address of a connection');
    const { URL: url, ClientConfig: config } = place.data;
    const why = connectionRefusalOf(url, isTheirs(url) ? [hostOf(url)] : [], apiUrl);
    if (why !== null) {
      const remedy = 'set FEISHU_API_URL to https://open.feishu.cn or https://open.larksuite.com';
      return connectionRefused('refused', `connection on ${hostOf(url)}: ${why}`, {
        remedy,
        notBeforeMs: SETTINGS_PAUSE_MS,
      });
    }
    const service = Number(new URL(url).searchParams.get('service_id') ?? 0);
    opening = {
      service: Number.isInteger(service) ? service : 0,
      pingSeconds: config?.PingInterval ?? PING_SECONDS,
    };
    // So that it is known when the first message comes; where it is not, it is asked for again then.
    void api.botOpenId().catch(() => undefined);
    return { kind: 'at', url };
  }

  return {
    name: SOCKET_NAME,
    deadlineMs,
    confirms: false,
    redelivers: true,
    lease: null,
    locate,
    refusedHandshake,
    speak: (wire) => speak(wire, opening, options),
  };
}

function isTheirs(url: string): boolean {
  // With another port than the usual one it is not as a whole the domain's.
  const host = URL.parse(url)?.host ?? '';
  return SOCKET_DOMAINS.some((domain) => host.endsWith(`.${domain}`));
}

/** The headers say more than the status does. */
function refusedHandshake(status: number, headers: IncomingHttpHeaders): Refusal | null {
  const said = Number(headers['handshake-status'] ?? NaN);
  if (Number.isNaN(said)) return null;
  const code = Number(headers['handshake-autherrcode'] ?? NaN);
  return refusedBy(ERRORS[code] === undefined ? said : code, String(headers['handshake-msg'] ?? status), null);
}

function refusedBy(code: number, msg: string, resetMs: number | null): Refusal {
  const { means, remedy = null } = ERRORS[code] ?? {};
  const detail = `${code} ${msg}`.trim();
  const reason = reasonOf(means, 'unreachable');
  if (reason === 'unreachable') return connectionRefused(reason, detail, { remedy });
  const notBeforeMs = (means === 'throttled' ? resetMs : null) ?? SETTINGS_PAUSE_MS;
  return connectionRefused(reason, detail, { remedy, notBeforeMs });
}

function speak(wire: Wire<Event, object>, opening: Opening, { appId, now }: FeishuSocketOptions): Dialogue {
  const packets = createPackets(now);
  let { pingSeconds } = opening;

  function ping(): void {
    const headers = [{ key: 'type', value: 'ping' }];
    void wire.send(encodeFrame({ seqId: 0n, logId: 0n, service: opening.service, method: CONTROL, headers }));
  }

  function heardControl(frame: Frame): void {
    if (typeOf(frame) !== 'pong') {
      wire.strange('control of an unknown type');
      return;
    }
    pingSeconds = ClientConfig.safeParse(parseJson(frame.payload?.toString() ?? '')).data?.PingInterval ?? pingSeconds;
  }

  function heardData(frame: Frame): void {
    const type = typeOf(frame);
    if (type !== 'event') {
      // Old callbacks of cards come so; the new ones are events.
      wire.strange(type === 'card' ? 'callback of an old card' : 'data of an unknown type');
      return;
    }
    const since = now();
    const header = (key: string) => frame.headers.find((one) => one.key === key)?.value;
    const part = { messageId: header('message_id') ?? '', sum: header('sum') ?? '1', seq: header('seq') ?? '0' };
    const payload = packets.take(part, frame.payload ?? Buffer.alloc(0));
    if (payload === 'wait') return;
    const json = payload === 'odd' ? null : parseJson(payload.toString());
    const origin = Origin.safeParse(json);
    if (!origin.success || origin.data.header.app_id !== appId) {
      wire.strange(origin.success ? 'event of another app' : 'data that is no event');
      return;
    }
    wire.deliver({ kind: 'event', json, signedAt: now() }, (answer) => wire.send(answerTo(frame, answer, since)));
  }

  /** The same frame sent back. */
  function answerTo(frame: Frame, answer: object | null, since: number): Buffer {
    const data = answer === null ? {} : { data: Buffer.from(JSON.stringify(answer)).toString('base64') };
    return encodeFrame({
      ...frame,
      headers: [...frame.headers, { key: 'biz_rt', value: String(Math.max(0, now() - since)) }],
      payload: Buffer.from(JSON.stringify({ code: 200, ...data })),
    });
  }

  // Nothing tells that the platform has taken the connection, but it answers the first ping only then.
  wire.ready();
  ping();
  return {
    heard(data, isBinary) {
      const frame = isBinary ? decodeFrame(data) : null;
      if (frame === null) wire.strange(isBinary ? 'not a frame' : 'text instead of a frame');
      else if (frame.method === CONTROL) heardControl(frame);
      else if (frame.method === DATA) heardData(frame);
      else wire.strange('frame of an unknown method');
    },
    get heartbeat() {
      return { everyMs: pingSeconds * 1000, silentMs: pingSeconds * 1000 * SILENT_PINGS };
    },
    beat: ping,
    closed: () => undefined,
  };
}

function typeOf(frame: Frame): string | undefined {
  return frame.headers.find(({ key }) => key === 'type')?.value;
}
