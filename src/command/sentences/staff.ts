import { printCommand } from '../print.ts';
import type { Store } from '../../redemption/redemption.ts';
import type { Notice } from '../../desk/notice.ts';
import type { Who } from '../../desk/permissions.ts';
import type {
  Bound,
  NotChanged,
  RequestDecided,
  StaffList,
  StaffResult,
  TypedBinding,
  WaitingRequests,
} from '../../desk/staff-result.ts';
import type { BindingAsked, BindRequestView, HoldersView, MemberView } from '../../desk/staff-views.ts';
import type { Role } from '../../redemption/role.ts';
import {
  actorName,
  HOW_TO_BIND,
  howToBind,
  joinParts,
  moreLine,
  morePages,
  NOTHING_MORE,
  oneLine,
  pageWord,
  ROLE_WORDS as ROLES,
  shortName,
} from './words.ts';

const MAX_STORES = 8;
const MAX_HOLDERS = 3;

/** The answer to `我`. */
export function me({ user, role, member }: Who): string {
  if (role === 'unbound') return stranger(user);
  if (member === undefined) return meWithoutStore(user);
  const { name, store } = member;
  return [
    joinParts([shortName(name), employee(member), ROLES[role]], '，'),
    `${shortName(store.name)}（${oneLine(store.code)}）`,
    `账号：${user}`,
  ].join('\n');
}

/** The answer to everything but a redemption for a person who is not in the mapping. */
export function stranger(user: string, request: number | null = null): string {
  return howToBind(user, request);
}

/** The answer to `我` for an admin who is in no store. */
function meWithoutStore(user: string): string {
  return `${ROLES.admin}（所有门店），账号未绑定门店，不能核销\n账号：${user}\n${HOW_TO_BIND}`;
}

/** To an admin who is in no store and wants to redeem. */
export function adminWithoutStore(user: string): string {
  return `未提交：您是管理员，但账号未绑定门店，不能核销。\n账号：${user}\n${HOW_TO_BIND}`;
}

/** The answer to `员工`. */
export function staffList({ page, people, total, more, requests, moreRequests }: StaffList): string {
  if (people.length + requests.length === 0) return page > 1 ? NOTHING_MORE : '还没有员工。';
  const next = printCommand({ kind: 'staff-list', page: page + 1 });
  return joinParts(
    [
      ...requests.map(({ request, holders }) =>
        joinParts(
          [`待处理：${requestWords(request)}，${request.user}`, holdersWords(holders), howToAnswer(request.number)],
          '\n',
        ),
      ),
      more > 0 ? moreLine(moreRequests, '个申请没处理') : null,
      `共${total}人${pageWord(page)}`,
      ...people.map((member) =>
        joinParts(
          [shortName(member.name), employee(member), ROLES[member.role], shortName(member.store.name), member.user],
          ' ',
        ),
      ),
      morePages(more, '人', next) ?? morePages(moreRequests, '个申请没处理', next),
    ],
    '\n',
  );
}

/** The answer to `同意` or `拒绝` without a number. */
export function waitingRequests({ requests, moreRequests }: WaitingRequests): string {
  if (requests.length === 0) return '没有在等处理的申请。';
  return joinParts(
    [
      '请写上是哪个申请：',
      ...requests.map(({ request, holders }) =>
        joinParts(
          [`${requestWords(request)}，${request.user}`, holdersWords(holders), howToAnswer(request.number)],
          '\n',
        ),
      ),
      moreLine(moreRequests, '个申请没处理'),
    ],
    '\n',
  );
}

function howToAnswer(number: number): string {
  const [yes, no] = (['agree', 'reject'] as const).map((kind) => printCommand({ kind, number }));
  return `回「${yes ?? ''}」或「${no ?? ''}」`;
}

/** To the person who asked: most bots bring it to a manager only with the manager's own next message. */
export function requested({ request, answeredBy }: Extract<StaffResult, { kind: 'requested' }>): string {
  const { number, store } = request;
  return `${number}号申请已收到，请告诉${ROLES[answeredBy]}给机器人发「${printCommand({ kind: 'agree', number })}」。\n门店：${shortName(store.name)}`;
}

/** To the managers: who asks, and how to answer. */
export function bindingAsked({ request, holders }: BindingAsked): string {
  const { number, user } = request;
  const answer = `${howToAnswer(number)}，请先核实是不是本人`;
  return joinParts([requestWords(request), `账号：${user}`, holdersWords(holders), answer], '\n');
}

/** To the person who asked. */
export function bindingAnswered({ agreed, request, by }: Extract<Notice, { kind: 'binding-answered' }>): string {
  if (!agreed) return `${request.number}号申请没有通过（${actorName(by)}），有疑问请找店长。`;
  return `绑定好了（${actorName(by)}同意了）：${joinParts([shortName(request.store.name), employee(request)], '，')}，可以核销了。`;
}

