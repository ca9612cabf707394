import { mayLookForPeople, type Found, type RecordSearch, type RecordView } from '../../desk/record-search.ts';
import { html, type Html } from '../../pages/html.ts';
import { Fields } from '../../pages/form.ts';
import type { StaffBook } from '../../redemption/people.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import type { RecordCursor } from '../../redemption/records.ts';
import type { ConsolePage, Shown, Visit } from '../page.ts';
import { addressOfView, isName, NAME_WRONG, readView, RECORDS, withSearched, type Wrong } from '../records-address.ts';
import { addressOf } from '../redemption-words.ts';
import { recordsPage, type Searched } from './records-page.ts';

export interface RecordsPageParts {
  readonly search: RecordSearch;
  readonly book: Pick<StaffBook, 'snapshot'>;
  readonly calendar: Calendar;
}

const ROWS = 50;
/** What people write before what they look for. */
const LABEL = /^(?:卡号|尾号|单号|姓名|账号)\s*[:：]?\s*/u;

/** More than the end of a card. */
const MANY_DIGITS = /\d(?:[ -]?\d){6}/u;

const REFUSALS: Readonly<Record<Extract<Found['kind'], 'bad-receipt' | 'too-short' | 'not-theirs'>, string>> = {
  'bad-receipt': '单号是 R- 加 8 个字母或数字，里面没有 0、O、1、I、L、U，请再看一眼。',
  'too-short': '卡号尾号至少要 4 位，也可以输入整个卡号或单号。',
  'not-theirs': '按姓名查只有店长和管理员可以。请输入单号、卡号或卡号尾号。',
};

/** The records: searched for, filtered, a part at a time. */
export function createRecordsPage({ search, book, calendar }: RecordsPageParts): ConsolePage {
  /** The page of a view, with what was typed where something is wrong with it. */
  async function page(
    visit: Visit,
    view: RecordView,
    before: RecordCursor | null,
    {
      wrong = [],
      typed = null,
      notice = null,
    }: { wrong?: readonly Wrong[]; typed?: Fields | null; notice?: Html | null },
  ): Promise<Shown> {
    const { visitor, now } = visit;
    let result: Searched | null = null;
    if (wrong.length === 0 && notice === null) {
      const found = await search.show(view, visitor.who, { before, limit: ROWS });
      if (found.kind === 'not-theirs') return { kind: 'forbidden' };
      result = found.kind === 'shown' ? found : { kind: found.kind };
    }
    const stores = visitor.who.role === 'admin' ? book.snapshot().stores : [];
    const main = recordsPage({
      ...{ view, before, result, wrong, typed, notice, stores, calendar, now, formToken: visitor.formToken },
      seesOthers: mayLookForPeople(visitor.who),
    });
    return { kind: 'page', main, ...(wrong.length > 0 && { status: 400 }) };
  }

  return {
    path: RECORDS,
    title: '核销记录',
    nav: '记录',
    least: 'staff',
    show: (visit) => {
      const { view, before, wrong } = readView(visit.query);
      return page(visit, view, before, { wrong, ...(wrong.length > 0 && { typed: new Fields(visit.query) }) });
    },
    actions: {
      '': {
        needsFresh: false,
        secrets: ['q'],
        async act(visit, fields) {
          const { view, wrong } = readView(fields);
          const text = fields.one('q').replace(LABEL, '');
          // The card is found first: it is not shown again, so the view has to have it whatever else is wrong.
          const found = text === '' ? null : await search.find(text, visit.visitor.who);
          const meant = found?.kind === 'view' ? withSearched(view, found.view) : view;
          // What is shown again is what is no card.
          const wasCard =
            found?.kind === 'view' || (found?.kind === 'nothing' && found.of === 'card') || MANY_DIGITS.test(text);
          const typed = wasCard ? fields.with({ q: '' }) : fields;
          if (found !== null && found.kind in REFUSALS) {
            const message = REFUSALS[found.kind as keyof typeof REFUSALS];
            return page(visit, meant, null, { wrong: [{ field: 'q', message }, ...wrong], typed });
          }
          if (meant.name !== undefined && !isName(meant.name)) {
            const first = { field: 'q', message: NAME_WRONG };
            return page(visit, view, null, { wrong: [first, ...wrong], typed: typed.with({ q: '' }) });
          }
          if (wrong.length > 0) return page(visit, meant, null, { wrong, typed });
          if (found?.kind === 'receipt') return { kind: 'see-other', to: addressOf(found.receipt) };
          if (found?.kind === 'nothing') return page(visit, meant, null, { typed, notice: nothingOf(found) });
          return { kind: 'see-other', to: addressOfView(meant) };
        },
      },
    },
  };
}

function nothingOf({ of, ends }: Extract<Found, { kind: 'nothing' }>): Html {
  return of === 'receipt'
    ? html`没有单号 ${ends} 的记录，或者您不能看它。请核对单号；别的门店的记录要问那家店的店长。`
    : html`没有尾号 ${ends} 的这张卡的记录，或者您不能看它。请核对卡号，或者只输入最后 4 位再查。`;
}
