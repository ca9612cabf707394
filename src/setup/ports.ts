import type { IncomingMessage } from 'node:http';
import type { Context, Middleware, Next } from 'koa';
import type { SettingName } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { Text } from '../pages/text.ts';
import type { Finding, Group, Outcome } from './checks/check.ts';
import type { WayId } from './ways.ts';

// What the parts of the setup have of each other. The pages have `Setup`, which is made of the others. Longer than other files:
// it is read like a table of contents.

/** The steps, in their order; each is a page. */
export const STEPS = ['vendor', 'platform', 'connect', 'people', 'robots', 'summary'] as const;
export type Step = (typeof STEPS)[number];

/** What has been typed so far, kept in this process: nothing of it is written before it goes live. */
export interface Setup {
  view(): SetupView;
  /** Takes the vendor's appId, key and address (empty: the usual one), and looks at once whether they are right. */
  saveVendor(fields: Readonly<Record<'appId' | 'key' | 'url', string>>, revision: number): Promise<Saved>;
  /** Chooses how people are reached, and makes the values that are pasted into the console. */
  chooseWay(way: WayId, revision: number): Saved;
  /**
   * Takes the values of the way that was chosen, by the names of the settings, looks at once whether they are right, and
   * begins to listen with them. A secret that is left empty stays what it was.
   */
  saveWay(values: Readonly<Partial<Record<SettingName, string>>>, revision: number): Promise<Saved>;
  /** Makes this person, who wrote while it listened, a manager. */
  takeManager(user: string, name: string, revision: number): Saved;
  savePeople(people: People, revision: number): Saved;
  saveRobots(robots: readonly RobotDraft[], revision: number): Saved;
  /** Sends one test message by the robot at this place of the draft; says what came of it. */
  testRobot(index: number): Promise<Finding>;
  /** Runs all checks on what would be written. */
  check(): Promise<Report>;
  /**
   * Writes `.env` and the mapping and starts the live service with them; where that fails, all is put back. Returns at
   * once: `view().live` tells how it goes on. A draft with something missing is refused.
   */
  goLive(revision: number): Saved;
  /** Forgets what was typed, and stops listening. */
  discard(): Promise<void>;
  close(): Promise<void>;
}

export type Saved =
  | { readonly kind: 'saved' }
  | { readonly kind: 'problems'; readonly problems: readonly FieldProblem[] }
  /** The form was made before something else was changed, in another tab: nothing was taken from it. */
  | { readonly kind: 'changed-meanwhile' };

export interface FieldProblem {
  /** The field, such as `appId`, `WECOM_BOT_ID`, `stores[2].code`; empty for the whole form. */
  readonly field: string;
  readonly message: Text;
}

export interface SetupView {
  /** Counts the changes of the draft: forms carry it, so that a second tab overwrites nothing unseen. */
  readonly revision: number;
  /** What answers at this address now. */
  readonly world: World;
  /** `empty`: nothing yet; `trouble`: a check failed; `done`. */
  readonly steps: Readonly<Record<Step, 'empty' | 'trouble' | 'done'>>;
  readonly vendor: {
    readonly appId: string;
    /** The last four characters; null: none yet. */
    readonly keyEnds: string | null;
    /** Empty: the usual address. */
    readonly url: string;
    readonly report: Report | null;
  };
  readonly way: WayId | null;
  /** Which ways are in `.env` already, or were set up before in this setup. */
  readonly waysDone: readonly WayId[];
  /** What is known of the settings of the ways. A secret that was typed or stood in `.env` shows its last four characters only. */
  readonly values: Readonly<Partial<Record<SettingName, ShownValue>>>;
  /** Of the values of the way. */
  readonly wayReport: Report | null;
  readonly listening: ListeningView | null;
  readonly people: People;
  /** The people of `ADMINS`: managers whatever the mapping says. */
  readonly admins: readonly string[];
  readonly robots: readonly RobotDraft[];
  /** Where it is written. */
  readonly places: Places;
  readonly summary: Report | null;
  readonly live: {
    readonly state: 'not-yet' | 'writing' | 'starting' | 'live' | 'failed';
    /** Why it failed; what stands in its way. */
    readonly why: Text | null;
    /** What was written, and where the former file is: paths. */
    readonly written: readonly string[];
  };
}

export interface ShownValue {
  /** In full; of a secret null. Values that were made here to be pasted elsewhere are shown in full. */
  readonly text: string | null;
  /** The last four characters of a secret that is there. */
  readonly ends: string | null;
}

export interface People {
  readonly stores: readonly { readonly code: string; readonly name: string }[];
  readonly staff: readonly {
    /** Platform and id, such as `wecom:zhangsan`. */
    readonly user: string;
    readonly name: string;
    readonly employeeId: number | null;
    readonly store: string;
    readonly role: 'staff' | 'manager';
  }[];
  readonly conversations: readonly { readonly id: string; readonly store: string }[];
}

export interface RobotDraft {
  readonly platform: string;
  /** In full only in the draft: pages show the last four characters. */
  readonly url: string;
  readonly secret: string | null;
  /** Null: of all stores. */
  readonly store: string | null;
}

/** What checks came to. */
export interface Report {
  readonly results: readonly Result[];
  readonly counts: Readonly<Record<Outcome, number>>;
}