/** To the manager who answered. */
export function requestDecided({ agreed, request, holders, bound }: RequestDecided): string {
  const { number, name, user } = request;
  const undo = printCommand({ kind: 'unbind', user });
  const asked = joinParts([name === null ? null : shortName(name), user], '，');
  return joinParts(
    [
      `${agreed ? '已同意' : '已拒绝'}${number}号申请：${asked}`,
      agreed ? holdersWords(holders) : null,
      bound === null ? null : `这个账号已经另外绑定了：${memberWords(bound)}，不对的话请发「${undo}」`,
    ],
    '\n',
  );
}

/** To the manager who bound a person. */
export function bindDone({ member, changed, holders }: Bound): string {
  return joinParts(
    [`${changed ? '已改为' : '已绑定'}：${memberWords(member)}`, `账号：${member.user}`, holdersWords(holders)],
    '\n',
  );
}

/** To a person that a manager has bound. */
export function boundBy({ member, by }: Extract<Notice, { kind: 'bound-by' }>): string {
  return `绑定好了（${actorName(by)}帮您绑的）：${joinParts([shortName(member.store.name), employee(member)], '，')}，可以核销了。`;
}

/** To the manager who unbound a person. */
export function unbindDone({ name, user }: Extract<StaffResult, { kind: 'unbound' }>): string {
  return `已解绑：${shortName(name)}\n账号：${user}`;
}

/** To the person who wanted the change. */
export function notChanged({ why }: NotChanged, role: Role): string {
  switch (why.kind) {
    case 'unknown-store':
      return joinParts(
        why.near.length === 0
          ? ['没有这家门店。']
          : ['没有这家门店。是不是：', storeChoice(why.near, why.typed, 'name')],
        '\n',
      );
    case 'ambiguous-store':
      return joinParts(['有几家门店都叫这个名字，请写门店编号：', storeChoice(why.stores, why.typed, 'code')], '\n');
    case 'bound-already':
      return `您已经绑定在${shortName(why.store.name)}，${role === 'manager' ? '换门店请找管理员' : '要改请找店长'}。`;
    case 'answered-already':
      return `${why.number}号申请已经由${actorName(why.by)}${why.agreed ? '同意' : '拒绝'}了。`;
    case 'too-many-requests':
      return '申请次数太多了，请等店长处理后再发。';
    case 'no-manager':
      return '这家门店还没有店长，也没有管理员，请找负责机器人的同事把您加进 mapping.json。';
    case 'no-such-request':
      return '没有这个编号的申请，发「员工」看有哪些待处理的。';
    case 'not-bound':
      return '这个账号没有绑定，发「员工」看有哪些账号。';
    case 'request-lapsed':
      return '这个申请已经过期，请对方重新申请。';
    case 'request-replaced':
      return '这个申请已经作废，对方后来重新申请过了。';
    case 'request-in-hand':
      return '这个申请正在处理，请过一分钟再看。';
    case 'elsewhere':
      return '这个账号绑定在别的门店，您改不了，请找那家门店的店长或管理员。';
    case 'admin-entry':
      return '这个账号是管理员，只有管理员能改。';
    case 'last-manager':
      return '这是这家门店最后一位店长，不能解绑，也不能改。';
    case 'unchanged':
      return `本来就是这样，没有改动：${memberWords(why.member)}`;
    case 'mapping-broken':
      return `名单暂时改不了，没有改动，${role === 'admin' ? '请检查' : '请管理员检查'} mapping.json。`;
  }
}

/** To managers, who see by it whether the id is a slip. */
function holdersWords({ employeeId, known, elsewhere }: HoldersView): string | null {
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
  return `${number}号申请：${joinParts(facts, '，')}`;
}

/** The stores, each with the whole line that names it, to be copied. */
function storeChoice(stores: readonly Store[], typed: TypedBinding | null, by: 'name' | 'code'): string {
  const shown = stores.slice(0, MAX_STORES).map((store) => {
    const facts = `${shortName(store.name)}（${oneLine(store.code)}）`;
    return typed === null ? facts : `${facts}：发「${bindingLine(store, typed, by)}」`;
  });
  return joinParts([...shown, moreLine(stores.length - MAX_STORES, '家')], '\n');
}

function bindingLine({ name, code }: Store, { user, ...typed }: TypedBinding, by: 'name' | 'code'): string {
  // A name that would not be read as one word, or as it stands, goes by its code.
  const store = by === 'name' && /^[\p{L}\p{N}]{1,32}$/u.test(name) ? name : oneLine(code);
  const binding = { ...typed, store };
  return printCommand(user === null ? { kind: 'bind-request', ...binding } : { kind: 'bind', user, ...binding });
}

function employee({ employeeId }: Pick<MemberView, 'employeeId'>): string | null {
  return employeeId === null ? null : `工号${employeeId}`;
}
