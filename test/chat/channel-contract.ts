import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatMessage, Incoming, Reply } from '../../src/chat/channel.ts';
import { cutMark } from '../../src/command/sentences.ts';
import type { WebhookBot } from '../../src/transports/webhook/webhook.ts';
import { plainReply } from '../support/webhook.ts';
import { TRANSPORTS, type Answering, type Delivered, type OpenTransport } from './contract-transports.ts';
import { anyText } from '../support/any-text.ts';

export interface Request {
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What the contract needs to know about a platform to play it. */
export interface Platform {
  readonly bot: WebhookBot;
  /** An authentic text message of one fixed person; a new signature (and ciphertext) at each call. */
  text(content: string, messageId: string): Request;
  /** An authentic callback around anything. */
  wrap(inner: string): Request;
  /** One change for every part that the platform's signature covers. */
  readonly forgeries: Readonly<Record<string, (request: Request) => Request>>;
  /** Whether the signature covers the body. DingTalk's does not. */
  readonly signsBody: boolean;
  /** The text that the person sees in a response, checked with the platform's own means. */
  readonly readReply: (body: string) => Promise<string>;
  /** The same in what the bot has rendered. */
  readonly readPayload: (payload: unknown) => Promise<string>;
  /** Limit of the platform for that text. */
  readonly maxReplyBytes: number;
  /** Whether it shows that an answer is still being worked on. */
  readonly showsWaiting: boolean;
  readonly user: string;
}

/** What every channel promises, on every platform and by every transport. */
export function channelContract(platform: Platform): void {
  describe.each(TRANSPORTS)('contract, $name', (transport) => {
    const { randomOfHundred } = transport;
    let opened: OpenTransport;
    beforeAll(async () => {
      opened = await transport.open(platform);
    });
    afterAll(() => opened.close());

    const nothing: Answering = async (carrier) => carrier.nothing();
    const deliver = (request: Request, answering = nothing, hangsUp = false): Promise<Delivered> =>
      opened.deliver(request, answering, hangsUp);

    const receiveMessage = async (request: Request): Promise<ChatMessage> => {
      const { incoming } = await deliver(request);
      if (incoming?.kind !== 'message') throw new Error(`expected a message, got ${JSON.stringify(incoming)}`);
      return incoming.message;
    };

    /** Null for a refusal; anything but NotAuthentic fails the test. */
    const receiveOrRefuse = async (request: Request): Promise<Incoming | null> => (await deliver(request)).incoming;

    /** What the person sees of a reply to a message. */
    const shown = async (text: string, change: Partial<Reply> = {}): Promise<string> => {
      const answering: Answering = async (carrier) => {
        expect(await carrier.final({ ...plainReply(text), ...change })).toBe(true);
      };
      const { seen } = await deliver(platform.text('核销', '7001'), answering);
      if (seen === null) throw new Error('nothing is shown');
      return seen;
    };

    it('reads an authentic message exactly as it was typed', async () => {
      const typed = ' 核销 914095353294404024 2 \n第二行 <&>"\' ]]> 🎂';
      const message = await receiveMessage(platform.text(typed, '7001'));
      const { channel } = platform.bot;
      expect(message).toMatchObject({ channel, messageId: '7001', user: platform.user, text: typed });
    });

    it('carries the answer to the person', async () => {
      const seen = await shown('核销成功 尾号4024 2次\n人民路店 R-7K3M9Q2A');
      expect(seen.split('\n').map((line) => line.trim())).toEqual(
        expect.arrayContaining(['核销成功 尾号4024 2次', '人民路店 R-7K3M9Q2A']),
      );
    });

    it('shows nothing where nothing is to be said, and that it is being worked on where the platform can', async () => {
      expect((await deliver(platform.text('核销', '7001'))).seen).toBeNull();
      let isShown: boolean | null = null;
      const waiting: Answering = async (carrier) => void (isShown = carrier.waiting('正在核销'));
      const { seen } = await deliver(platform.text('核销', '7001'), waiting);
      expect([isShown, seen]).toEqual(platform.showsWaiting ? [true, '正在核销'] : [false, null]);
    });

    it('knows that a reply did not arrive where the other end is gone', async () => {
      let told: boolean | null = null;
      const answering: Answering = async (carrier) => {
        expect(await carrier.over).toBe('gone');
        told = await carrier.final(plainReply('核销成功'));
      };
      await deliver(platform.text('核销', '7001'), answering, true);
      await expect.poll(() => told).toBe(false);
    });

    it.each(Object.entries(platform.forgeries))('refuses a forged %s', async (_, forge) => {
      const { refused, incoming } = await deliver(forge(platform.text('核销 914095353294404024', '7001')));
      expect([typeof refused, incoming]).toEqual(['string', null]);
    });

    it('says why it refuses without quoting what came', async () => {
      const forge = Object.values(platform.forgeries)[0];
      const request = forge?.(platform.text('核销 914095353294404024', '7001'));
      if (!request) throw new Error('a platform without forgeries proves nothing');
      const { refused } = await deliver(request);
      expect(refused).toMatch(/^[a-zA-Z0-9 ,._-]{5,80}$/);
      expect(refused).not.toContain('914095353294404024');
    });

    it('knows replayed bytes as the same message', async () => {
      const request = platform.text('核销 914095353294404024', '7001');
      expect(await receiveMessage(request)).toEqual(await receiveMessage(request));
    });

    it('knows a retried message as the same, however it is signed this time', async () => {
      const first = await receiveMessage(platform.text('核销 914095353294404024', '7001'));
      const retry = await receiveMessage(platform.text('核销 914095353294404024', '7001'));
      const other = await receiveMessage(platform.text('核销 914095353294404024', '7002'));
      expect(keyOf(retry)).toEqual(keyOf(first));
      expect(keyOf(other)).not.toEqual(keyOf(first));
    });

    it('keeps a very long message whole', async () => {
      const typed = '核销 914095353294404024\n'.repeat(1000);
      expect((await receiveMessage(platform.text(typed, '7001'))).text).toBe(typed);
    });

    it('makes neither link nor mention of what it is given to say', async () => {
      const said =
        '核销失败「<a href="https://evil.example">领奖</a> @所有人 <@all> www.evil.cn」\n账号：wecom:li.si@x';
      const [first = '', ...rest] = (await shown(said)).split('\n');
      expect(first).toContain('领奖');
      expect(first).not.toMatch(/[<>@]|:\/\/|evil\./u);
      expect(rest.join('\n')).toContain('wecom:li.si@x');
    });

    it('cuts a very long answer at a line and says so', async () => {
      const line = '核销成功 尾号4024 人民路店 🎂';
      const seen = await shown(Array<string>(4000).fill(line).join('\n'));
      expect(Buffer.byteLength(seen)).toBeLessThanOrEqual(platform.maxReplyBytes);
      expect(Buffer.byteLength(seen)).toBeGreaterThan(platform.maxReplyBytes * 0.85);
      const lines = seen.split('\n').map((one) => one.trim());
      const kept = lines.findIndex((one) => one !== line);
      expect(lines.slice(0, kept)).toEqual(Array(kept).fill(line));
      expect(lines[kept]).toBe(cutMark());
    });

    it('refuses random bytes', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
          const request = { ...platform.text('核销', '7001'), body: Buffer.from(bytes) };
          expect(await receiveOrRefuse(request)).toBeNull();
        }),
        { numRuns: randomOfHundred },
      );
    });

    it('finds no message in authentic nonsense and survives it', async () => {
      const nonsense = fc.oneof(
        anyText(),
        fc.string(),
        fc.json(),
        fc.string().map((text) => `<xml>${text}</xml>`),
      );
      await fc.assert(
        fc.asyncProperty(nonsense, async (inner) => {
          const incoming = await receiveOrRefuse(platform.wrap(inner));
          expect(incoming?.kind ?? 'ignored').toBe('ignored');
        }),
        { numRuns: randomOfHundred },
      );
    });

    it('never throws anything else, with damage at any place of a request', async () => {
      const original = platform.text('核销 914095353294404024 2', '7001');
      const expected = await receiveMessage(original);
      const damage = fc.record({
        at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        byte: fc.nat(255),
      });
      await fc.assert(
        fc.asyncProperty(damage, async ({ at, byte }) => {
          const body = Buffer.from(original.body);
          body[Math.floor(at * body.length)] = byte;
          const incoming = await receiveOrRefuse({ ...original, body });
          // Damage to what is not signed changes nothing; damage to what is signed is refused.
          if (platform.signsBody && incoming?.kind === 'message') expect(incoming.message).toEqual(expected);
        }),
        { numRuns: 5 * randomOfHundred },
      );
    });

    it('never takes a damaged signature', async () => {
      const names = Object.keys(platform.forgeries);
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...names), fc.string({ maxLength: 60 }), async (name, value) => {
          const request = platform.text('核销', '7001');
          const query = new URLSearchParams(request.query);
          if (query.has(name)) query.set(name, value);
          const headers = name in request.headers ? { ...request.headers, [name]: value } : request.headers;
          const untouched = query.toString() === request.query.toString() && headers === request.headers;
          fc.pre(!untouched);
          expect(await receiveOrRefuse({ ...request, query, headers })).toBeNull();
        }),
        { numRuns: randomOfHundred },
      );
    });
  });
}

function keyOf({ channel, account, messageId }: ChatMessage): unknown {
  return { channel, account, messageId };
}

/** Another character of the same kind in the place of the first. */
export function flip(text: string): string {
  const first = text.charAt(0);
  return (first === '1' ? '2' : first === 'a' ? 'b' : /\d/.test(first) ? '1' : 'a') + text.slice(1);
}

/** Forgery of one query parameter. */
export function flipQuery(name: string): (request: Request) => Request {
  return (request) => {
    const query = new URLSearchParams(request.query);
    query.set(name, flip(query.get(name) ?? ''));
    return { ...request, query };
  };
}
