import type { Books } from './books.ts';
import type { Told } from './evidence.ts';
import type { Surroundings } from './machine.ts';
import type { Habit, Plan, PlannedPerson } from './plan.ts';
import type { Platform } from './platform.ts';
import { readClaims, type Claim } from './words.ts';

/** No person types more than this in one history. */
const MAX_MESSAGES = 8;

export interface PersonParts extends Surroundings {
  readonly plan: Plan;
  readonly person: PlannedPerson;
  readonly books: Books;
  readonly platform: Platform;
}

/** A person at the counter: types, reads, and acts on what they read. */
export class Person {
  readonly #parts: PersonParts;
  readonly #reactedTo = new Set<string>();
  #messages = 0;

  constructor(parts: PersonParts) {
    this.#parts = parts;
  }

  begin(): void {
    const { person } = this.#parts;
    for (let visit = 0; visit < person.visits; visit++) this.#after(1, 90_000, () => this.#visit());
  }

  /** Asks for nothing but what they have not been told yet. */
  askForHelp(): void {
    this.#parts.platform.say(this.#parts.person, '帮助');
  }

  see({ text }: Told): void {
    for (const claim of readClaims(text)) this.#react(claim);
  }

  #react({ receipt, state }: Claim): void {
    const { person, books, scheduler } = this.#parts;
    const about = `${state} ${receipt}`;
    if (this.#reactedTo.has(about)) return;
    this.#reactedTo.add(about);
    if (state === 'asked') this.#answer(receipt);
    if (state === 'unknown') {
      if (this.#does('check')) this.#after(500, 400_000, () => this.#say(`核对 ${receipt}`));
      if (person.manager && this.#does('settle by hand')) {
        this.#after(2_000, 400_000, () => {
          const booked = books.isBooked(receipt, scheduler.now) !== this.#does('settle wrongly', 0.5);
          this.#say(`核对 ${receipt} ${booked ? '已核销' : '未核销'}`);
        });
      }
    }
    if ((state === 'unsent' || state === 'refused') && this.#does('type again')) {
      this.#after(1_000, 60_000, () => this.#visit());
    }
  }

  #answer(receipt: string): void {
    const { chance } = this.#parts;
    const bare = chance.draw(this.#site) < 0.5;
    const isTapped = this.#parts.person.channel === 'bot' && this.#does('tap');
    const say = (word: string) => this.#say(bare && !isTapped ? word : `${word} ${receipt}`, isTapped);
    const [from, to] = this.#does('answer too late', 0.3) ? [285_000, 320_000] : [200, 30_000];
    if (this.#does('cancel', 0.5)) this.#after(from, to, () => say('取消'));
    if (!this.#does('confirm', 1.5)) return;
    this.#after(from, to, () => {
      say('确认');
      if (this.#does('confirm twice')) this.#after(1, 3_000, () => say('确认'));
    });
  }

  #visit(): void {
    const { chance, books } = this.#parts;
    const line = (card: string) => {
      // As it is printed; without a count, the last group may be one.
      if (this.#does('in groups', 0.3)) return `核销 ${(card.match(/\d{1,4}/g) ?? []).join(' ')}`;
      const typed = this.#does('by code') ? books.newCode(card) : card;
      const count = this.#does('many times', 0.4)
        ? chance.int(this.#site, 6, 8)
        : chance.pick(this.#site, [1, 1, 2, 3]);
      return `核销 ${typed} ${count}`;
    };
    const anyCard = () => books.cards[chance.int(this.#site, 0, books.cards.length - 1)] ?? '';
    const card = anyCard();
    if (this.#does('show', 0.6)) {
      const text = chance.pick(this.#site, ['', '', '核销', '核销 2', '查询']);
      this.#say(text, false, this.#does('by code') ? books.newCode(card) : card);
      return;
    }
    const lines = [line(card)];
    while (lines.length < 3 && this.#does('several lines')) {
      lines.push(line(this.#does('same card again') ? card : anyCard()));
    }
    this.#say(lines.join('\n'));
  }

  #say(text: string, isTapped = false, shows: string | null = null): void {
    if (this.#messages >= MAX_MESSAGES || this.#parts.faults.over) return;
    this.#messages += 1;
    this.#parts.platform.say(this.#parts.person, text, isTapped, shows);
  }

  #does(habit: Habit, times = 1): boolean {
    const { chance, plan } = this.#parts;
    return chance.happens(`${habit} ${this.#parts.person.user}`, plan.habits[habit] * times);
  }

  #after(from: number, to: number, work: () => void): void {
    const { chance, scheduler } = this.#parts;
    scheduler.after(chance.spread(this.#site, from, to), work);
  }

  get #site(): string {
    return this.#parts.person.user;
  }
}
