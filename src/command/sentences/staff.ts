import { printCommand } from '../print.ts';
import type { Store } from '../../redemption/redemption.ts';
import type { Notice } from '../../desk/notice.ts';
import type { BindingAsked, BindRequestView, HoldersView, MemberView } from '../../desk/staff-views.ts';
import type { HelpRole } from './help.ts';
import { BIND_EXAMPLE, joinParts, moreLine, oneLine, shortName } from './words.ts';

/** Why a binding is not asked for, answered or changed. */
export type BindingProblem =
  /** `near` are the stores whose names come close; it may be empty. */
  | { readonly kind: 'unknown-store'; readonly near: readonly Store[] }
  | { readonly kind: 'ambiguous-store'; readonly stores: readonly Store[] }
  /** The person who asks is bound already. */
  | { readonly kind: 'bound-already'; readonly store: Store; readonly role?: HelpRole }
  | { readonly kind: 'answered-already'; readonly number: number; readonly agreed: boolean; readonly by: string }
  | {
      readonly kind:
        | ('too-many-requests' | 'nobody-to-ask' | 'no-such-request' | 'request-lapsed' | 'request-replaced')
        | ('request-in-hand' | 'not-bound' | 'elsewhere' | 'admin-entry' | 'last-manager');
    }
  /** It is so already. */
  | { readonly kind: 'unchanged'; readonly member: MemberView }
  /** The mapping is broken by hand at the moment, or could not be written. */
  | { readonly kind: 'mapping-broken'; readonly role?: HelpRole };

const ROLES: Readonly<Record<MemberView['role'], string>> = { staff: '店员', manager: '店长', admin: '管理员' };
const MAX_STORES = 8;
const MAX_HOLDERS = 3;
const HOW_TO_BIND = `先绑定自己：${BIND_EXAMPLE}`;

/** The answer to `我`. */
export function me(member: MemberView): string {
  const { user, name, store } = member;
  return [
    joinParts([shortName(name), employee(member), ROLES[member.role]], '，'),
    `${shortName(store.name)}（${oneLine(store.code)}）`,
    `账号：${user}`,
  ].join('\n');
}

/** The answer to every command but a redemption for somebody whom the mapping does not know. */
export function notBound(user: string): string {
  return `您的账号未绑定\n账号：${user}\n申请请发：绑定 工号 门店 姓名\n例：${BIND_EXAMPLE}`;
}

/** The answer to `我` for an admin who is in no store. */
export function meWithoutStore(user: string): string {
  return `${ROLES.admin}（所有门店），没有绑定门店，不能核销\n账号：${user}\n${HOW_TO_BIND}`;
}

/** For an admin who is in no store and wants to redeem. */
export function adminWithoutStore(user: string): string {
  return `未提交：您是管理员，但账号未绑定门店，不能核销。\n账号：${user}\n${HOW_TO_BIND}`;
}

/** As much of a list as is shown; `more` is how many there are besides. */
interface Shown<T> {
  readonly list: readonly T[];
  readonly more: number;
}

/** The answer to `员工`; `open` are those who wait to be bound. */
export function staffList(
  list: readonly MemberView[],
  more: number,
  open: Shown<BindRequestView & { readonly holders?: HoldersView }> = { list: [], more: 0 },
): string {
  if (list.length + open.list.length === 0) return '还没有员工。';
  return joinParts(
    [
      ...open.list.map(({ holders, ...request }) =>
        joinParts([`待答复的${requestWords(request)}，${request.user}`, holdersWords(holders)], '\n'),
      ),
      moreLine(open.more, '个申请没答复'),
      `共 ${list.length + more} 人`,
      ...list.map((member) =>
        joinParts(
          [shortName(member.name), employee(member), ROLES[member.role], shortName(member.store.name), member.user],
          ' ',
        ),
      ),
      moreLine(more, '人'),
    ],
    '\n',
  );
}

/** To the person who asked: most channels bring it to a manager only with the manager's own next message. */
export function bindRequested({ number, store }: BindRequestView, whom: 'manager' | 'admin' = 'manager'): string {
  return `申请 ${number} 已记下，请告诉${ROLES[whom]}给机器人发「${printCommand({ kind: 'agree', number })}」。\n门店：${shortName(store.name)}`;
}

/** To the managers: who asks, and how to answer. */
export function bindingAsked({ request, holders }: BindingAsked): string {
  const { number, user } = request;
  const [yes, no] = (['agree', 'reject'] as const).map((kind) => printCommand({ kind, number }));
  const answer = `回「${yes ?? ''}」或「${no ?? ''}」，请先核实是本人`;
  return joinParts([requestWords(request), `账号：${user}`, holdersWords(holders), answer], '\n');
}

/** To the person who asked. */
export function bindingAnswered({ agreed, request, by }: Extract<Notice, { kind: 'binding-answered' }>): string {
  if (!agreed) return `申请 ${request.number} 没有通过（${shortName(by)}），有疑问请找店长。`;
  return `绑定好了（${shortName(by)}同意），${joinParts([shortName(request.store.name), employee(request)], '，')}，可以核销了。`;
}

