import type { Dispatcher } from 'undici';
import { createVendor, type LiantuofuVendor } from '../../src/liantuofu/client.ts';
import type { Books } from './books.ts';
import type { Process, Surroundings } from './machine.ts';

const MERCHANT = { appId: 'app', key: 'key', consumeSource: 0 } as const;
const TIMEOUT_MS = 10_000;
/** So few, at most, that some lines have to wait. */
const MOST_PLACES = 3;

/** The vendor as one service knows it: our own client over simulated connections. */
export function connectVendor(vendor: SimulatedVendor, process: Process, later = false): LiantuofuVendor {
  const { chance, trace } = process.machine.surroundings;
  return createVendor({
    ...MERCHANT,
    url: 'http://vendor',
    timeoutMs: TIMEOUT_MS,
    maxConcurrent: chance.int(`places ${process.name}`, 1, MOST_PLACES),
    random: () => '1',
    onWaiting(calls) {
      if (calls > 0) trace.note('line waits for a place', process.name);
    },
    time: process.time,
    connect: (use) => ({ dispatch: vendor.dispatcherOf(process, use, later), destroy: async () => undefined }),
  });
}

type Handler = Dispatcher.DispatchHandler;

/** The vendor's servers, and the way there and back. */
export class SimulatedVendor {
  readonly books: Books;
  readonly #surroundings: Surroundings;

  constructor(books: Books, surroundings: Surroundings) {
    this.books = books;
    this.#surroundings = surroundings;
  }

  dispatcherOf(process: Process, kind: 'consume' | 'look', later: boolean): Dispatcher['dispatch'] {
    return ({ body }: Dispatcher.DispatchOptions, handler: Handler) => {
      const form = new URLSearchParams(body as string);
      const { chance, faults } = this.#surroundings;
      const { name } = process.machine;
      const away = faults.happens('vendor away', `${name} ${kind}`);
      const slow = faults.happens('vendor slow', `${name} connect`);
      const ms = slow ? chance.spread(`connect ${name}`, 50, 3_000) : chance.int(`connect ${name}`, 0, 3);
      process.deliver(ms, `${kind}: connected`, () => {
        const connection = new ClientConnection();
        if (away) return handler.onResponseError?.(connection, new Error('ECONNREFUSED'));
        handler.onRequestStart?.(connection, {});
        if (connection.aborted) return handler.onResponseError?.(connection, connection.reason ?? new Error('aborted'));
        if (kind === 'consume') this.#consume(form, process, handler, connection);
        else this.#look(form, process, handler, connection, later);
      });
      return true;
    };
  }

  #consume(form: URLSearchParams, process: Process, handler: Handler, connection: ClientConnection): void {
    const { chance, faults, scheduler, trace } = this.#surroundings;
    const { name } = process.machine;
    const receipt = (form.get('remark') ?? '').split(' ').at(-1) ?? '';
    const [card, count] = [form.get('cardNo') ?? '', Number(form.get('count'))];
    const request = this.books.left(receipt, card, count, process.name);
    trace.note('request left', process.name, () => `${receipt} ${card} ×${count}`);
    if (faults.happens('request lost', name)) {
      this.#breakOff(process, handler, connection);
      return;
    }
    const late = faults.happens('request late', name);
    const ms = late ? chance.spread(`way ${name}`, 100, 170_000) : chance.int(`way ${name}`, 1, 60);
    scheduler.after(ms, () => {
      const answer = this.books.consume(request);
      trace.note(answer.code === 'SUCCESS' ? 'booked' : 'refused', 'vendor', () => `${receipt} ${answer.msg}`);
      if (faults.happens('answer lost', name)) {
        this.#breakOff(process, handler, connection);
        return;
      }
      const garbled = faults.happens('answer garbled', name);
      const slow = faults.happens('vendor slow', `${name} answer`);
      const back = slow ? chance.spread(`back ${name}`, 100, 20_000) : chance.int(`back ${name}`, 1, 300);
      process.deliver(back, 'vendor answered', () => {
        if (connection.aborted) return;
        if (!garbled) this.books.answered(request, answer.code === 'SUCCESS', process.name);
        respond(handler, connection, garbled ? '<html>502</html>' : JSON.stringify(answer));
      });
    });
  }

  #look(form: URLSearchParams, process: Process, handler: Handler, connection: ClientConnection, later: boolean): void {
    const { chance, faults, scheduler, trace } = this.#surroundings;
    const { name } = process.machine;
    if (faults.happens('look fails', name)) {
      this.#breakOff(process, handler, connection);
      return;
    }
    scheduler.after(chance.int(`look ${name}`, 1, 40), () => {
      const { card, answer } = this.books.look(form.get('cardNo') ?? '');
      const at = scheduler.now;
      const slow = faults.happens('vendor slow', `${name} look`);
      const back = slow ? chance.spread(`look ${name}`, 100, 4_000) : chance.int(`look ${name}`, 1, 40);
      process.deliver(back, 'look answered', () => {
        if (connection.aborted) return;
        if (card !== null) this.books.sights.push({ card, at, later });
        trace.note(later ? 'looked again' : 'looked', process.name, () => JSON.stringify(answer));
        respond(handler, connection, JSON.stringify(answer));
      });
    });
  }

  /** Either the connection breaks, or nothing is ever heard again. */
  #breakOff(process: Process, handler: Handler, connection: ClientConnection): void {
    const { chance } = this.#surroundings;
    const site = `break ${process.machine.name}`;
    if (chance.draw(site) < 0.3) return;
    process.deliver(chance.spread(site, 5, 9_000), 'vendor broke off', () => {
      if (!connection.aborted) handler.onResponseError?.(connection, new Error('ECONNRESET'));
    });
  }
}

class ClientConnection implements Dispatcher.DispatchController {
  aborted = false;
  paused = false;
  reason: Error | null = null;

  abort(reason: Error): void {
    this.aborted = true;
    this.reason = reason;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }
}

function respond(handler: Handler, connection: ClientConnection, body: string): void {
  handler.onResponseStart?.(connection, 200, {});
  handler.onResponseData?.(connection, Buffer.from(body));
  handler.onResponseEnd?.(connection, {});
}
