// Longer than other files: one state and all verbs of the seam that change it; what they decide by stands beside.

import type { Config, LiveConfig } from '../config.ts';
import type { SettingName } from '../config/settings.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { isSameUser } from '../redemption/user-id.ts';
import type { CheckContext, Finding, Group, ServiceSeen } from './checks/check.ts';
import { sendTest } from './checks/robots.ts';
import { wayOf, waysIn } from './draft-bots.ts';
import { DraftListening } from './draft-listening.ts';
import {
  isSame,
  mappingOf,
  nameProblems,
  peopleOf,
  peopleProblems,
  rebased,
  robotOf,
  robotProblems,
  robotsOf,
  tidyPeople,
  tidyRobots,
  withManager,
} from './draft-mapping.ts';
import { DraftSettings, endOf } from './draft-settings.ts';
import { missingIn, shownValues, stepsOf, type DraftState } from './draft-state.ts';
import { readVendor, readWay, type VendorFields } from './forms.ts';
import { goingLive } from './going-live.ts';
import { makeValue } from './made.ts';
import type { SetupParts } from './parts.ts';
import {
  FilesChanged,
  type Beginning,
  type FieldProblem,
  type People,
  type Report,
  type RobotDraft,
  type Saved,
  type Setup,
  type SetupView,
} from './ports.ts';
import { inWords, NO_SUCH_ROBOT, NO_VENDOR, NO_WAY, NOT_HEARD, UNDER_WAY } from './setup-words.ts';
import type { WayId } from './ways.ts';

export type { SetupParts } from './parts.ts';

const SAVED: Saved = { kind: 'saved' };
const CHANGED: Saved = { kind: 'changed-meanwhile' };
/** The longest that a robot's test message may take, in milliseconds. */
const TEST_LIMIT_MS = 5_000;

/** A draft that begins with what is there: in `.env`, in the environment and in the mapping. */
export async function createSetup(parts: SetupParts): Promise<Setup> {
  return new Draft(parts, await parts.files.begin());
}

class Draft implements Setup {
  readonly #parts: SetupParts;
  #beginning: Beginning;
  #settings: DraftSettings;
  #people: People;
  #robots: readonly RobotDraft[];
  #revision = 0;
  #way: WayId | null = null;
  /** By way, so that choosing another one and coming back shows the same values. */
  readonly #made = new Map<WayId, ReadonlyMap<SettingName, string>>();
  #vendorReport: Report | null = null;
  #wayReport: Report | null = null;
  #summary: Report | null = null;
  readonly #listening: DraftListening;
  #live: SetupView['live'] = { state: 'not-yet', why: null, written: [] };
  #going: Promise<void> = Promise.resolve();
  /** Checks of what was saved last. */
  #checking: Promise<void> = Promise.resolve();
  #isChecking = false;

  constructor(parts: SetupParts, beginning: Beginning) {
    this.#parts = parts;
    this.#beginning = beginning;
    this.#settings = new DraftSettings(parts.env, beginning.dotenv);
    this.#people = peopleOf(beginning.mapping);
    this.#robots = robotsOf(beginning.mapping);
    this.#listening = new DraftListening(parts);
  }

