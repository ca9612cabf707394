import type { Dialogue, Socket, Wire } from '../../../transports/socket/socket.ts';
import { parseJson } from '../../json.ts';
import type { Usage } from '../usage.ts';
import { ackOf, readFrame, TOPICS, type Frame } from './frames.ts';
import { openGateway, type GatewayOptions } from './gateway.ts';
import { createJudgeOrigin, type OriginOptions } from './origin.ts';
import { furtherOff, type Verified } from './verify.ts';

/** For storing a message: DingTalk delivers again what is not confirmed within three seconds. */
const DEADLINE_MS = 2_000;
const PING_EVERY_MS = 30_000;
/** DingTalk's own pings and the answers to ours come more often. */
const SILENT_MS = 90_000;

export interface DingtalkSocketOptions extends GatewayOptions, OriginOptions {
  readonly usage: Usage;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * DingTalk's Stream mode: the robot's messages over a connection that is opened with the app's id and secret, so nothing
 * that comes in has to be signed. Each message goes to one of the app's connections, so several may be open.
 */
export function createDingtalkSocket(options: DingtalkSocketOptions): Socket<Verified, object> {
  const { usage, now } = options;
  const judgeOrigin = createJudgeOrigin(options);

  function speak(wire: Wire<Verified, object>): Dialogue {
    const confirm = (frame: Frame) => wire.send(ackOf(frame));

    function hearMessage(frame: Frame): void {
      const json = parseJson(frame.data);
      const origin = judgeOrigin(json);
      if (!origin.ours) {
        wire.strange(origin.why);
        // It would only come again.
        void confirm(frame);
        return;
      }
      const typedAt = origin.typedAt === null || Number.isNaN(origin.typedAt) ? null : origin.typedAt;
      const signedAt = furtherOff(now(), frame.headers.time ?? now(), typedAt);
      wire.deliver({ json, signedAt, typedAt }, async (payload) => {
        const isSent = await confirm(frame);
        // No reply travels by the connection.
        return isSent && payload === null;
      });
    }

    function hearSystem(frame: Frame): void {
      // Other notices say nothing that a connection that works does not show.
      if (frame.headers.topic === 'ping') void wire.send(ackOf(frame, frame.data));
      if (frame.headers.topic === 'disconnect') wire.announce('DingTalk ends the connection soon');
    }

    // There is no greeting to wait for: what is open is taken.
    wire.ready();
    return {
      heard(data, isBinary) {
        const frame = readFrame(data, isBinary);
        if (frame?.type === 'CALLBACK') usage.count('push');
        if (frame === null) wire.strange('not a frame');
        else if (frame.type === 'SYSTEM') hearSystem(frame);
        else if (frame.type === 'CALLBACK' && frame.headers.topic === TOPICS.message) hearMessage(frame);
        // No card of ours calls back, but another program may send some for the same app.
        else if (frame.type === 'CALLBACK' && frame.headers.topic === TOPICS.card) void confirm(frame);
        else wire.strange('a frame that was not subscribed to');
      },
      heartbeat: { everyMs: PING_EVERY_MS, silentMs: SILENT_MS },
      beat: () => wire.ping(),
      closed: () => undefined,
    };
  }

  return {
    name: 'DingTalk Stream',
    deadlineMs: DEADLINE_MS,
    confirms: false,
    redelivers: true,
    lease: null,
    locate: (signal) => openGateway(options, signal),
    speak,
  };
}
