import type { MeantPerson } from '../../desk/meant-people.ts';
import type { RecordsShown, RecordView } from '../../desk/record-search.ts';
import { fieldId, formFields } from '../../pages/fields.ts';
import type { Fields } from '../../pages/form.ts';
import { html, type Html, type Part } from '../../pages/html.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import type { RecordCursor, RecordedRedemption } from '../../redemption/records.ts';
import type { State, Store } from '../../redemption/redemption.ts';
import { emptyState, filterLinks, pager, table } from '../parts.ts';
import { addressOfView, EXPORT, RECORDS, shortcuts, STATES, type Wrong } from '../records-address.ts';
import { cardTail, momentIn, OUTCOME_WORDS, outcomeBadge, receiptLink, whyOf } from '../redemption-words.ts';

export type Searched = RecordsShown | { readonly kind: 'no-such' | 'too-many' };

export interface RecordsPageData {
  readonly view: RecordView;
  readonly before: RecordCursor | null;
  /** Null where nothing was looked for, because something is wrong or not on record. */
  readonly result: Searched | null;
  readonly wrong: readonly Wrong[];
  /** What was typed, where it is to be typed again. */
  readonly typed: Fields | null;
  /** What is said instead of records. */
  readonly notice: Html | null;
  /** Those that may be chosen from. */
  readonly stores: readonly Store[];
  /** Whether records of others are theirs to see. */
  readonly seesOthers: boolean;
  readonly calendar: Calendar;
  readonly now: number;
  readonly formToken: string;
}

const COLOURS: Partial<Readonly<Record<State, 'ok' | 'warn' | 'fail' | 'skipped'>>> = {
  succeeded: 'ok',
  refused: 'fail',
  unknown: 'warn',
};

/** The page of the records below its heading. */
export function recordsPage(data: RecordsPageData): Html {
  const { result, notice } = data;
  const people = result?.kind === 'shown' ? result.people : null;
  return html`${searchForm(data)}${dayLinks(data)}${outcomeLinks(data)}${data.seesOthers && whoseLinks(data)}${chips(
    data,
  )}${notice !== null && html`<p class="notice" role="status">${notice}</p>`}${
    people !== null && people.length > 1 && peopleApart(data.view, people)
  }${result !== null && records(data, result)}`;
}

