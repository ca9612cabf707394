import type { Finding } from '../../src/setup/checks/check.ts';
import type { FieldProblem, Saved, Setup, SetupView } from '../../src/setup/ports.ts';

/** A setup in which nothing was typed yet. */
export const BLANK_VIEW: SetupView = {
  revision: 0,
  world: 'sandbox',
  steps: { vendor: 'empty', platform: 'empty', connect: 'empty', people: 'empty', robots: 'empty', summary: 'empty' },
  vendor: { appId: '', keyEnds: null, url: '', report: null },
  way: null,
  waysDone: [],
  values: {},
  wayReport: null,
  listening: null,
  people: { stores: [], staff: [], conversations: [] },
  robots: [],
  summary: null,
  live: { state: 'not-yet', why: null, written: [] },
};

export interface FakeSetup extends Setup {
  /** Changes what pages see, as something that happens meanwhile does. */
  change(part: Partial<SetupView>): void;
  /** What was asked of it, in order. */
  readonly asked: readonly string[];
}

export interface FakeAnswers {
  readonly people?: (people: SetupView['people']) => readonly FieldProblem[];
  readonly robots?: (robots: SetupView['robots']) => readonly FieldProblem[];
  readonly finding?: Finding;
  readonly summary?: NonNullable<SetupView['summary']>;
  readonly goLive?: Saved;
}

/** A setup that keeps what the pages give it, and answers as it is told. */
export function createFakeSetup(begin: Partial<SetupView> = {}, answers: FakeAnswers = {}): FakeSetup {
  let view: SetupView = { ...BLANK_VIEW, ...begin };
  const asked: string[] = [];
  const take = (revision: number, problems: readonly FieldProblem[], part: Partial<SetupView>): Saved => {
    if (revision !== view.revision) return { kind: 'changed-meanwhile' };
    if (problems.length > 0) return { kind: 'problems', problems };
    view = { ...view, ...part, revision: view.revision + 1 };
    return { kind: 'saved' };
  };
  const saved: Saved = { kind: 'saved' };
  return {
    asked,
    change: (part) => void (view = { ...view, ...part }),
    view: () => view,
    saveVendor: () => Promise.resolve(saved),
    chooseWay: (way, revision) => take(revision, [], { way }),
    saveWay: () => Promise.resolve(saved),
    takeManager: (user, name, revision) => {
      const { staff, ...rest } = view.people;
      const manager = {
        user,
        name,
        employeeId: null,
        store: view.people.stores[0]?.code ?? '',
        role: 'manager' as const,
      };
      return take(revision, [], { people: { ...rest, staff: [...staff, manager] } });
    },
    savePeople: (people, revision) => take(revision, answers.people?.(people) ?? [], { people }),
    saveRobots: (robots, revision) => take(revision, answers.robots?.(robots) ?? [], { robots }),
    testRobot: (index) => {
      asked.push(`test ${index}`);
      return Promise.resolve(answers.finding ?? { outcome: 'ok', seen: { zh: '发出去了', en: 'Sent' }, todo: null });
    },
    check: () => {
      asked.push('check');
      const report = answers.summary ?? { results: [], counts: { ok: 0, warn: 0, fail: 0, skipped: 0 } };
      view = { ...view, summary: report };
      return Promise.resolve(report);
    },
    goLive: (revision) => {
      asked.push('go live');
      return answers.goLive ?? take(revision, [], { live: { state: 'writing', why: null, written: [] } });
    },
    discard: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
