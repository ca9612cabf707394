import type { FormFields } from '../../pages/fields.ts';
import { html, type Html, type Part } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import { fieldOf, nameOfStore, type List, type PeopleRows } from './people-rows.ts';

// The tables in which people are typed.

export interface TablePart {
  readonly fields: FormFields;
  readonly rows: PeopleRows;
  readonly language: Language;
}

const STORE_NAMES = 'store-names';

const COLUMNS = {
  code: { zh: '门店编号', en: 'Store code' },
  name: { zh: '门店名称', en: 'Store name' },
  person: { zh: '姓名', en: 'Name' },
  user: { zh: '账号', en: 'Account' },
  employeeId: { zh: '工号', en: 'Employee id' },
  store: { zh: '门店', en: 'Store' },
  role: { zh: '角色', en: 'Role' },
  group: { zh: '群', en: 'Group' },
} as const satisfies Record<string, Text>;

export function showStores({ fields, rows, language }: TablePart): Html {
  const say = (text: Text) => text[language];
  return html`<h2 id="stores-title">${say({ zh: '门店', en: 'Stores' })}</h2>
    <p class="hint" id="stores-hint">
      ${say({
        zh: '门店编号在联拓富商户后台的门店列表里，像 EW_N2949193145；名称是回复里显示的。',
        en: 'The code stands in the vendor’s back office, in the list of stores, such as EW_N2949193145. The name is what replies show.',
      })}
    </p>
    ${table('stores', [COLUMNS.code, COLUMNS.name], rows.stores, language, (row, index) => [
      fields.text({
        name: fieldOf('stores', index, 'code'),
        label: numbered(COLUMNS.code, index, language),
        labelUnseen: true,
        value: row.code,
      }),
      fields.text({
        name: fieldOf('stores', index, 'name'),
        label: numbered(COLUMNS.name, index, language),
        labelUnseen: true,
        value: row.name,
      }),
    ])}
    ${addRow('stores', { zh: '再加一家门店', en: 'Add a store' }, language)}
    <datalist id="${STORE_NAMES}">
      ${rows.stores
        .filter(({ code }) => code !== '')
        .map(
          ({ code, name }) =>
            html`<option value="${nameOfStore(code, rows.stores)}">${name === '' ? '' : code}</option>`,
        )}
    </datalist>`;
}

export function showStaff({ fields, rows, language }: TablePart): Html {
  const say = (text: Text) => text[language];
  const columns = [COLUMNS.person, COLUMNS.user, COLUMNS.employeeId, COLUMNS.store, COLUMNS.role];
  return html`<h2 id="staff-title">${say({ zh: '店员和店长', en: 'Staff and managers' })}</h2>
    <p class="hint">
      ${say({
        zh: '账号是平台加用户 ID，像 wecom:zhangsan；不知道的话，请他给机器人发一句话，上面就会出现。工号是联拓富后台里的员工 ID，没有就空着。只有一家店时，门店可以不填。',
        en: 'An account is the platform and the user id, such as wecom:zhangsan. Not known? Have the person write to the bot: the account then appears above. The employee id is the vendor’s, and may be empty. With one store only, so may the store.',
      })}
    </p>
    ${table('staff', columns, rows.staff, language, (row, index) => {
      const about = (column: keyof typeof row, label: Text) => ({
        name: fieldOf('staff', index, column),
        label: numbered(label, index, language),
        labelUnseen: true,
        value: row[column],
      });
      return [
        fields.text(about('name', COLUMNS.person)),
        fields.text({ ...about('user', COLUMNS.user), placeholder: 'wecom:zhangsan' }),
        fields.text({ ...about('employeeId', COLUMNS.employeeId), inputmode: 'numeric' }),
        fields.text({ ...about('store', COLUMNS.store), list: STORE_NAMES }),
        fields.select({
          ...about('role', COLUMNS.role),
          options: [
            { value: 'staff', label: say({ zh: '店员', en: 'staff' }) },
            { value: 'manager', label: say({ zh: '店长', en: 'manager' }) },
          ],
        }),
      ];
    })}
    ${addRow('staff', { zh: '再加一个人', en: 'Add a person' }, language)}`;
}

export function showConversations({ fields, rows, language }: TablePart): Html {
  const say = (text: Text) => text[language];
  return html`<details class="card" ${rows.conversations.length > 0 && html`open`}>
    <summary>${say({ zh: '群归哪家店（可选）', en: 'Groups that belong to a store (optional)' })}</summary>
    <p class="hint">
      ${say({
        zh: '在这个群里核销的，记到群的门店，不管是谁发的。不填就记到发消息的人的门店。',
        en: 'What is redeemed in such a group is booked to its store, no matter who typed it; elsewhere to the store of the person.',
      })}
    </p>
    ${
      rows.conversations.length > 0 &&
      table('conversations', [COLUMNS.group, COLUMNS.store], rows.conversations, language, (row, index) => [
        fields.text({
          name: fieldOf('conversations', index, 'id'),
          label: numbered(COLUMNS.group, index, language),
          labelUnseen: true,
          value: row.id,
          placeholder: 'wecom:wr…',
        }),
        fields.text({
          name: fieldOf('conversations', index, 'store'),
          label: numbered(COLUMNS.store, index, language),
          labelUnseen: true,
          value: row.store,
          list: STORE_NAMES,
        }),
      ])
    }
    ${addRow('conversations', { zh: '加一个群', en: 'Add a group' }, language)}
  </details>`;
}

function table<Row>(
  list: List,
  columns: readonly Text[],
  rows: readonly Row[],
  language: Language,
  cells: (row: Row, index: number) => readonly Part[],
): Html {
  const takeOut = { zh: '移除', en: 'Remove' }[language];
  return html`<table class="stacks">
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col">${column[language]}</th>`)}
        <th scope="col"><span class="unseen">${takeOut}</span></th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row, index) =>
          html`<tr>
            ${cells(row, index).map((cell, at) => html`<td data-column="${columns[at]?.[language]}">${cell}</td>`)}
            <td>
              <button
                class="plain"
                formaction="/setup/people/remove"
                name="chosen"
                value="${list}[${index}]"
                aria-label="${takeOut} ${index + 1}"
              >
                ${takeOut}
              </button>
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function addRow(list: List, label: Text, language: Language): Html {
  return html`<p>
    <button class="small" formaction="/setup/people/add" name="chosen" value="${list}">${label[language]}</button>
  </p>`;
}

const numbered = (label: Text, index: number, language: Language) => `${label[language]} ${index + 1}`;
