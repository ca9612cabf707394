import type { Config, Problem } from '../../config.ts';
import type { Mapping } from '../../mapping/mapping.ts';
import type { MappingError } from '../../mapping/mapping-error.ts';
import type { BotSeen } from '../../operation/bots.ts';
import type { Text } from '../../pages/text.ts';
import type { PlatformHttp } from '../../platforms/http.ts';
import type { Problem as Trouble } from '../../problem.ts';

export type { BotSeen } from '../../operation/bots.ts';

export type Outcome = 'ok' | 'warn' | 'fail' | 'skipped';

/** In the order in which they are read. */
export const GROUPS = [
  'settings',
  'machine',
  'storage',
  'vendor',
  'wecom',
  'dingtalk',
  'feishu',
  'public',
  'people',
  'robots',
] as const;
export type Group = (typeof GROUPS)[number];

/** What a check came to. It holds no secret: of one the last four characters at the most. */
export interface Finding {
  readonly outcome: Outcome;
  /** What was seen; of one that was skipped why. */
  readonly seen: Text;
  /** What to do, with the exact place or command; null where there is nothing to do. */
  readonly todo: Text | null;
}

/** One thing that can be looked at from here. */
export interface Check {
  /** By which it is known in the output of `doctor`, in documents and in tests, such as `vendor-key`. It does not change. */
  readonly name: string;
  readonly group: Group;
  /** What is looked at, in a few words. */
  readonly about: Text;
  /** May reject or take long: whoever runs it bounds it. `signal` is aborted when its time is up. */
  run(context: CheckContext, signal: AbortSignal): Promise<Finding>;
}

/** What the checks look at: the settings and the mapping as they are, or as they are going to be. */
export interface CheckContext {
  /** Null where the settings cannot be used; `problems` says why then. Without settings it is the sandbox's. */
  readonly config: Config | null;
  readonly problems: readonly Problem[];
  /** Settings of `.env` that the environment sets to something else. */
  readonly overridden: readonly string[];
  /** The folder of `.env`. */
  readonly cwd: string;
  /** The mapping: of the file or the database, or what is going to be written. Null: there is none yet. */
  readonly mapping: () => Promise<Mapping | MappingError | null>;
  /** What is running with these settings; null: nothing is. */
  readonly service: ServiceSeen | null;
  readonly http: PlatformHttp;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether group robots may be sent a test message. */
  readonly sends: boolean;
}

/** What a running service says of itself. */
export interface ServiceSeen {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly ready: boolean;
  readonly problems: readonly Trouble[];
  readonly bots: readonly BotSeen[];
}
