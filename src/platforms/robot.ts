import { plain } from '../command/plain.ts';
import type { GroupText } from '../command/sentences/groups.ts';
import type { ErrorTable } from './errors.ts';
import type { RobotPlatform } from './hosts.ts';
import { PlatformResponse } from './http.ts';
import { markdownLink, NO_LINKS, type ConsoleLinks, type Dialect } from './links.ts';

/** Where a group robot is. `url` and `secret` are as good as a key to its group: neither is ever logged, or
 * kept outside the mapping, except for a while to undo a change of it. */
export interface RobotAddress {
  readonly platform: RobotPlatform;
  readonly url: string;
  readonly secret: string | null;
}

/** A message to a group, and the people it mentions: ids as the platform writes them. */
export interface RobotText extends GroupText {
  readonly mentions: readonly string[];
}

export interface Post {
  readonly url: string;
  readonly body: object;
}

/**
 * What a platform's answer means. `busy`: may work in a moment. `throttled`: too many messages. `content`: it does not
 * like what was said. `dead`: this robot does not work, and will not until an operator mends it.
 */
export interface PostVerdict {
  readonly kind: 'sent' | 'busy' | 'throttled' | 'content' | 'dead';
  /** The platform's own words. */
  readonly answer: string;
}

/** How the robots of one platform are spoken to, and how fast. */
export interface RobotApi {
  /** The least time between two messages of a robot, in milliseconds. */
  readonly restMs: number;
  /** How long a robot rests that was told to be slower, in milliseconds; null: as after any failure. */
  readonly throttledMs: number | null;
  /** How much later than at its time the summary of a day is sent, in milliseconds. */
  readonly summaryDelayMs: number;
  /** Whether a message is short enough, without links. */
  fits(text: RobotText): boolean;
  /**
   * With links, where the message is short enough with them too. `uuid`: the same for the same message, however often it is
   * tried. `now`: milliseconds since 1970.
   */
  post(robot: RobotAddress, text: RobotText, uuid: string, now: number, links?: ConsoleLinks): Post;
  /** Null when that was no answer of the platform's. */
  judge(json: unknown): PostVerdict | null;
}

/** The lines of robots that say markdown; each is shown by itself. */
const MARKDOWN: Dialect = { plain, lineBreak: '\n', link: markdownLink };

/** What a robot says, with links where `fits` says that there is room for them, and else without. */
export function withLinks<Body>(
  { lines, ...text }: RobotText,
  links: ConsoleLinks | undefined,
  build: (text: RobotText) => Body,
  fits: (body: Body) => boolean,
): Body {
  const shown = lines.map((line) => (links ?? NO_LINKS).show(line, MARKDOWN));
  const linked = build({ ...text, lines: shown.map((line) => line.linked) });
  return fits(linked) ? linked : build({ ...text, lines: shown.map(({ bare }) => bare) });
}

/** Judges an answer with `errcode` and `errmsg`; null where it is none. */
export function judgeResponse(errors: ErrorTable, json: unknown): PostVerdict | null {
  const { data } = PlatformResponse.safeParse(json);
  return data === undefined ? null : judgeCode(errors, data.errcode, data.errmsg);
}

/**
 * A number can mean throttling and something else: Feishu's 9499 is a bad request, or `too many request`
 * (ccfos/nightingale issue 1437). Then the words decide.
 */
const TOO_FAST = /too many requests?\b|too (?:fast|often|frequent)|\bfreq(?:uency)?\b.*limit|rate.?limit/iu;

/**
 * Judges a result code. A code that is not known to be temporary means a dead robot: to try again and again would only
 * make it worse.
 */
export function judgeCode(errors: ErrorTable, code: number, words: string): PostVerdict {
  const answer = `${code} ${words}`.trim();
  if (code === 0) return { kind: 'sent', answer };
  const means = errors[code]?.means;
  if (means === 'busy' || means === 'throttled') return { kind: means, answer };
  if (TOO_FAST.test(words)) return { kind: 'throttled', answer };
  return { kind: means === 'content' ? 'content' : 'dead', answer };
}
