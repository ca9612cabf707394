import type { Fields } from '../../pages/form.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import type { SetupView } from '../ports.ts';
import { readSheet, type Sheet, type SheetProblem } from '../spreadsheet.ts';
import { WAYS } from '../ways.ts';
import { rowsOfFields, type PeopleRows } from './people-rows.ts';
import type { TablePart } from './people-tables.ts';

// People who are pasted from a spreadsheet: what was understood is shown before it is taken.

/** What of a pasted text goes to the list. Who is a manager there already stays one: a sheet without roles says nothing about it. */
export function takePasted(fields: Fields, way: SetupView['way']): Partial<PeopleRows> {
  const { stores, staff } = readPasted(fields, way);
  return {
    stores: stores.map(({ code, name }) => ({ code, name })),
    staff: staff.map(({ user, name, employeeId, store, role }) => ({
      user,
      name,
      employeeId: employeeId === null ? '' : String(employeeId),
      store,
      role: role === 'manager' ? role : '',
    })),
  };
}

/** Accounts without a platform are of the one that is being set up; a row may name a store of the form. */
function readPasted(fields: Fields, way: SetupView['way']): Sheet {
  const platform = WAYS.find(({ id }) => id === way)?.platform ?? null;
  return readSheet(fields.text('paste'), { platform, stores: rowsOfFields(fields).stores });
}

/** Where it is pasted, and below that what was understood of it. */
export function showPaste({ fields, language }: TablePart, typed: Fields | null, way: SetupView['way']): Html {
  const say = (text: Text) => text[language];
  const text = typed?.text('paste') ?? '';
  const isLooked = typed?.one('looked') === 'yes';
  const sheet = isLooked && text.trim() !== '' ? readPasted(typed, way) : null;
  return html`<details class="card" ${isLooked && html`open`}>
    <summary>${say({ zh: '从表格粘贴', en: 'Paste from a spreadsheet' })}</summary>
    ${fields.area({
      name: 'paste',
      label: say({
        zh: '从 Excel、WPS 或在线表格里复制的内容',
        en: 'What you copied in Excel, WPS or an online sheet',
      }),
      hint: say({
        zh: '连表头一起选中、复制，粘贴到这里。认得的表头：门店编号、门店名称、姓名、账号、工号、角色；别的列会跳过。',
        en: 'Select it with its heading, copy, and paste it here. Headings that are known: store code, store name, name, account, employee id, role; other columns are left out.',
      }),
      rows: 6,
      value: text,
    })}
    <p class="buttons">
      <button class="second" formaction="/setup/people/paste">
        ${say({ zh: '看看读懂了什么', en: 'Show what is understood' })}
      </button>
    </p>
    ${isLooked && showUnderstood(sheet, language)}
  </details>`;
}

function showUnderstood(sheet: Sheet | null, language: Language): Html {
  const say = (text: Text) => text[language];
  if (sheet === null) {
    return html`<p class="notice warn" role="status">${say({ zh: '还没有粘贴内容。', en: 'Nothing was pasted.' })}</p>`;
  }
  const { stores, staff, problems, notes } = sheet;
  const found = {
    zh: `读懂了 ${stores.length} 家门店、${staff.length} 个人`,
    en: `${stores.length} stores and ${staff.length} people were understood`,
  };
  return html`<section role="status" aria-labelledby="understood-title">
    <h3 id="understood-title">${say(found)}</h3>
    ${
      problems.length > 0 &&
      html`<div class="notice fail">
        <p>${say({ zh: '没读懂的：', en: 'Not understood:' })}</p>
        <ul>
          ${problems.map((problem) => html`<li>${placeOf(problem, language)} ${say(problem.message)}</li>`)}
        </ul>
      </div>`
    }
    ${
      notes.length > 0 &&
      html`<div class="notice warn">
        <p>${say({ zh: '这样理解的：', en: 'Read like this:' })}</p>
        <ul>
          ${notes.map((note) => html`<li>${say(note)}</li>`)}
        </ul>
      </div>`
    }
    ${
      stores.length > 0 &&
      list(
        [
          { zh: '门店编号', en: 'Store code' },
          { zh: '门店名称', en: 'Store name' },
        ],
        stores.map(({ code, name }) => [code, name]),
        language,
      )
    }
    ${
      staff.length > 0 &&
      list(
        [
          { zh: '姓名', en: 'Name' },
          { zh: '账号', en: 'Account' },
          { zh: '工号', en: 'Employee id' },
          { zh: '门店', en: 'Store' },
          { zh: '角色', en: 'Role' },
        ],
        staff.map(({ name, user, employeeId, store, role }) => [
          name,
          user,
          employeeId === null ? '' : String(employeeId),
          store,
          say(ROLES[role]),
        ]),
        language,
      )
    }
    ${
      stores.length + staff.length > 0 &&
      html`<p class="buttons">
        <button formaction="/setup/people/take">${say({ zh: '加到名单里', en: 'Add to the list' })}</button>
        <span class="hint"
          >${say({ zh: '同一个门店编号、同一个账号的，会改原来那一行。', en: 'A store code or an account that is there already changes its row.' })}</span
        >
      </p>`
    }
  </section>`;
}

const ROLES = {
  staff: { zh: '店员', en: 'staff' },
  manager: { zh: '店长', en: 'manager' },
} as const satisfies Record<string, Text>;

/** Where in the sheet, as people count there, and what stands there. */
function placeOf({ row, column, cell }: SheetProblem, language: Language): string {
  const quoted = cell === '' ? '' : language === 'zh' ? `「${cell}」` : ` “${cell}”`;
  if (language === 'zh') return `第 ${row} 行${column === null ? '' : `第 ${column} 列`}${quoted}：`;
  return `Row ${row}${column === null ? '' : `, column ${column}`}${quoted}:`;
}

function list(columns: readonly Text[], rows: readonly (readonly string[])[], language: Language): Html {
  return html`<table class="stacks">
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col">${column[language]}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell, at) => html`<td data-column="${columns[at]?.[language]}">${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
