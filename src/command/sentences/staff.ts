import { printCommand } from '../print.ts';
import type { Store } from '../../redemption/redemption.ts';
import { BIND_EXAMPLE, joinParts, moreLine, oneLine, shortName } from './words.ts';

export interface MemberView {
  /** Platform and id. */
  readonly user: string;
  readonly name: string;
  readonly employeeId: number | null;
  readonly store: Store;
  readonly role: 'staff' | 'manager' | 'admin';
}

/** Somebody who asked to be bound. */
export interface BindRequestView extends Pick<MemberView, 'user' | 'employeeId' | 'store'> {
  readonly number: number;
  readonly name: string | null;
}

/** Why a binding is not asked for, answered or changed. */
export type BindingProblem =
  /** `near` are the stores whose names come close; it may be empty. */
  | { readonly kind: 'unknown-store'; readonly near: readonly Store[] }
  | { readonly kind: 'ambiguous-store'; readonly stores: readonly Store[] }
  /** The person who asks is bound already. */
  | { readonly kind: 'bound-already'; readonly store: Store }
  | { readonly kind: 'answered-already'; readonly number: number; readonly agreed: boolean; readonly by: string }
  | {
      readonly kind:
        | ('too-many-requests' | 'nobody-to-ask' | 'no-such-request' | 'request-lapsed' | 'request-replaced')
        | ('request-in-hand' | 'not-bound' | 'elsewhere' | 'admin-entry' | 'last-manager');
    }
  /** It is so already. */
  | { readonly kind: 'unchanged'; readonly member: MemberView }
  /** The mapping is broken by hand at the moment, or could not be written. */
  | { readonly kind: 'mapping-broken' };

const ROLES: Readonly<Record<MemberView['role'], string>> = { staff: '店员', manager: '店长', admin: '管理员' };
const MAX_STORES = 8;
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
  open: Shown<BindRequestView> = { list: [], more: 0 },
): string {
  if (list.length + open.list.length === 0) return '还没有员工。';
  return joinParts(
    [
      ...open.list.map((request) => `待答复的${requestWords(request)}，${request.user}`),
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
export function bindRequested({ number, store }: BindRequestView): string {
  return `申请 ${number} 已记下，请告诉店长给机器人发「${printCommand({ kind: 'agree', number })}」。\n门店：${shortName(store.name)}`;
}

/** To the managers: who asks, and how to answer. */
export function bindRequest(request: BindRequestView): string {
  const { number, user } = request;
  const [yes, no] = (['agree', 'reject'] as const).map((kind) => printCommand({ kind, number }));
  return [requestWords(request), `账号：${user}`, `回「${yes ?? ''}」或「${no ?? ''}」，请先核实是本人`].join('\n');
}

/** To the person who asked. */
export function bindAnswered(agreed: boolean, request: BindRequestView, by: string): string {
  if (!agreed) return `申请 ${request.number} 没有通过（${shortName(by)}），有疑问请找店长。`;
  return `绑定好了（${shortName(by)}同意），${joinParts([shortName(request.store.name), employee(request)], '，')}，可以核销了。`;
}

/** To the manager who answered. */
export function bindAnswerDone(agreed: boolean, { number, name, user }: BindRequestView): string {
  return `${agreed ? '已同意' : '已拒绝'}申请 ${number}：${joinParts([name === null ? null : shortName(name), user], '，')}`;
}

/** To the manager who bound somebody directly; `changed` when the person was bound before. */
export function bindDone(member: MemberView, changed: boolean): string {
  return `${changed ? '已改' : '已绑定'}：${memberWords(member)}\n账号：${member.user}`;
}

/** To somebody whom a manager has bound. */
export function boundBy(member: MemberView, by: string): string {
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
      return `您已经绑定在${shortName(problem.store.name)}，要改请找店长。`;
    case 'answered-already':
      return `申请 ${problem.number} 已经由${shortName(problem.by)}${problem.agreed ? '同意' : '拒绝'}了。`;
    case 'too-many-requests':
      return '申请太多，请等店长答复后再发。';
    case 'nobody-to-ask':
      return '这家门店还没有店长可以答复，请联系管理员。';
    case 'no-such-request':
      return '没有这个编号的申请。';
    case 'not-bound':
      return '这个账号没有绑定。';
    case 'request-lapsed':
      return '这个申请已经过期，请对方重新申请。';
    case 'request-replaced':
      return '这个申请已经作废，对方后来又发了新的。';
    case 'request-in-hand':
      return '这个申请正在办，请过一分钟再看。';
    case 'elsewhere':
      return '这个账号现在绑定在别的门店，请找管理员。';
    case 'admin-entry':
      return '这个账号是管理员，只有管理员能改。';
    case 'last-manager':
      return '这是门店的最后一位店长，不能解绑或改掉。';
    case 'unchanged':
      return `已经是这样，没有改动：${memberWords(problem.member)}`;
    case 'mapping-broken':
      return '名单暂时改不了，没有改动，请管理员检查 mapping.json。';
  }
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
