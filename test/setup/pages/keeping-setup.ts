import type { Finding } from '../../../src/setup/checks/check.ts';
import type { FieldProblem, Report, Saved, Setup, SetupView } from '../../../src/setup/ports.ts';
import { FakeSetup, report, result } from './fake-setup.ts';

/** What a setup answers. */
export interface Answers {
  readonly people?: (people: SetupView['people']) => readonly FieldProblem[];
  readonly robots?: (robots: SetupView['robots']) => readonly FieldProblem[];
  readonly finding?: Finding;
  readonly summary?: Report;
}

/** A setup that keeps the people and the robots that pages give it, as long as their form is not too old. */
export class KeepingSetup extends FakeSetup {
  readonly #answers: Answers;

  constructor(view: Partial<SetupView> = {}, answers: Answers = {}) {
    super(view);
    this.#answers = answers;
  }

  override takeManager: Setup['takeManager'] = (user: string, name: string, revision: number) => {
    const { staff, ...rest } = this.shown.people;
    const store = rest.stores[0]?.code ?? '';
    const manager = { user, name, employeeId: null, store, role: 'manager' as const };
    return this.#take(revision, [], { people: { ...rest, staff: [...staff, manager] } });
  };
  override savePeople: Setup['savePeople'] = (people: SetupView['people'], revision: number) =>
    this.#take(revision, this.#answers.people?.(people) ?? [], { people });
  override saveRobots: Setup['saveRobots'] = (robots: SetupView['robots'], revision: number) =>
    this.#take(revision, this.#answers.robots?.(robots) ?? [], { robots });
  override goLive: Setup['goLive'] = (revision: number) =>
    this.#take(revision, [], { live: { state: 'writing', why: null, written: [] } });

  override testRobot = async (index = -1) => {
    this.asked.push(['testRobot', index]);
    return { ...result('ok', '', '发出去了'), ...this.#answers.finding };
  };
  override check = async () => {
    this.asked.push(['check']);
    const summary = this.#answers.summary ?? report();
    this.shown = { ...this.shown, summary };
    return summary;
  };

  #take(revision: number, problems: readonly FieldProblem[], part: Partial<SetupView>): Saved {
    if (revision !== this.shown.revision) return { kind: 'changed-meanwhile' };
    if (problems.length > 0) return { kind: 'problems', problems };
    this.change(part);
    return { kind: 'saved' };
  }
}
