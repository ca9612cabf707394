import type { ChangeReason, Place, Refusal, Respond, Socket, Wire } from '../../src/transports/socket/socket.ts';
import type { ToyFrame } from './toy-gateway.ts';

export interface ToyOptions<Content> {
  readonly url: string;
  readonly secret?: () => string;
  readonly lease?: string;
  readonly redelivers?: boolean;
  readonly deadlineMs?: number;
  readonly locate?: () => Place | Refusal;
  readonly changed?: (reason: ChangeReason) => void;
  /** What a delivery says; a text where it is not understood, and why. */
  readonly understand: (content: unknown) => { readonly content: Content } | string;
}

export const BEAT_MS = 10_000;
export const SILENT_MS = 25_000;
/** A wrong secret is tried again after so long. */
export const REFUSED_MS = 60_000;

/** The toy platform's protocol, as a bot of it speaks it. */
export function toySocket<Content, Payload>(options: ToyOptions<Content>): Socket<Content, Payload> {
  const {
    url,
    secret = () => 'secret',
    lease = null,
    redelivers = true,
    deadlineMs = 5_000,
    changed = () => undefined,
    understand,
  } = options;
  const locate = options.locate ?? (() => ({ kind: 'at' as const, url }));
  return {
    name: 'toy connection',
    deadlineMs,
    confirms: true,
    redelivers,
    lease,
    locate: async () => locate(),
    changed,
    speak(wire) {
      const say = (frame: ToyFrame) => wire.send(JSON.stringify(frame));
      const confirmations = new Map<number, (arrived: boolean) => void>();
      void say({ hello: secret() });
      return {
        heartbeat: { everyMs: BEAT_MS, silentMs: SILENT_MS },
        beat: () => void say({ beat: true }),
        heard(data) {
          hear(wire, parse(data), understand, confirmations, say);
        },
        closed() {
          for (const confirm of confirmations.values()) confirm(false);
        },
      };
    },
  };
}

function hear<Content, Payload>(
  wire: Wire<Content, Payload>,
  frame: ToyFrame | null,
  understand: ToyOptions<Content>['understand'],
  confirmations: Map<number, (arrived: boolean) => void>,
  say: (frame: ToyFrame) => Promise<boolean>,
): void {
  const { delivery, heard } = frame ?? {};
  if (frame?.welcome === true) wire.ready();
  else if (frame?.refused !== undefined) wire.end(refusal(frame.refused));
  else if (frame?.kicked === true) wire.end(KICKED);
  else if (frame?.ending === true) wire.announce('the toy says so');
  else if (heard !== undefined) confirmations.get(heard)?.(true);
  else if (delivery !== undefined) {
    const understood = understand(frame?.content);
    const respond: Respond<Payload> = (payload) =>
      new Promise((resolve) => {
        confirmations.set(delivery, resolve);
        void say({ answer: delivery, payload }).then((sent) => sent || resolve(false));
      });
    if (typeof understood === 'string') wire.strange(understood);
    else wire.deliver(understood.content, respond);
  } else if (frame?.beat !== true) wire.strange('not a frame of the toy');
}

const KICKED: Refusal = {
  kind: 'refused',
  reason: 'kicked',
  detail: 'another client has subscribed',
  remedy: 'stop the other client, then start again',
  notBeforeMs: null,
};

function refusal(why: 'secret' | 'busy'): Refusal {
  return why === 'busy'
    ? { kind: 'refused', reason: 'rate-limited', detail: 'too often', remedy: null }
    : {
        kind: 'refused',
        reason: 'refused',
        detail: 'wrong secret',
        remedy: 'check TOY_SECRET',
        notBeforeMs: REFUSED_MS,
      };
}

function parse(data: Buffer): ToyFrame | null {
  try {
    const frame: unknown = JSON.parse(data.toString());
    return typeof frame === 'object' ? frame : null;
  } catch {
    return null;
  }
}