/** To the manager who answered; `bound` is how somebody who was rejected is bound all the same. */
export function bindAnswerDone(
  agreed: boolean,
  { number, name, user }: BindRequestView,
  { holders, bound = null }: { readonly holders?: HoldersView; readonly bound?: MemberView | null } = {},
): string {
  const undo = printCommand({ kind: 'unbind', user });
  const asked = joinParts([name === null ? null : shortName(name), user], '，');
  return joinParts(
    [
      `${agreed ? '已同意' : '已拒绝'}申请 ${number}：${asked}`,
      agreed ? holdersWords(holders) : null,
      bound === null ? null : `这个账号另外已经绑定了：${memberWords(bound)}，不要的话请发「${undo}」`,
    ],
    '\n',
  );
}

/** To the manager who bound somebody directly; `changed` when the person was bound before. */
export function bindDone(member: MemberView, changed: boolean, holders?: HoldersView): string {
  return joinParts(
    [`${changed ? '已改' : '已绑定'}：${memberWords(member)}`, `账号：${member.user}`, holdersWords(holders)],
    '\n',
  );
}

/** To a person whom a manager has bound. */
export function boundBy({ member, by }: Extract<Notice, { kind: 'bound-by' }>): string {
  return `绑定好了（${shortName(by)}办的），${joinParts([shortName(member.store.name), employee(member)], '，')}，可以核销了。`;
}

/** To the manager who unbound somebody. */
export function unbindDone({ name, user }: Pick<MemberView, 'name' | 'user'>): string {
  return `已解绑：${shortName(name)}\n账号：${user}`;
}

export function bindingProblem(problem: BindingProblem): string {
  switch (problem.kind) {
    case 'unknown-store':
      return joinParts(['没有这家门店。', storeChoice('是不是：', problem.near)], '\n');
    case 'ambiguous-store':
      return joinParts(['有几家门店叫这个名，请写编号：', storeChoice('', problem.stores)], '\n');
    case 'bound-already':
      return `您已经绑定在${shortName(problem.store.name)}，${problem.role === 'manager' ? '换门店请找管理员' : '要改请找店长'}。`;
    case 'answered-already':
      return `申请 ${problem.number} 已经由${shortName(problem.by)}${problem.agreed ? '同意' : '拒绝'}了。`;
    case 'too-many-requests':
      return '申请太多，请等店长答复后再发。';
    case 'nobody-to-ask':
      return '这家门店还没有店长，也没有管理员可以答复，请找管机器人的人把您加进 mapping.json。';
    case 'no-such-request':
      return '没有这个编号的申请，发「员工」看等答复的。';
    case 'not-bound':
      return '这个账号没有绑定，发「员工」看有哪些账号。';
    case 'request-lapsed':
      return '这个申请已经过期，请对方重新申请。';
    case 'request-replaced':
      return '这个申请已经作废，对方后来又发了新的。';
    case 'request-in-hand':
      return '这个申请正在办，请过一分钟再看。';
    case 'elsewhere':
      return '这个账号绑定在别的门店，您改不了，请找那家门店的店长或管理员。';
    case 'admin-entry':
      return '这个账号是管理员，只有管理员能改。';
    case 'last-manager':
      return '这是门店的最后一位店长，不能解绑或改掉。';
    case 'unchanged':
      return `已经是这样，没有改动：${memberWords(problem.member)}`;
    case 'mapping-broken':
      return `名单暂时改不了，没有改动，${problem.role === 'admin' ? '请检查' : '请管理员检查'} mapping.json。`;
  }
}

/** To managers, who see by it whether the id is a slip. */
function holdersWords(holders: HoldersView | undefined): string | null {
  if (holders === undefined) return null;
  const { employeeId, known, elsewhere } = holders;
  const names = known.slice(0, MAX_HOLDERS).map(({ name, user }) => `${shortName(name)}（${user}）`);
  const who = joinParts([names.join('、'), known.length > MAX_HOLDERS ? '等人' : null], '');
  if (who !== '') return `注意：工号${employeeId}也是${who}的，不是同一个人的话请核对`;
  return elsewhere ? `注意：工号${employeeId}别的门店也有人在用，请核对` : null;
}

function memberWords(member: MemberView): string {
  return joinParts([shortName(member.name), employee(member), shortName(member.store.name)], '，');
}

function requestWords({ number, name, store, ...request }: Omit<BindRequestView, 'user'>): string {
  const facts = [name === null ? null : shortName(name), employee(request), shortName(store.name)];
  return `申请 ${number}：${joinParts(facts, '，')}`;
}

function storeChoice(before: string, stores: readonly Store[]): string | null {
  if (stores.length === 0) return null;
  const shown = stores.slice(0, MAX_STORES).map(({ code, name }) => `${shortName(name)}（${oneLine(code)}）`);
  return joinParts([before + shown.join('、'), moreLine(stores.length - MAX_STORES, '家')], '，');
}

function employee({ employeeId }: Pick<MemberView, 'employeeId'>): string | null {
  return employeeId === null ? null : `工号${employeeId}`;
}
