import type { GroupText } from '../command/sentences/groups.ts';
import type { Robot } from '../notices/robot.ts';

/** A message to a group, and whom it calls: ids as the platform writes them. */
export interface RobotText extends GroupText {
  readonly mentions: readonly string[];
}

export interface Post {
  readonly url: string;
  readonly body: object;
}

/**
 * What a platform's answer means. `busy`: may work in a moment. `throttled`: too many messages. `content`: it does not
 * like what was said. `dead`: this robot does not work, and will not until somebody mends it.
 */
export interface Verdict {
  readonly kind: 'sent' | 'busy' | 'throttled' | 'content' | 'dead';
  /** The platform's own words. */
  readonly answer: string;
}

/** How the robots of one platform are spoken to. */
export interface Platform {
  /** Whether a message is short enough. */
  fits(text: RobotText): boolean;
  /** `uuid`: the same for the same message, however often it is tried. `now`: milliseconds since 1970. */
  post(robot: Robot, text: RobotText, uuid: string, now: number): Post;
  /** Null when that was no answer of the platform's. */
  judge(json: unknown): Verdict | null;
}

/**
 * A number can mean throttling and something else: Feishu's 9499 is a bad request, or `too many request`
 * (ccfos/nightingale issue 1437). Then the words decide.
 */
const TOO_FAST = /too many requests?\b|too (?:fast|often|frequent)|\bfreq(?:uency)?\b.*limit|rate.?limit/iu;

/** Whatever is in none of the lists is taken for a dead robot: trying again and again would only make it worse. */
export function judgeBy(
  meanings: { readonly [Kind in Exclude<Verdict['kind'], 'dead'>]?: readonly number[] },
  errcode: number,
  errmsg: string,
): Verdict {
  const answer = `${errcode} ${errmsg}`.trim();
  for (const kind of ['sent', 'busy', 'throttled'] as const) {
    if (meanings[kind]?.includes(errcode) === true) return { kind, answer };
  }
  if (TOO_FAST.test(errmsg)) return { kind: 'throttled', answer };
  if (meanings.content?.includes(errcode) === true) return { kind: 'content', answer };
  return { kind: 'dead', answer };
}