  view(): SetupView {
    const value = (name: SettingName) => this.#settings.value(name);
    const key = value('LIANTUOFU_KEY');
    return {
      revision: this.#revision,
      world: this.#parts.host.world(),
      steps: stepsOf(this.#typed, {
        world: this.#parts.host.world(),
        listening: this.#listening,
        live: this.#live.state,
        ...{ vendor: this.#vendorReport, way: this.#wayReport, summary: this.#summary },
      }),
      vendor: {
        appId: value('LIANTUOFU_APP_ID') ?? '',
        keyEnds: key === null ? null : endOf(key),
        url: value('LIANTUOFU_URL') ?? '',
        report: this.#vendorReport,
      },
      way: this.#way,
      waysDone: waysIn(value),
      values: shownValues(this.#settings, this.#way === null ? undefined : this.#made.get(this.#way)),
      wayReport: this.#wayReport,
      listening: this.#listening.view(),
      people: this.#people,
      admins: this.#settings.usable().admins,
      robots: this.#robots,
      places: this.#beginning.places,
      summary: this.#summary,
      live: this.#live,
    };
  }

  async saveVendor(fields: VendorFields, revision: number): Promise<Saved> {
    const { changes, problems } = readVendor(fields, this.#settings);
    const unsaved = this.#unsaved(revision, problems.length === 0 && changes.size === 0, problems);
    if (unsaved === null) {
      this.#take({ settings: this.#settings.with(changes) });
      this.#vendorReport = null;
    }
    if (unsaved === null || this.#isAskedAgain(unsaved, revision)) this.#look(() => this.#checkVendor());
    await this.#checking;
    return unsaved ?? SAVED;
  }

  chooseWay(id: WayId, revision: number): Saved {
    const unsaved = this.#unsaved(revision, id === this.#way);
    if (unsaved !== null) return unsaved;
    const { makes } = wayOf(id);
    // What the console has already stays as it is.
    const isThere = makes.every((name) => this.#settings.value(name) !== null);
    if (!this.#made.has(id))
      this.#made.set(id, new Map(isThere ? [] : makes.map((name) => [name, makeValue(name, this.#parts.randomBytes)])));
    this.#way = id;
    this.#wayReport = null;
    this.#take({});
    return SAVED;
  }

  async saveWay(values: Readonly<Partial<Record<SettingName, string>>>, revision: number): Promise<Saved> {
    const id = this.#way;
    if (id === null) return { kind: 'problems', problems: [NO_WAY] };
    if (this.#settings.usable().mode !== 'live') return { kind: 'problems', problems: [NO_VENDOR] };
    const { changes, problems } = readWay(wayOf(id), values, this.#made.get(id) ?? new Map(), this.#settings);
    const isSame = problems.length === 0 && changes.size === 0 && this.#listening.has(id);
    const unsaved = this.#unsaved(revision, isSame, problems);
    if (unsaved === null) {
      this.#take({ settings: this.#settings.with(changes) });
      this.#wayReport = null;
      this.#look(() => this.#connect(id, this.#settings));
    } else if (this.#isAskedAgain(unsaved, revision)) {
      const isLost = (this.#listening.view()?.bots ?? []).some(
        ({ by, state }) => by === 'connection' && state === 'down',
      );
      this.#look(() => (isLost ? this.#connect(id, this.#settings) : this.#checkWay(id, this.#settings)));
    }
    await this.#checking;
    return unsaved ?? SAVED;
  }

  takeManager(user: string, name: string, revision: number): Saved {
    const heard = this.#listening.heard().find((person) => isSameUser(person.user, user));
    if (heard === undefined) return { kind: 'problems', problems: [NOT_HEARD] };
    const people = withManager(this.#people, heard.user, name.trim());
    return this.#takePeople(people, revision, nameProblems(name.trim()));
  }

  savePeople(people: People, revision: number): Saved {
    const tidy = tidyPeople(people);
    return this.#takePeople(tidy, revision, peopleProblems(tidy));
  }

  saveRobots(robots: readonly RobotDraft[], revision: number): Saved {
    const tidy = tidyRobots(robots);
    const problems = robotProblems(tidy, this.#people.stores, this.#settings.usable().robotHosts);
    const unsaved = this.#unsaved(revision, isSame(tidy, this.#robots), problems);
    if (unsaved === null) this.#take({ robots: tidy });
    return unsaved ?? SAVED;
  }

  async testRobot(index: number): Promise<Finding> {
    const robot = this.#robots[index];
    if (robot === undefined) return { outcome: 'fail', seen: NO_SUCH_ROBOT, todo: null };
    const { http, now } = this.#parts;
    const { timeZone } = this.#settings.usable();
    return sendTest(robotOf(robot), { http, now, timeZone }, AbortSignal.timeout(TEST_LIMIT_MS));
  }

  async check(): Promise<Report> {
    // What could not be used may have been mended by now.
    if (this.#beginning.problems.length > 0 && !this.#isUnderWay) this.#rebase(await this.#parts.files.begin());
    const revision = this.#revision;
    const report = await this.#check();
    if (revision === this.#revision) this.#summary = report;
    return report;
  }

  goLive(revision: number): Saved {
    const { state } = this.#live;
    if (state === 'writing' || state === 'starting') return SAVED;
    // The second of two clicks, or of two tabs.
    if (state === 'live' && !this.#hasChanges()) return SAVED;
    const { config } = this.#settings.read();
    const problems = missingIn(this.#typed);
    const unsaved = this.#unsaved(revision, false, problems);
    if (unsaved !== null || config?.mode !== 'live') return unsaved ?? { kind: 'problems', problems };
    this.#live = { state: 'writing', why: null, written: [] };
    this.#going = this.#goLive(config);
    return SAVED;
  }

  async discard(): Promise<void> {
    if (this.#isUnderWay) return;
    await this.#listening.forget();
    this.#made.clear();
    this.#way = null;
    this.#live = { state: 'not-yet', why: null, written: [] };
    this.#beginWith(await this.#parts.files.begin());
  }

  async close(): Promise<void> {
    await this.#going;
    await this.#listening.forget();
  }

  /** Why a form is not taken; null: it is, and everything that was checked counts anew. `isSame`: it would change nothing. */
  #unsaved(revision: number, isSame: boolean, problems: readonly FieldProblem[] = []): Saved | null {
    if (this.#isUnderWay) return { kind: 'problems', problems: [UNDER_WAY] };
    if (isSame) return SAVED;
    if (revision !== this.#revision) return CHANGED;
    return problems.length === 0 ? null : { kind: 'problems', problems };
  }

  /**
   * Whether the same is sent again by the page of now, because something else was mended, such as the network or the platform's
   * console. The second of two clicks comes with an earlier page.
   */
  #isAskedAgain(unsaved: Saved, revision: number): boolean {
    return unsaved.kind === 'saved' && revision === this.#revision && !this.#isChecking;
  }

  #look(look: () => Promise<void>): void {
    this.#isChecking = true;
    const looking = look().finally(() => {
      if (looking === this.#checking) this.#isChecking = false;
    });
    this.#checking = looking;
  }

  get #isUnderWay(): boolean {
    return this.#live.state === 'writing' || this.#live.state === 'starting';
  }

  #take({ settings = this.#settings, people = this.#people, robots = this.#robots }: Typed): void {
    this.#settings = settings;
    this.#people = people;
    this.#robots = robots;
    this.#revision += 1;
    this.#summary = null;
    if (!this.#isUnderWay) this.#live = { state: 'not-yet', why: null, written: [] };
  }

  #takePeople(people: People, revision: number, problems: readonly FieldProblem[]): Saved {
    const unsaved = this.#unsaved(revision, isSame(people, this.#people), problems);
    if (unsaved === null) this.#take({ people });
    return unsaved ?? SAVED;
  }

  /** Looks whether the way's values are right, and listens with them. */
  async #connect(id: WayId, settings: DraftSettings): Promise<void> {
    const { by } = wayOf(id);
    const config = settings.usable();
    if (config.mode !== 'live') return;
    await this.#listening.stop();
    // A bot of a connection is asked before it is connected, for it has one connection only; callbacks need to be answered
    // before it can be asked whether they arrive.
    if (by === 'connection') await this.#checkWay(id, settings);
    if (settings === this.#settings) await this.#listening.open(id, config, this.#inForce());
    if (by === 'callbacks') await this.#checkWay(id, settings);
  }

  async #checkWay(id: WayId, settings: DraftSettings): Promise<void> {
    const { platform, by } = wayOf(id);
    const report = await this.#check(by === 'callbacks' ? [platform, 'public'] : [platform]);
    if (settings === this.#settings) this.#wayReport = report;
  }

  async #checkVendor(): Promise<void> {
    const settings = this.#settings;
    const report = await this.#check(['vendor']);
    if (settings === this.#settings) this.#vendorReport = report;
  }

  /** The settings with which the live service runs; null: none does. */
  #inForce(): Config | null {
    if (this.#parts.host.world() !== 'live') return null;
    return new DraftSettings(this.#parts.env, this.#beginning.dotenv).usable();
  }

  async #check(groups?: readonly Group[]): Promise<Report> {
    const service = await this.#listening.service();
    const mapping = mappingOf(this.#beginning.mapping, this.#people, this.#robots);
    const context = this.#context(mapping, service);
    // Of a single step everything else may still be missing.
    return this.#parts.check(groups === undefined ? { ...context, ...this.#settings.read() } : context, groups);
  }

  #context(mapping: Mapping, service: ServiceSeen | null): CheckContext {
    const { host, http, now } = this.#parts;
    return {
      config: this.#settings.usable(),
      problems: [],
      overridden: [],
      cwd: host.cwd,
      mapping: () => Promise.resolve(mapping),
      service,
      http,
      now,
      sends: false,
    };
  }

  #hasChanges(): boolean {
    const { mapping } = this.#beginning;
    return (
      this.#settings.changes.size > 0 ||
      !isSame(this.#people, peopleOf(mapping)) ||
      !isSame(this.#robots, robotsOf(mapping))
    );
  }

  /** Never rejects. */
  async #goLive(config: LiveConfig): Promise<void> {
    const { host, files, log } = this.#parts;
    const listening = this.#listening;
    const settings = this.#settings;
    try {
      await listening.stop();
      let written: readonly string[] = [];
      const went = await goingLive({
        ...{ host, files, settings: settings.toWrite },
        mapping: mappingOf(this.#beginning.mapping, this.#people, this.#robots),
        onWritten: (paths) => {
          written = paths;
          this.#live = { state: 'starting', why: null, written };
        },
      });
      if (went.kind === 'live') {
        await listening.forget();
        const beginning = await files.begin();
        // At once: what is typed from now on belongs to the next draft.
        this.#live = { state: 'live', why: null, written };
        this.#beginWith(beginning);
        return;
      }
      if (went.kind === 'not-written' && went.error instanceof FilesChanged) this.#rebase(await files.begin());
      const why = went.kind === 'went-back' ? went.why : inWords(went.error);
      log.warn({ why: why.en }, 'the setup did not go live');
      this.#live = { state: 'failed', why, written: [] };
      const ways = waysIn((name) => this.#settings.value(name));
      await listening.reopen(ways, config, this.#inForce());
    } catch (error) {
      log.error({ err: error }, 'the setup did not go live');
      this.#live = { state: 'failed', why: inWords(error), written: [] };
    }
  }

  /** Begins anew with what is there. */
  #beginWith(beginning: Beginning): void {
    this.#beginning = beginning;
    this.#vendorReport = null;
    this.#wayReport = null;
    const live = this.#live;
    this.#take({
      settings: new DraftSettings(this.#parts.env, beginning.dotenv),
      people: peopleOf(beginning.mapping),
      robots: robotsOf(beginning.mapping),
    });
    this.#live = live;
  }

  /** Keeps what was typed, on what is there by now. */
  #rebase(beginning: Beginning): void {
    const { people, robots } = rebased(this.#people, this.#robots, this.#beginning.mapping, beginning.mapping);
    this.#beginning = beginning;
    this.#take({ settings: this.#settings.on(beginning.dotenv), people, robots });
  }

  get #typed(): DraftState {
    const { problems: unusable } = this.#beginning;
    return { settings: this.#settings, people: this.#people, robots: this.#robots, unusable };
  }
}

interface Typed {
  readonly settings?: DraftSettings;
  readonly people?: People;
  readonly robots?: readonly RobotDraft[];
}
