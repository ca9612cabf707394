import { digestText, newsText, type GroupText, type News, type RedemptionNews } from '../command/sentences/groups.ts';
import type { NoticeLine } from '../redemption/notices.ts';
import type { RobotApi, RobotText } from '../platforms/robot.ts';

/** How people, times and titles are written. */
export interface Manner {
  /** `known` is what the person was called when they were last in the mapping. */
  readonly nameOf: (user: string, known?: string | null) => string;
  /** The time of day at an instant, with the day where that is not today. */
  readonly whenOf: (instant: number) => string;
  readonly decorate: (title: string) => string;
}

export interface Composed {
  readonly text: RobotText;
  /** The notices that are really in it. */
  readonly told: readonly number[];
}

export interface ComposeOptions {
  readonly platform: Pick<RobotApi, 'fits'>;
  readonly manner: Manner;
  /** The people to mention because of what is unknown in these stores. */
  readonly mentions: (storeCodes: readonly string[]) => readonly string[];
  /** Without any words that came from outside. */
  readonly bare: boolean;
  /** Lines that wait for this robot, those here included. */
  readonly waiting: number;
}

/** One message of as many lines as the platform takes; the first line is always in it. */
export function compose(lines: readonly NoticeLine[], options: ComposeOptions): Composed {
  const { platform, manner, mentions, bare, waiting } = options;
  const items = merge(lines);
  for (let count = items.length; ; count -= 1) {
    const kept = items.slice(0, count);
    const told = kept.flatMap(({ notices }) => notices);
    const news = kept.map(({ line, settledLater }) => toNews(line, settledLater, manner, bare));
    const [only] = news;
    const said =
      only !== undefined && news.length === 1 && waiting <= told.length
        ? newsText(only)
        : digestText(news, waiting - told.length);
    const unknown = kept.flatMap(({ line }) => (line.redemption?.state === 'unknown' ? line.redemption : []));
    const text = dress(
      said,
      manner,
      unknown.length === 0 ? [] : mentions(unknown.flatMap(({ store }) => store?.code ?? [])),
    );
    if (count <= 1 || platform.fits(text)) return { text, told };
  }
}

/** A text as a robot says it. */
export function dress(text: GroupText, { decorate }: Manner, mentions: readonly string[] = []): RobotText {
  return { ...text, title: decorate(text.title), mentions };
}

interface Item {
  readonly line: NoticeLine;
  readonly notices: readonly number[];
  readonly settledLater: boolean;
}

/** A redemption of which there is several times news is told once, as it stands now. */
function merge(lines: readonly NoticeLine[]): Item[] {
  const items = new Map<string, Item>();
  for (const line of lines) {
    const { redemption, notice, kind } = line;
    const key = redemption === null ? `notice ${notice}` : `redemption ${redemption.id}`;
    const isLate = kind === 'settled' || (kind === 'unknown' && redemption?.state !== 'unknown');
    const before = items.get(key);
    items.set(key, {
      line,
      notices: [...(before?.notices ?? []), notice],
      settledLater: isLate || before?.settledLater === true,
    });
  }
  return [...items.values()];
}

function toNews(line: NoticeLine, settledLater: boolean, manner: Manner, bare: boolean): News {
  const { redemption, user, binding, createdAt } = line;
  if (redemption === null) {
    return { kind: 'binding', news: bare ? null : binding, when: manner.whenOf(createdAt) };
  }
  const when = manner.whenOf(redemption.settledAt ?? createdAt);
  const news: RedemptionNews = {
    kind: 'redemption',
    redemption,
    settledLater,
    who: user === null ? '' : manner.nameOf(user),
    when,
  };
  return bare
    ? { ...news, who: '', redemption: { ...redemption, vendorMsg: null, store: null, settledBy: null } }
    : news;
}