export interface Result extends Finding {
  readonly name: string;
  readonly group: Group;
  readonly about: Text;
}

/** Listens with settings that are not in force yet, and carries nothing out. */
export interface Listening {
  view(): ListeningView;
  /**
   * Answers the callbacks of these bots, and leaves everything else to what stands behind it: also a callback on the same
   * path that is authentic for another bot.
   */
  readonly callbacks: Middleware;
  /** Resolves when what was heard is answered, and its connections are closed. */
  stop(): Promise<void>;
}

export interface ListeningView {
  readonly bots: readonly ListeningBot[];
  /** Who wrote, the latest first; each person once. */
  readonly heard: readonly HeardPerson[];
}

export interface ListeningBot {
  readonly channel: string;
  readonly name: string;
  readonly by: 'connection' | 'callbacks';
  /** Of its callbacks. */
  readonly path: string | null;
  /**
   * `waiting`: for the connection, or for the console's check of the address; `up`: connected, or something genuine came in;
   * `down`: see `why`.
   */
  readonly state: 'waiting' | 'up' | 'down';
  /** What is wrong and what to do: wrong secret, another client has the connection, a callback that does not fit the values. */
  readonly why: Text | null;
  /** When the console's check of the address came, in milliseconds since 1970; null: not yet. */
  readonly checkedAt: number | null;
}

export interface HeardPerson {
  /** Platform and id, such as `wecom:zhangsan`. */
  readonly user: string;
  /** Platform and id of the group; null in a one-to-one chat. */
  readonly conversation: string | null;
  /** What was written, shortened, card numbers hidden. */
  readonly text: string;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** Who may open the setup: a browser on this machine that was given the one-time code of the terminal. */
export interface Access {
  /** Whether a request comes from a browser on this machine, for a page of ours. Every other one is refused. */
  isHere(request: IncomingMessage): boolean;
  /** Whether its browser has entered, by its cookie. */
  isIn(request: IncomingMessage): boolean;
  /** Takes the code, as it was typed. */
  enter(code: string): Entered;
}

export type Entered =
  | {
      readonly kind: 'in';
      /** The value of `Set-Cookie`. */
      readonly cookie: string;
    }
  | {
      readonly kind: 'refused';
      /** What was wrong with the code, and where the right one is. */
      readonly why: Text;
    };

export type World = 'sandbox' | 'live' | 'none';

/** The program that runs, as the setup sees it. */
export interface Host {
  world(): World;
  /** The folder of `.env`. */
  readonly cwd: string;
  /** Where the service listens now, such as `http://127.0.0.1:3000`. */
  url(): string;
  /**
   * Ends what runs and starts what the settings say now, at the same address and port. Where that cannot start nothing runs
   * but the setup itself, and this resolves with why.
   */
  restart(): Promise<{ readonly started: true } | { readonly started: false; readonly why: Text }>;
}

/** Why nothing was written, and what to do. */
export class CannotWrite extends Error {
  override readonly name: string = 'CannotWrite';
  readonly text: Text;

  constructor(text: Text, options?: ErrorOptions) {
    super(text.en, options);
    this.text = text;
  }
}

/** A file is not any more what it was when the draft began with it: nothing was written. */
export class FilesChanged extends CannotWrite {
  override readonly name = 'FilesChanged';
}

/** Writes what was set up, all or nothing. */
export interface Files {
  /** What is there now: a draft begins with it, and `write` compares with it. Never rejects. */
  begin(): Promise<Beginning>;
  /** Throws FilesChanged when one is not any more what it was when the draft began with it; CannotWrite. */
  write(values: ReadonlyMap<SettingName, string | null>, mapping: Mapping): Promise<Written>;
}

/** What is written. */
export interface Places {
  /** The path of `.env`. */
  readonly dotenv: string;
  /** The path of the mapping; null: it is in the database of `DATABASE_URL`. */
  readonly mapping: string | null;
}

/** What a draft begins with. */
export interface Beginning {
  readonly places: Places;
  /** The text of `.env`; empty where there is none. */
  readonly dotenv: string;
  /** Null where there is none, or none that can be used. */
  readonly mapping: Mapping | null;
  /** Why something of it cannot be used. While there is something here, nothing is written. */
  readonly problems: readonly Text[];
}

export interface Written {
  /** Paths of what was written, and of the copies of what stood there. */
  readonly paths: readonly string[];
  /** Puts back what stood there. */
  undo(): Promise<void>;
}

/** What the setup may do with the program. */
export interface RunningProgram {
  readonly cwd: string;
  readonly log: Log;
  world(): World;
  url(): string;
  /**
   * Ends what runs and starts what the settings say now, at the same address. `onEnding` is called when the former world takes
   * no more requests: what comes then waits for the next one. Where that cannot start, there is nothing but the setup.
   */
  restart(onEnding: () => void): Promise<Restarted>;
}

/** The setup, as the program sees it. */
export interface OpenSetup {
  readonly routes: (ctx: Context, next: Next) => Promise<void>;
  /** Answers the callbacks of the bots that it listens with, and leaves all else to what stands behind. */
  readonly callbacks: (ctx: Context, next: Next) => Promise<void>;
  close(): Promise<void>;
}

export type Restarted = { readonly started: true } | { readonly started: false; readonly error: unknown };
