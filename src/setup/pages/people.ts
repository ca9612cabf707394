import { formFields } from '../../pages/fields.ts';
import { Fields } from '../../pages/form.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Text } from '../../pages/text.ts';
import type { Saved, Setup } from '../ports.ts';
import type { Acted, Action, PageContext, SetupPage } from './page.ts';
import { showHeard } from './people-heard.ts';
import { showPaste, takePasted } from './people-paste.ts';
import {
  EMPTY_ROWS,
  fieldsOfRows,
  LISTS,
  mergeRows,
  peopleOfRows,
  rowsOfFields,
  rowsOfPeople,
  type PeopleRows,
} from './people-rows.ts';
import { showConversations, showStaff, showStores } from './people-tables.ts';
import { CONTINUE, formState, NOT_TAKEN } from './words.ts';

/** Who works where: the stores, the staff, and which group belongs to which store. */
export const peoplePage: SetupPage = {
  step: 'people',
  title: { zh: '人员', en: 'People' },
  show,
  actions: {
    '': (fields, setup, revision) => {
      const acted = save(rowsOfFields(fields), fields, setup, revision);
      if (acted.kind !== 'saved') return acted;
      const { people, admins } = setup.view();
      const isManaged = admins.length > 0 || people.staff.some(({ role }) => role === 'manager');
      const lacks = people.stores.length === 0 ? NO_STORE : isManaged ? null : NOBODY_MANAGES;
      return lacks === null
        ? { ...acted, to: 'robots' }
        : { kind: 'shown', fields: new Fields(), problems: [{ field: '', message: lacks }] };
    },
    add: withRows((rows, chosen) => {
      const list = LISTS.find((name) => name === chosen);
      return list === undefined ? rows : { ...rows, [list]: [...rows[list], EMPTY_ROWS[list]] };
    }),
    remove: withRows((rows, chosen) => {
      const [, name, index] = /^(\w+)\[(\d+)\]$/u.exec(chosen) ?? [];
      const list = LISTS.find((known) => known === name);
      return list === undefined ? rows : { ...rows, [list]: rows[list].filter((_, at) => at !== Number(index)) };
    }),
    'put-in': (fields, setup, revision) => {
      const [, role = '', user = ''] = /^(staff|manager) (\S+)$/u.exec(fields.one('chosen')) ?? [];
      const rows = rowsOfFields(fields);
      // A manager may be of no store yet; what else was typed has to be whole to be saved.
      const isUnchanged = JSON.stringify(rows) === JSON.stringify(rowsOfPeople(setup.view().people));
      return role === 'manager' && isUnchanged
        ? setup.takeManager(user, '', revision)
        : put({ staff: [{ ...EMPTY_ROWS.staff, user, role }] }, fields, setup, revision);
    },
    tie: (fields, setup, revision) =>
      put({ conversations: [{ ...EMPTY_ROWS.conversations, id: fields.one('chosen') }] }, fields, setup, revision),
    paste: (fields) => ({ kind: 'shown', fields: fields.with({ looked: 'yes' }) }),
    take: (fields, setup, revision) => {
      const rows = mergeRows(rowsOfFields(fields), takePasted(fields, setup.view().way));
      return save(rows, fields.with({ paste: '', looked: '' }), setup, revision);
    },
  },
};

const NO_STORE: Text = {
  zh: '已保存。但还没有门店，所以还不能往下走：至少填一家，门店编号以核销系统里的为准。',
  en: 'Saved. But there is no store yet, so it cannot go on: fill in at least one, with the code that the vendor gave it.',
};
const NOBODY_MANAGES: Text = {
  zh: '已保存。但还没有店长，所以还不能往下走：至少一个人的角色要选「店长」，以后新来的店员由店长在群里同意。',
  en: 'Saved. But there is no manager yet, so it cannot go on: give at least one person the role “manager”. Managers admit new staff from the chat later.',
};
const NOT_SAVED_YET: Text = {
  zh: '已加到下面的名单里，还没有保存：补上姓名和门店，再点下一步。',
  en: 'Added to the list below, and not saved yet: fill in the name and the store, then go on.',
};

