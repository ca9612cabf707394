import { makeAnother } from '../load/frames.ts';
import { NO_RUN, type Platform } from './platform.ts';
import type { Wire } from './wire.ts';

/** A chat may be written to 30 times a minute, so that the load comes from many. */
const FROM_ONE_CHAT = 25;

interface Frame {
  readonly cmd: string;
  readonly headers: { readonly req_id: string };
  readonly body?: { readonly stream?: { readonly finish: boolean } };
}

/** The gateway of WeCom's long connections: takes everything, and a message is answered when its stream is finished. */
export function createWecom(): Platform {
  const awaited = new Map<string, (body: Buffer) => void>();
  let subscribed: Wire | null = null;
  let faults = NO_RUN;
  let sent = 0;

  function hear(wire: Wire, data: Buffer): void {
    const { cmd, headers, body } = JSON.parse(data.toString()) as Frame;
    const reqId = headers.req_id;
    wire.send(`{"headers":{"req_id":"${reqId}"},"errcode":0,"errmsg":"ok"}`);
    if (cmd === 'aibot_subscribe') subscribed = wire;
    else if (cmd === 'aibot_respond_msg') {
      if (body?.stream?.finish !== true) return;
      const onReply = awaited.get(reqId);
      awaited.delete(reqId);
      if (onReply === undefined) faults.wrong('a reply to nothing, or a second one');
      else onReply(data);
    } else if (cmd !== 'ping') faults.lost(`unexpected ${cmd}`);
  }

  return {
    take: () => false,
    connect(wire) {
      wire.on(
        (data) => hear(wire, data),
        () => {
          if (subscribed !== wire) return;
          subscribed = null;
          faults.lost('connection lost');
        },
      );
    },
    isConnected: () => subscribed !== null,
    lane: {
      send({ request, session }, onReply) {
        awaited.set(session, onReply);
        makeAnother(request, sent, Math.floor(sent / FROM_ONE_CHAT));
        sent += 1;
        subscribed?.send(request);
      },
    },
    report(to) {
      faults = to;
      awaited.clear();
    },
  };
}
