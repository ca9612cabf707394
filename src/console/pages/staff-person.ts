import { seenOf, type Edit, type NotEdited, type Planned, type StaffEdits } from '../../desk/staff-edits.ts';
import { findStore } from '../../desk/stores.ts';
import { formFields } from '../../pages/fields.ts';
import { Fields } from '../../pages/form.ts';
import { html, type Html, type Part } from '../../pages/html.ts';
import type { Place, StaffSnapshot } from '../../redemption/people.ts';
import { isUser } from '../../redemption/user-id.ts';
import type { ConsolePage, Shown, Visit } from '../page.ts';
import { BROKEN, brokenNotice, comparison, hidden, REFUSED, ROLE_WORDS, storeName } from './mapping/words.ts';

const PATH = '/console/staff/person';
const MAX_NAME = 32;
/** So many stores are offered in a list; with more of them a store is typed. */
const OFFERED = 50;
const EMPLOYEE_ID = /^\d{1,15}$/u;

type Problems = readonly { readonly field: string; readonly message: string }[];

export interface StaffPersonParts {
  readonly edits: StaffEdits;
  readonly book: { snapshot(): StaffSnapshot };
}

/** One person's entry: seen, changed after it was shown what that changes, taken out, or made. */
export function createStaffPersonPage({ edits, book }: StaffPersonParts): ConsolePage {
  const page = (main: Html, status = 200): Shown => ({ kind: 'page', main, status });
  const show = (place: Place | null) => placeRows(book.snapshot(), place);

  /** The form with what is known, or what was typed. */
  function form(visit: Visit, typed: Fields, problems: Problems, above: Part, status = 200): Shown {
    const { visitor } = visit;
    const { stores } = book.snapshot();
    const isNew = typed.one('seen') === seenOf(null);
    const user = typed.one('user');
    const fields = formFields({ typed, problems });
    const isAdmin = visitor.who.role === 'admin';
    const main = html`${brokenNotice(edits.isBroken())}${above}${fields.problems('请改一下')}
      <form method="post" action="${PATH}/check" class="fields">
        ${hidden({ token: visitor.formToken, seen: typed.one('seen') })}
        ${
          isNew
            ? fields.text({
                name: 'user',
                label: '账号',
                hint: '平台和账号，例如 wecom:zhangsan；本人给机器人发「我」就能看到',
              })
            : html`${hidden({ user })}
                <p>账号：<span class="account">${user}</span></p>`
        }
        ${fields.text({ name: 'name', label: '姓名', hint: '可以不填，不填就显示账号' })}
        ${fields.text({ name: 'employeeId', label: '工号', hint: '联拓富后台的员工编号，可以不填', inputmode: 'numeric' })}
        ${
          !isAdmin
            ? html`<p>门店：${visitor.who.member?.store.name}</p>`
            : stores.length <= OFFERED
              ? fields.select({
                  name: 'store',
                  label: '门店',
                  options: stores.map(({ code, name }) => ({ value: code, label: name })),
                })
              : fields.text({ name: 'store', label: '门店', hint: '门店编号或完整的名字' })
        }
        ${fields.select({
          name: 'role',
          label: '身份',
          options: [
            { value: 'staff', label: '店员' },
            { value: 'manager', label: '店长' },
          ],
          hint: '店长能管本店的员工、记录和群机器人',
        })}
        <div class="buttons"><button>下一步：看看会改什么</button></div>
      </form>
      ${
        !isNew &&
        html`<form method="post" action="${PATH}/check">
          ${hidden({ token: visitor.formToken, user, seen: typed.one('seen'), remove: '1' })}
          <div class="buttons"><button class="second">解绑这个账号</button></div>
        </form>`
      }
      <p>
        <a href="/console/staff">返回员工</a>
        <a href="/console/staff/changes?user=${encodeURIComponent(user)}">变更记录</a>
      </p>`;
    return { kind: 'page', title: isNew ? '绑定新员工' : '修改员工', main, status };
  }

  /** What was typed, or what is wrong with it. */
  function read({ visitor }: Visit, typed: Fields): Edit | Problems {
    const [user, seen] = [typed.one('user'), typed.one('seen')];
    if (typed.one('remove') === '1') return { user, seen, after: null };
    const problems: { field: string; message: string }[] = [];
    const [name, id, role] = [typed.one('name'), typed.one('employeeId'), typed.one('role')];
    if (!isUser(user)) problems.push({ field: 'user', message: '账号要写成平台和账号，例如 wecom:zhangsan。' });
    if (Array.from(name).length > MAX_NAME) problems.push({ field: 'name', message: `姓名最多${MAX_NAME}个字。` });
    if (id !== '' && !EMPLOYEE_ID.test(id)) problems.push({ field: 'employeeId', message: '工号只能是数字。' });
    const own = visitor.who.role === 'admin' ? typed.one('store') : (visitor.who.member?.store.code ?? '');
    const found = findStore(book.snapshot().stores, own);
    if (found.kind !== 'found')
      problems.push({
        field: 'store',
        message: found.kind === 'ambiguous-store' ? '有几个门店都叫这个名字，请填编号。' : '没有这个门店。',
      });
    if (problems.length > 0 || found.kind !== 'found') return problems;
    return {
      user,
      seen,
      after: {
        name: name === '' ? null : name,
        employeeId: id === '' ? null : Number(id),
        storeCode: found.store.code,
        role: role === 'manager' ? 'manager' : 'staff',
      },
    };
  }

  /** Why it was not made, above the form that still has what was typed. */
  function notMade(visit: Visit, typed: Fields, why: NotEdited): Shown {
    switch (why.kind) {
      case 'refused':
        return form(
          visit,
          typed,
          [{ field: '', message: REFUSED[why.why] }],
          null,
          why.why === 'not-bound' ? 409 : 400,
        );
      case 'unchanged':
        return form(visit, typed, [], told('ok', '现在就是这样，不用改。'));
      case 'mapping-broken':
        return form(visit, typed, [{ field: '', message: BROKEN }], null, 409);
      case 'no-such-change':
        return { kind: 'not-found' };
      case 'stale': {
        const wanted = read(visit, typed);
        const after = 'user' in wanted ? wanted.after : null;
        const rows = compared(show(why.now), show(after));
        const above = html`${told('warn', '您看的时候，别人刚改过这个账号，所以没有保存。您填的还在下面，请核对后再存。')}
        ${comparison(['现在是', '您要改成'], rows)}`;
        return form(visit, typed.with({ seen: seenOf(why.now) }), [], above, 409);
      }
    }
  }

  function preview({ visitor }: Visit, typed: Fields, { user }: Edit, planned: Planned): Shown {
    const { before, after, holders } = planned;
    const kept = Object.fromEntries(typed.names().map((name) => [name, typed.one(name)]));
    const main = html`<p>账号：<span class="account">${user}</span></p>
      ${comparison(['现在', '改成'], compared(show(before), show(after)))}
      ${
        holders !== null &&
        holders.known.length + Number(holders.elsewhere) > 0 &&
        told(
          'warn',
          `工号${holders.employeeId}已有人在用：${holders.known.map(({ name }) => name).join('、')}${holders.elsewhere ? '（还有别的门店的人）' : ''}。请核对，不然核销会记到同一个工号。`,
        )
      }
      ${after === null && told('warn', '解绑后这个账号就不能核销了，以前的记录还在。')}
      ${planned.changesRole && told('warn', '这会改变谁能当店长，需要十分钟内登录过。')}
      <form method="post" action="${PATH}/${planned.changesRole ? 'save-role' : 'save'}">
        ${hidden({ ...kept, token: visitor.formToken })}
        <div class="buttons">
          <button>${after === null ? '确认解绑' : '确认保存'}</button>
          <button class="second" formaction="${PATH}/edit">返回修改</button>
        </div>
      </form>`;
    return { kind: 'page', title: '确认修改', main };
  }

  async function save(visit: Visit, typed: Fields, mayChangeRole: boolean): Promise<Shown> {
    const edit = read(visit, typed);
    if (!('user' in edit)) return form(visit, typed, edit, null, 400);
    // A role goes through the form that asks for a new login.
    const planned = edits.plan(visit.visitor.who, edit);
    if (planned.kind === 'planned' && planned.changesRole && !mayChangeRole) return { kind: 'forbidden' };
    const made = await edits.make(visit.visitor.who, edit);
    if (made.kind !== 'made') return notMade(visit, typed, made);
    return page(
      html`${told('ok', made.after === null ? '已解绑。' : '已保存，马上生效。')}
        ${comparison(['原来', '现在'], compared(show(made.before), show(made.after)))}
        <p>
          <a href="/console/staff">返回员工</a>
          <a href="/console/staff/changes?user=${encodeURIComponent(edit.user)}">变更记录和撤销</a>
        </p>`,
    );
  }

  return {
    path: PATH,
    title: '员工资料',
    nav: null,
    least: 'manager',
    async show(visit) {
      const user = visit.query.get('user');
      const person = user === null ? null : edits.person(visit.visitor.who, user);
      if (user !== null && person === null) return { kind: 'not-found' };
      return form(
        visit,
        new Fields({
          user: person?.user ?? '',
          name: person?.name ?? '',
          employeeId: String(person?.employeeId ?? ''),
          store: person?.storeCode ?? '',
          role: person?.role ?? 'staff',
          seen: seenOf(person),
        }),
        [],
        null,
      );
    },
    actions: {
      check: {
        needsFresh: false,
        async act(visit, typed) {
          const edit = read(visit, typed);
          if (!('user' in edit)) return form(visit, typed, edit, null, 400);
          const planned = edits.plan(visit.visitor.who, edit);
          return planned.kind === 'planned' ? preview(visit, typed, edit, planned) : notMade(visit, typed, planned);
        },
      },
      edit: { needsFresh: false, act: async (visit, typed) => form(visit, typed, [], null) },
      save: { needsFresh: false, act: (visit, typed) => save(visit, typed, false) },
      'save-role': { needsFresh: true, act: (visit, typed) => save(visit, typed, true) },
    },
  };
}

/** A sentence in a coloured box. */
function told(kind: 'ok' | 'warn', sentence: string): Html {
  return html`<div class="notice ${kind}" role="status"><p>${sentence}</p></div>`;
}

/** What a place says, field by field. */
export function placeRows({ stores }: StaffSnapshot, place: Place | null): readonly (readonly [string, string])[] {
  return [
    ['姓名', place === null ? '' : (place.name ?? '没有填')],
    ['工号', place === null ? '' : String(place.employeeId ?? '没有填')],
    ['门店', place === null ? '未绑定' : storeName(stores, place.storeCode)],
    ['身份', place === null ? '' : ROLE_WORDS[place.role]],
  ];
}

function compared(one: ReturnType<typeof placeRows>, other: ReturnType<typeof placeRows>) {
  return one.map(([label, text], at) => ({ label, one: text, other: other[at]?.[1] ?? '' }));
}