const managersAlready = (admins: readonly string[]): Text => ({
  zh: `设置 ADMINS 里的人已经是所有门店的店长：${admins.join('、')}。`,
  en: `Those whom ADMINS names are managers of all stores already: ${admins.join(', ')}.`,
});

/** Changes the rows of the form, and keeps them in the form: nothing is saved by it. */
function withRows(change: (rows: PeopleRows, chosen: string) => PeopleRows): Action {
  return (fields) => {
    const rows = change(rowsOfFields(fields, 'with-blanks'), fields.one('chosen'));
    return { kind: 'shown', fields: fieldsOfRows(rows, fields) };
  };
}

function save(rows: PeopleRows, fields: Fields, setup: Setup, revision: number): Acted {
  const { people, problems } = peopleOfRows(rows);
  const saved: Saved = problems.length > 0 ? { kind: 'problems', problems } : setup.savePeople(people, revision);
  // The problems count the rows as they were read, without those in which nothing stands.
  return saved.kind === 'problems'
    ? { kind: 'shown', fields: fieldsOfRows(rows, fields), problems: saved.problems }
    : saved;
}

/** Puts one more row in. What it lacks yet is no mistake of the person's: then the row stands in the form only, and that is said. */
function put(added: Partial<PeopleRows>, fields: Fields, setup: Setup, revision: number): Acted {
  const rows = mergeRows(rowsOfFields(fields), added);
  const acted = save(rows, fields, setup, revision);
  return acted.kind === 'shown' ? { kind: 'shown', fields: fieldsOfRows(rows, fields.with({ put: 'yes' })) } : acted;
}

function show(context: PageContext): Html {
  const { view, language, typed } = context;
  const say = (text: Text) => text[language];
  // A form that was shown again without being saved is still one of the draft that it was made for.
  const isTyped = typed?.has('revision') === true;
  const revision = isTyped ? typed.one('revision') : String(view.revision);
  const rows = withBlankBeginnings(isTyped ? rowsOfFields(typed, 'with-blanks') : rowsOfPeople(view.people));
  const fields = formFields(formState({ ...context, typed: isTyped ? fieldsOfRows(rows, typed) : null }));
  const part = { fields, rows, language };

  return html`<h1>${say({ zh: '谁在哪家店', en: 'Who works where' })}</h1>
    <p>
      ${say({
        zh: '有门店、有一位店长就能上线。别的店员可以现在填，也可以以后自己在群里发「绑定」申请，店长回「同意」就行。',
        en: 'A store and one manager are enough to go live. Other staff can be filled in here, or ask in the chat later (绑定), and a manager says yes (同意).',
      })}
    </p>
    ${view.admins.length > 0 && html`<p class="hint">${say(managersAlready(view.admins))}</p>`}
    ${fields.problems(say(NOT_TAKEN))}
    ${typed?.one('put') === 'yes' && html`<p class="notice" role="status">${say(NOT_SAVED_YET)}</p>`}
    <form method="post" action="/setup/people" class="block">
      <input type="hidden" name="revision" value="${revision}" />
      <button type="submit" class="unseen" tabindex="-1" aria-hidden="true">${say(CONTINUE)}</button>
      ${showHeard(view, rows, language)}
      <section class="card" aria-labelledby="stores-title">${showStores(part)}</section>
      <section class="card" aria-labelledby="staff-title">${showStaff(part)}</section>
      ${showPaste(part, typed, view.way)} ${showConversations(part)}
      <p class="buttons"><button type="submit">${say(CONTINUE)}</button></p>
    </form>`;
}

/** A table in which nothing stands yet has one row to begin with. */
function withBlankBeginnings(rows: PeopleRows): PeopleRows {
  return {
    ...rows,
    stores: rows.stores.length > 0 ? rows.stores : [EMPTY_ROWS.stores],
    staff: rows.staff.length > 0 ? rows.staff : [EMPTY_ROWS.staff],
  };
}
