import type { Figures } from '../compare.ts';
import type { Job } from '../load/job.ts';
import type { Spread } from '../stats.ts';
import type { ServiceSubject, Subject, Vendor } from '../stage.ts';
import type { Version } from '../version.ts';

/** How much time a run may take. */
export interface Effort {
  readonly rounds: number;
  /** Shorter and smaller: to see whether all is well, not to quote. */
  readonly quick: boolean;
  readonly profileDir: string | null;
  /** What this version is compared with; null for a bare server. */
  readonly version: Version | null;
  /** Numbers the runs, which must never share messages or cards. */
  readonly nextSeries: () => number;
}

/** A line of the table. */
export interface Row {
  readonly name: string;
  readonly figures: Figures | null;
  /** Of the bare server, or what else this was compared with. */
  readonly reference: Figures | null;
  readonly ratio: Spread | null;
  readonly idleRssMb: number | null;
  readonly loadedRssMb: number | null;
  readonly goal: string;
  /** Null where it is only reported. */
  readonly met: boolean | null;
  /** What was found, where the columns do not say it. */
  readonly found: string;
}

export interface Case {
  readonly name: string;
  /** Whether it can be compared with another version. */
  readonly comparable?: true;
  run(effort: Effort): Promise<readonly Row[]>;
}

/** A service, what it is compared with, and the messages that both get. */
export interface Both {
  readonly name: string;
  readonly service: ServiceSubject;
  readonly other: Subject;
  readonly vendor: Vendor;
  readonly effort: Effort;
  /** What sets the job apart from that of most cases. */
  readonly change: Partial<Job>;
  readonly goal: number;
}

/** At least this part of the version before is as fast. */
const AS_BEFORE = 0.95;

/** The goal of a case and whether it was met, against a bare server or against another version. */
export function goalOf(ratio: Spread, { version }: Pick<Effort, 'version'>, bareGoal: number, of = '') {
  const least = version === null ? bareGoal : AS_BEFORE;
  return { goal: `≥ ${least}${version === null ? of : ` of ${version.ref}`}`, met: ratio.median >= least };
}

export const NO_FIGURES = { figures: null, reference: null, ratio: null, idleRssMb: null, loadedRssMb: null };

/** A job with what most cases have in common: bot messages, 64 connections, as fast as answers come. */
export function jobFor(subjects: readonly Subject[], { quick, nextSeries }: Effort, change: Partial<Job> = {}): Job {
  const measureMs = change.measureMs ?? (quick ? 2_000 : 5_000);
  const warmUpMs = change.warmUpMs ?? (quick ? 1_000 : 1_500);
  return {
    urls: subjects.map(({ url }) => url),
    gateway: subjects[0]?.gateway?.url ?? null,
    pids: subjects.map(({ pid }) => pid),
    channel: 'wecom-bot',
    say: null,
    deliveries: 1,
    connections: 64,
    everyMs: null,
    warmUpMs,
    measureMs,
    // More than any server here can answer in that time.
    messages: Math.ceil(((measureMs + warmUpMs) / 1000) * 14_000),
    people: null,
    series: nextSeries(),
    vendorUrl: null,
    webhookPort: null,
    mayBeBusy: false,
    ...change,
  };
}
