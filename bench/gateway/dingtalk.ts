import { dingtalkPing } from '../load/frames.ts';
import { Webhooks } from '../load/webhooks.ts';
import { NO_RUN, type Platform } from './platform.ts';
import type { Wire } from './wire.ts';

const PING_EVERY_MS = 20_000;

interface Ack {
  readonly code: number;
  readonly headers: { readonly messageId: string };
}

/**
 * DingTalk's Stream, where connections are opened, and the webhooks of its messages: a message is answered when it is
 * acknowledged and its reply was posted.
 */
export function createDingtalk(origin: string): Platform {
  const webhooks = new Webhooks();
  const unconfirmed = new Map<string, () => void>();
  let current: Wire | null = null;
  let faults = NO_RUN;
  let tickets = 0;

  function hear(data: Buffer): void {
    const { code, headers } = JSON.parse(data.toString()) as Ack;
    if (code !== 200) faults.wrong(`acknowledged with ${code}`);
    const confirm = unconfirmed.get(headers.messageId);
    unconfirmed.delete(headers.messageId);
    confirm?.();
  }

  return {
    take(request, response) {
      if (request.url === '/v1.0/gateway/connections/open') {
        tickets += 1;
        const endpoint = `${origin.replace('http:', 'ws:')}/connect`;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ endpoint, ticket: `ticket-${tickets}` }));
        request.resume();
        return true;
      }
      if (request.url?.startsWith('/robot/') !== true) return false;
      webhooks.take(request, response);
      return true;
    },
    connect(wire) {
      current = wire;
      const ping = () => wire.send(dingtalkPing(`ping-${Date.now()}`, Date.now()));
      const pings = setInterval(ping, PING_EVERY_MS);
      ping();
      wire.on(hear, () => {
        clearInterval(pings);
        if (current !== wire) return;
        current = null;
        faults.lost('connection lost');
      });
    },
    isConnected: () => current !== null,
    lane: {
      send({ request, session }, onReply) {
        unconfirmed.set(session, webhooks.expect(session, onReply));
        current?.send(request);
      },
    },
    report(to) {
      faults = to;
      unconfirmed.clear();
    },
  };
}
