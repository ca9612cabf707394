import { Readable } from 'node:stream';
import type { NotShown, RecordSearch, RecordsShown, RecordView } from '../../desk/record-search.ts';
import type { Who } from '../../desk/permissions.ts';
import { html } from '../../pages/html.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import type { RecordedRedemption } from '../../redemption/records.ts';
import { csv } from '../../tools/export-formats.ts';
import type { ConsolePage } from '../page.ts';
import { addressOfView, EXPORT, readView } from '../records-address.ts';
import { withoutCards } from '../redemption-words.ts';

export interface RecordsExportParts {
  readonly search: RecordSearch;
  readonly calendar: Calendar;
}

/** Records in one file. */
const MOST = 100_000;
/** Records that are read at a time, so that other readers have their turn in between. */
const AT_ONCE = 500;

/** The view of the records as a spreadsheet: all of its parts, one after the other, for as long as the browser takes them. */
export function createRecordsExportPage({ search, calendar }: RecordsExportParts): ConsolePage {
  /** People whose export is under way. */
  const underWay = new Set<string>();

  async function* lines(view: RecordView, who: Who, first: RecordsShown): AsyncGenerator<string> {
    if (underWay.has(who.user)) throw new Error('another export of this person is under way');
    underWay.add(who.user);
    try {
      const { head, line } = csv({ calendar, fullCards: false, headings: 'zh' });
      yield head;
      let shown: RecordsShown | NotShown = first;
      for (let count = 0; ;) {
        // The role that they had at first has become another one meanwhile, or a name has.
        if (shown.kind !== 'shown') throw new Error(`the export cannot go on: ${shown.kind}`);
        const { rows, next } = shown.page;
        count += rows.length;
        if (rows.length > 0) yield rows.map((record) => line(withTails(record))).join('');
        if (next === null) return;
        if (count >= MOST) {
          yield `只导出了最新的 ${count} 条，更早的没有导出；请把日期缩短，分几次导出\r\n`;
          return;
        }
        shown = await search.show(view, who, { before: next, limit: Math.min(AT_ONCE, MOST - count) });
      }
    } finally {
      underWay.delete(who.user);
    }
  }

  return {
    path: EXPORT,
    title: '导出核销记录',
    nav: null,
    least: 'staff',
    async show({ visitor: { who }, query, now }) {
      const { view, wrong } = readView(query);
      if (wrong.length > 0) return { kind: 'see-other', to: `${addressOfView({})}?${query.toString()}` };
      if (underWay.has(who.user))
        return {
          kind: 'page',
          status: 429,
          main: html`<p>您还有一个导出没有完成，等它下载完再导出。</p>
            <p><a href="${addressOfView(view)}">回到核销记录</a></p>`,
        };
      const first = await search.show(view, who, { before: null, limit: AT_ONCE });
      if (first.kind === 'not-theirs') return { kind: 'forbidden' };
      if (first.kind !== 'shown') return { kind: 'see-other', to: addressOfView(view) };
      const body = Readable.from(lines(view, who, first));
      return { kind: 'file', name: `核销记录-${calendar.dayOf(now)}.csv`, type: 'text/csv; charset=utf-8', body };
    },
    actions: {},
  };
}

/** What people and the vendor wrote may have whole cards in it. */
function withTails(record: RecordedRedemption): RecordedRedemption {
  const { redemption } = record;
  const { remark, vendorMsg } = redemption;
  const told = vendorMsg === null ? null : withoutCards(vendorMsg, redemption);
  return { ...record, redemption: { ...redemption, remark: withoutCards(remark, redemption), vendorMsg: told } };
}