function searchForm({ view, wrong, typed, stores, seesOthers, formToken }: RecordsPageData): Html {
  const fields = formFields({ typed, problems: wrong });
  // A browser shows nothing in a field of a day that is none.
  const dayField = (name: 'from' | 'to', label: string, value = '') =>
    fields.problemOf(name) !== null
      ? fields.text({ name, label, value })
      : html`<div class="field">
          <label for="${fieldId(name)}">${label}</label
          ><input
            type="date"
            id="${fieldId(name)}"
            name="${name}"
            value="${typed?.has(name) === true ? typed.one(name) : value}"
          />
        </div>`;
  const kept = [
    ['tail', view.tail],
    ['like', view.like],
    ['name', view.name],
    ['user', view.user],
    ['outcome', view.state],
    ['mine', view.mine === true ? '1' : undefined],
  ] as const;
  return html`${fields.problems('这样查不了')}
    <form method="post" action="${RECORDS}" class="card line records-search" role="search">
      <input type="hidden" name="token" value="${formToken}" />
      ${kept.map(
        ([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}" />`,
      )}
      ${fields.text({
        name: 'q',
        label: '查什么',
        placeholder: seesOthers ? '单号、卡号或后 4 位、姓名' : '单号、卡号或后 4 位',
      })}${dayField('from', '从哪天', view.first)}${dayField('to', '到哪天', view.last)}${
        stores.length > 1 &&
        fields.select({
          name: 'store',
          label: '门店',
          value: view.storeCode ?? '',
          options: [
            { value: '', label: '所有门店' },
            ...stores.map(({ code, name }) => ({ value: code, label: name })),
          ],
        })
      }<button type="submit">查找</button>
    </form>`;
}

function dayLinks({ view, calendar, now }: RecordsPageData): Html {
  const { first, last, ...always } = view;
  return filterLinks('哪几天', [
    { label: '不限日期', to: addressOfView(always), isOn: first === undefined && last === undefined },
    ...shortcuts(calendar, now).map((days) => ({
      label: days.label,
      to: addressOfView({ ...always, first: days.first, last: days.last }),
      isOn: days.first === first && days.last === last,
    })),
  ]);
}

function outcomeLinks({ view }: RecordsPageData): Html {
  const { state, ...all } = view;
  return filterLinks('结果', [
    { label: '所有结果', to: addressOfView(all), isOn: state === undefined },
    ...STATES.map((one) => {
      const colour = COLOURS[one];
      return {
        ...{
          label: OUTCOME_WORDS[one].replace('…', ''),
          to: addressOfView({ ...all, state: one }),
          isOn: one === state,
        },
        ...(colour !== undefined && { colour }),
      };
    }),
  ]);
}

function whoseLinks({ view }: RecordsPageData): Html {
  const { mine, ...all } = view;
  return filterLinks('谁的', [
    { label: '所有人', to: addressOfView(all), isOn: mine !== true },
    { label: '只看我的', to: addressOfView({ ...all, mine: true }), isOn: mine === true },
  ]);
}

/** What the view is about besides, and how to leave that out. */
function chips({ view, result }: RecordsPageData): Html | null {
  const { tail, like, name, user, ...rest } = view;
  const card = result?.kind === 'shown' ? result.card : null;
  const [ofCard, ofPerson] = [
    { ...(tail !== undefined && { tail }), ...(like !== undefined && { like }) },
    { ...(name !== undefined && { name }), ...(user !== undefined && { user }) },
  ];
  const about = [
    tail !== undefined && { label: `尾号${tail}`, without: { ...rest, ...ofPerson } },
    like !== undefined && {
      label: card === null ? `和 ${like} 同一张卡` : `${cardTail(card)}这张卡`,
      without: { ...rest, ...ofPerson },
    },
    name !== undefined && { label: `姓名或账号里有「${name}」`, without: { ...rest, ...ofCard } },
    user !== undefined && { label: `账号 ${user}`, without: { ...rest, ...ofCard } },
  ].filter((one) => one !== false);
  if (about.length === 0) return null;
  return html`<p class="records-about">
    ${about.map(({ label, without }) => html`<span>只看：${label} <a href="${addressOfView(without)}">不限</a></span> `)}
  </p>`;
}

function peopleApart(view: RecordView, people: readonly MeantPerson[]): Html {
  const { name, ...rest } = view;
  return html`<div class="notice">
    <p>「${name}」有 ${people.length} 个人，下面是他们所有的记录。只看一个人：</p>
    <ul>
      ${people.map(
        ({ user, name: called, store }) =>
          html`<li>
            <a href="${addressOfView({ ...rest, user })}">${called}</a>
            <span class="soft">${store === null ? '已不在名单里' : store.name}，${user}</span>
          </li>`,
      )}
    </ul>
  </div>`;
}

function records(data: RecordsPageData, result: Searched): Html {
  const { view, before, calendar, now, seesOthers } = data;
  switch (result.kind) {
    case 'no-such':
      return emptyState(
        html`没有单号 ${view.like} 的记录，或者您不能看它。`,
        '请重新输入卡号，或者只输入最后 4 位再查。',
      );
    case 'too-many':
      return emptyState(html`姓名或账号里有「${view.name}」的人太多了。`, '请把姓名写全一点，或者输入账号。');
    case 'shown':
  }
  const { rows, next } = result.page;
  const first = before === null ? null : addressOfView(view);
  const older = next === null ? null : addressOfView(view, next);
  if (rows.length === 0) {
    return next === null
      ? html`${emptyState(before === null ? '没有这样的记录。' : '没有更早的记录了。', emptyHint(result, before))}${pager({ first, next: null })}`
      : html`${emptyState('找到这里还没有这样的记录，再往前还有记录没有找。', html`<a href="${older}">往前再找</a>`)}${pager({ first, next: null })}`;
  }
  const twice = sameNames(rows);
  return html`${table<RecordedRedemption>({
      caption: '核销记录，最新的在前',
      captionUnseen: true,
      isDense: true,
      columns: [
        { name: '时间', isShort: true, cell: ({ redemption }) => momentIn(calendar, redemption.claimedAt, now) },
        { name: '结果', cell: ({ redemption }) => outcome(redemption) },
        { name: '卡', cell: ({ redemption: { card, realCard, cardName } }) => cardCell(realCard ?? card, cardName) },
        { name: '次数', isAmount: true, cell: ({ redemption }) => redemption.count },
        ...(seesOthers ? [{ name: '谁', isShort: true, cell: (row: RecordedRedemption) => who(row, twice) }] : []),
        { name: '门店', cell: ({ redemption }) => redemption.store?.name },
        { name: '单号', isShort: true, cell: ({ redemption }) => receiptLink(redemption.receipt) },
      ],
      rows,
    })}${pager({ first, next: older })}
    <p>
      <a href="${addressOfView(view, null, EXPORT)}">导出这个视图</a>
      <span class="soft">CSV 表格，从最新的开始，最多 10 万条；卡号只有最后 4 位</span>
    </p>`;
}

function emptyHint({ people }: RecordsShown, before: RecordCursor | null): Part {
  if (before !== null) return '回到最新的，或者改一改条件。';
  if (people?.length === 0) return '没有叫这个名字的人有记录。请核对姓名，或者输入账号。';
  return '把日期放宽一点、去掉一个条件，或者核对卡号和单号再查。';
}

function outcome(redemption: RecordedRedemption['redemption']): Html {
  const why = redemption.state === 'succeeded' ? '' : whyOf(redemption);
  return html`${outcomeBadge(redemption.state)}${why !== '' && html` <span class="soft">${why}</span>`}`;
}

function cardCell(card: string, name: string | null): Html {
  return html`${cardTail(card)}${name !== null && html` <span class="soft">${name}</span>`}`;
}

function who({ user, name }: RecordedRedemption, twice: ReadonlySet<string>): Part {
  if (user === null) return null;
  const called = name ?? user;
  return twice.has(called) ? html`${called} <span class="soft">${user}</span>` : called;
}

/** Names that several people have. */
function sameNames(rows: readonly RecordedRedemption[]): Set<string> {
  const users = new Map<string, string>();
  const twice = new Set<string>();
  for (const { user, name } of rows) {
    if (user === null || name == null) continue;
    if ((users.get(name) ?? user) !== user) twice.add(name);
    users.set(name, user);
  }
  return twice;
}
