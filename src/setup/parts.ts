import type { LiveConfig } from '../config.ts';
import type { Log } from '../log.ts';
import type { PlatformHttp } from '../platforms/http.ts';
import type { CheckContext, Group, ServiceSeen } from './checks/check.ts';
import type { Environment } from './draft-settings.ts';
import type { Files, Host, Listening, Report } from './ports.ts';

/** What a draft is made of. */
export interface SetupParts {
  readonly host: Host;
  readonly files: Files;
  /** The environment: what it sets wins over `.env`. */
  readonly env: Environment;
  /** Opens the bots of these settings, which need not be in force. */
  readonly listen: (config: LiveConfig) => Promise<Listening>;
  /** Runs the checks of these groups; all of them without. */
  readonly check: (context: CheckContext, groups?: readonly Group[]) => Promise<Report>;
  /** What runs in this program now says of itself; null: nothing does. */
  readonly seeService: () => Promise<ServiceSeen | null>;
  readonly http: PlatformHttp;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: Log;
}
