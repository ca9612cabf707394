import type { Carrier, Incoming } from '../../src/chat/channel.ts';
import type { Reception } from '../../src/chat/reception.ts';
import { startHttp } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { addWebhook } from '../../src/transports/webhook/callbacks.ts';
import { NotAuthentic, type WebhookBot } from '../../src/transports/webhook/webhook.ts';
import { connectBot } from '../support/connected-bot.ts';
import { deliverInMemory } from '../support/memory-transport.ts';
import { post } from '../support/post.ts';
import { ToyGateway } from '../support/toy-gateway.ts';
import { toySocket } from '../support/toy-socket.ts';
import type { Platform, Request } from './channel-contract.ts';

/** What the reception of a test does with what it hears. */
export type Answering = (carrier: Carrier, incoming: Incoming) => Promise<void>;

/** What came of a request. */
export interface Delivered {
  /** What reception was handed; null where it was handed nothing. */
  readonly incoming: Incoming | null;
  /** Why it was refused, for the log; null where it was not. */
  readonly refused: string | null;
  /** What the person sees; null where nothing is shown. */
  readonly seen: string | null;
}

export interface OpenTransport {
  /** `hangsUp`: the other end is gone as soon as the request is heard. */
  deliver(request: Request, answering: Answering, hangsUp?: boolean): Promise<Delivered>;
  close(): Promise<void>;
}

export interface Transport {
  readonly name: string;
  /** How many random requests of a hundred are tried: what a bot makes of them is the same on all transports. */
  readonly randomOfHundred: number;
  open(platform: Platform): Promise<OpenTransport>;
}

/** No bytes go anywhere: what the bot renders is what is seen. */
const inMemory: Transport = {
  name: 'in memory',
  randomOfHundred: 100,
  async open({ bot, readPayload }) {
    return {
      async deliver(request, answering, hangsUp = false) {
        const content = verify(bot, request);
        if (content instanceof NotAuthentic) return { incoming: null, refused: content.message, seen: null };
        const incoming = await bot.read(content);
        const reception: Pick<Reception, 'hear'> = { hear: (heard, carrier) => answering(carrier, heard) };
        const over = hangsUp ? Promise.resolve('gone' as const) : undefined;
        const { payload, arrive } = await deliverInMemory(reception, incoming, bot.render, over);
        await arrive(!hangsUp);
        return { incoming, refused: null, seen: payload === null ? null : await readPayload(payload) };
      },
      close: async () => undefined,
    };
  },
};

/** Real callbacks and responses. */
const overHttp: Transport = {
  name: 'over HTTP',
  randomOfHundred: 10,
  async open({ bot, readReply }) {
    const nothing = { refused: null, failure: null, incoming: null, hearing: Promise.resolve() };
    /** What came of the request that is under way. */
    let now: {
      refused: string | null;
      failure: unknown;
      incoming: Incoming | null;
      hearing: Promise<void>;
      answering: Answering;
    };
    const log = {
      info: () => undefined,
      warn: ({ why }: Readonly<Record<string, unknown>>) => void (now.refused = String(why)),
      error: ({ err }: Readonly<Record<string, unknown>>) => void (now.failure = err),
    };
    const reception: Pick<Reception, 'hear'> = {
      hear(heard, carrier) {
        now.incoming = heard;
        now.hearing = now.answering(carrier, heard);
        return now.hearing;
      },
    };
    const server = await startHttp({
      host: '127.0.0.1',
      port: 0,
      log: createLog({ level: 'silent' }),
      addRoutes: (router) => addWebhook(router, bot, { reception, onCallback: () => () => undefined, log }),
    });
    return {
      async deliver(request, answering, hangsUp = false) {
        const hangUp = new AbortController();
        const answerOrHangUp: Answering = async (carrier, heard) => {
          if (hangsUp) hangUp.abort();
          return answering(carrier, heard);
        };
        now = { ...nothing, answering: answerOrHangUp };
        const posted = post(server.url, bot.webhook.path, request, hangUp.signal);
        const { status, body } = await (hangsUp ? posted.catch(() => ({ status: 200, body: '' })) : posted);
        const { refused, failure, incoming, hearing } = now;
        await hearing;
        if (failure !== null) throw new Error('the callback failed', { cause: failure });
        if (refused !== null && (status !== 403 || body !== '')) throw new Error(`refused with ${status} ${body}`);
        if (refused === null && status !== 200) throw new Error(`answered with ${status}`);
        return { incoming, refused, seen: body === '' ? null : await readReply(body) };
      },
      close: () => server.close(1_000),
    };
  },
};

/** A real connection, over which a made-up platform delivers what would otherwise come in a callback. */
const overConnection: Transport = {
  name: 'over a connection',
  randomOfHundred: 10,
  async open({ bot, readPayload }) {
    const gateway = new ToyGateway();
    /** What came of the request that is under way. */
    let now: {
      refused: string | null;
      failure: unknown;
      incoming: Incoming | null;
      hearing: Promise<void>;
      answering: Answering;
      /** Where it does not get as far as to be answered. */
      done: PromiseWithResolvers<null>;
    };
    const understand = (content: unknown) => {
      try {
        const understood = verify(bot, fromJson(content));
        if (!(understood instanceof NotAuthentic)) return { content: understood };
        now.refused = understood.message;
      } catch (error) {
        now.failure = error;
      }
      now.done.resolve(null);
      return 'not authentic';
    };
    const socket = toySocket<unknown, unknown>({ url: await gateway.listen(), deadlineMs: HOUR_MS, understand });
    const running = connectBot({ ...bot, socket }, (heard, carrier) => {
      now.incoming = heard;
      now.hearing = now.answering(carrier, heard);
      return now.hearing;
    });
    return {
      async deliver(request, answering, hangsUp = false) {
        await running.up();
        const done = Promise.withResolvers<null>();
        const answerOrHangUp: Answering = async (carrier, heard) => {
          if (hangsUp) gateway.latest.drop();
          await answering(carrier, heard);
          if (hangsUp) done.resolve(null);
        };
        now = {
          ...{ refused: null, failure: null, incoming: null, hearing: Promise.resolve() },
          ...{ answering: answerOrHangUp, done },
        };
        const { answered } = gateway.deliver(toJson(request));
        const payload = await Promise.race([answered, done.promise]);
        const { refused, failure, incoming, hearing } = now;
        await hearing;
        if (failure !== null) throw new Error('the delivery failed', { cause: failure });
        return { incoming, refused, seen: payload === null ? null : await readPayload(payload) };
      },
      async close() {
        await running.stop(1_000);
        await gateway.close();
      },
    };
  },
};

const HOUR_MS = 3_600_000;
const toJson = ({ query, headers, body }: Request) => ({
  query: query.toString(),
  headers,
  body: body.toString('base64'),
});

function fromJson(content: unknown): Request {
  const { query, headers, body } = content as ReturnType<typeof toJson>;
  return { query: new URLSearchParams(query), headers, body: Buffer.from(body, 'base64') };
}

export const TRANSPORTS: readonly Transport[] = [inMemory, overHttp, overConnection];

function verify<Content>({ webhook }: WebhookBot<Content>, request: Request): Content | NotAuthentic {
  try {
    const content = webhook.verify(request);
    if (content === null) throw new Error('a check of the address is no message');
    return content;
  } catch (error) {
    if (error instanceof NotAuthentic && error.cause === undefined) return error;
    throw error;
  }
}
