import type { Config, LiveConfig } from '../config.ts';
import type { Text } from '../pages/text.ts';
import { userKey } from '../redemption/user-id.ts';
import type { ServiceSeen } from './checks/check.ts';
import { botsOfService, isInForce, onlyBotsOf, serviceOf, wayOf } from './draft-bots.ts';
import type { SetupParts } from './parts.ts';
import type { HeardPerson, Listening, ListeningBot, ListeningView } from './ports.ts';
import { notOpened } from './setup-words.ts';
import type { WayId } from './ways.ts';

type ListeningParts = Pick<SetupParts, 'host' | 'listen' | 'seeService' | 'now' | 'log'>;

/** How often the running service is asked about its bots while people look, in milliseconds. */
const ASK_EVERY_MS = 1_000;

/**
 * The bots that were set up, opened with the settings of the draft. One that the live service has already is not opened a
 * second time. Changes take turns.
 */
export class DraftListening {
  readonly #parts: ListeningParts;
  /** What was set up since the draft began. */
  readonly #ways = new Set<WayId>();
  #listening: Listening | null = null;
  #failed: Text | null = null;
  /** The running service has these. */
  #inForce: readonly WayId[] = [];
  #service: ServiceSeen | null = null;
  #askedAt = 0;
  readonly #heard = new Map<string, HeardPerson>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: ListeningParts) {
    this.#parts = parts;
  }

  /** Whether this way was set up since the draft began. */
  has(way: WayId): boolean {
    return this.#ways.has(way);
  }

  /** Whether anything was. */
  get isSetUp(): boolean {
    return this.#ways.size > 0;
  }

  /** Null while nothing was set up. */
  view(): ListeningView | null {
    if (this.#ways.size === 0) return null;
    this.#askNowAndThen();
    const bots = this.#listening?.view().bots ?? this.#notOpened();
    return { bots: [...bots, ...botsOfService(this.#inForce, this.#service)], heard: this.heard() };
  }

  /** All who wrote since the draft began, the latest first. */
  heard(): readonly HeardPerson[] {
    for (const person of this.#listening?.view().heard ?? []) this.#heard.set(userKey(person.user), person);
    return [...this.#heard.values()].toSorted((a, b) => b.at - a.at);
  }

  /** What runs, as checks of the draft have to see it: they open no connection that is open here. */
  async service(): Promise<ServiceSeen | null> {
    await this.#ask();
    const view = this.#listening?.view() ?? null;
    return view === null ? this.#service : serviceOf(view, this.#parts.host.url(), this.#service);
  }

  /** Listens with this way too. `live`: the settings with which the live service runs; null: none runs. */
  open(way: WayId, config: LiveConfig, live: Config | null): Promise<void> {
    this.#ways.add(way);
    return this.reopen([...this.#ways], config, live);
  }

  /** Listens again, with those of the ways that these settings have. */
  reopen(on: readonly WayId[], config: LiveConfig, live: Config | null): Promise<void> {
    return this.#inTurn(async () => {
      await this.#stop();
      const ways = [...this.#ways].filter((way) => on.includes(way));
      this.#inForce = ways.filter((way) => isInForce(way, config, live));
      const own = ways.filter((way) => !this.#inForce.includes(way));
      await this.#ask();
      if (own.length === 0) return;
      try {
        this.#listening = await this.#parts.listen(onlyBotsOf(own, config));
      } catch (error) {
        this.#parts.log.warn({ err: error }, 'the setup cannot listen');
        this.#failed = notOpened(error);
      }
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /** Stops, and forgets which ways were set up and who wrote. */
  async forget(): Promise<void> {
    await this.stop();
    this.#ways.clear();
    this.#heard.clear();
    this.#inForce = [];
  }

  async #stop(): Promise<void> {
    const listening = this.#listening;
    this.heard();
    this.#listening = null;
    this.#failed = null;
    await listening?.stop();
  }

  #notOpened(): ListeningBot[] {
    const why = this.#failed;
    if (why === null) return [];
    return [...this.#ways]
      .filter((way) => !this.#inForce.includes(way))
      .map((way) => {
        const { platform, by, path } = wayOf(way);
        return { channel: platform, name: path ?? platform, by, path, state: 'down', why, checkedAt: null };
      });
  }

  #askNowAndThen(): void {
    if (this.#inForce.length === 0 || Math.abs(this.#parts.now() - this.#askedAt) < ASK_EVERY_MS) return;
    void this.#ask();
  }

  /** Never rejects. */
  async #ask(): Promise<void> {
    this.#askedAt = this.#parts.now();
    try {
      this.#service = this.#parts.host.world() === 'live' ? await this.#parts.seeService() : null;
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'the running service does not say how it is');
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
