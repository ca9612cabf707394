import { isUser } from '../../redemption/user-id.ts';
import type { Cell } from './cells.ts';

/** What a column is about; `store`: the code or the name of a store. */
export type Kind =
  | 'storeCode'
  | 'storeName'
  | 'store'
  | 'name'
  | 'employeeId'
  | 'user'
  | 'role'
  | 'platform'
  | 'number'
  /** It has a heading, and nothing here asks for it. */
  | 'other';

/** By the words of their headings, without blanks and signs and in lower case. */
const HEADINGS: Readonly<Record<Exclude<Kind, 'other'>, readonly string[]>> = {
  storeCode:
    '门店编号 门店编码 门店代码 门店号 门店id 店铺编号 店铺编码 店铺代码 店铺id 商户编号 商户编码 商户号 商户代码 店编号 店编码 店号 网点编号 网点编码 storecode storeid storeno storenumber shopcode shopid shopno merchantcode merchantid merchantno branchcode branchid code'.split(
      ' ',
    ),
  storeName:
    '门店名称 门店名 门店全称 店名 店铺名称 店铺名 商户名称 商户名 网点名称 storename shopname branchname merchantname'.split(
      ' ',
    ),
  store:
    '门店 所属门店 所在门店 归属门店 工作门店 店 店铺 所属店铺 所在店铺 分店 网点 商户 store shop branch merchant'.split(
      ' ',
    ),
  name: '姓名 员工姓名 店员姓名 名字 员工 员工名称 员工名 店员 人员 人员姓名 真实姓名 成员姓名 name staff staffname employee employeename fullname person'.split(
    ' ',
  ),
  employeeId:
    '员工编号 员工编码 员工号 员工id 员工代码 店员编号 人员编号 工号 核销员编号 核销员id 编号 employeeid employeeno employeenumber employeecode staffid staffno staffnumber jobnumber jobno'.split(
      ' ',
    ),
  user: '账号 帐号 账户 成员账号 用户账号 用户 用户id 成员id 企业微信账号 企微账号 微信账号 企业微信id 企微id 企业微信userid 钉钉账号 钉钉id 钉钉userid 飞书账号 飞书id 飞书openid openid 员工userid 成员userid 用户userid 员工账号 userid user username account login'.split(
    ' ',
  ),
  role: '角色 职位 岗位 职务 身份 权限 职级 是否店长 店长 role position title job ismanager manager'.split(' '),
  platform: '平台 聊天平台 platform'.split(' '),
  number: '序号 序 行号 no # index 号'.split(' '),
};

const KINDS = new Map(
  Object.entries(HEADINGS).flatMap(([kind, words]) => words.map((word) => [word, kind as Kind] as const)),
);

export const MANAGER =
  /^(?:店长|副店长|经理|店经理|门店经理|管理员|主管|负责人|老板|manager|storemanager|admin|owner|leader|supervisor|是|y|yes|true|√|✓|✔)$/iu;
export const STAFF =
  /^(?:|店员|员工|普通员工|导购|收银|收银员|服务员|店助|核销员|staff|employee|clerk|member|cashier|否|n|no|false|-|—|x|×)$/iu;
const OF_STORES: ReadonlySet<Kind> = new Set(['store', 'storeCode', 'storeName']);
const CODE = /^[A-Za-z]{1,6}[_-]?[A-Za-z]{0,4}\d{4,}$/u;

/** What a heading says; null: it is none that is known. */
function kindOf(text: string): Kind | null {
  const bare = text
    .toLowerCase()
    .replace(/\([^()]*\)/gu, '')
    .replace(/[^\p{L}\p{N}#]/gu, '')
    .replaceAll('帐', '账');
  return (
    KINDS.get(bare) ?? KINDS.get(bare.replace(/^(?:必填|选填)|(?:必填|选填|可选|optional|required)$/gu, '')) ?? null
  );
}

/**
 * The columns where a row is one of headings, null for one without; null: it is a row of data. `above`: the row above it where
 * that has headings for several columns at once, such as 门店 above 编号 and 名称.
 */
export function headingsIn(row: readonly Cell[], above: readonly Cell[] = []): readonly (Kind | null)[] | null {
  const groups = carriedRight(above);
  const kinds = row.map(({ text }, column) =>
    text === '' ? null : (kindOf(`${groups[column] ?? ''}${text}`) ?? kindOf(text)),
  );
  const known = kinds.filter((kind) => kind !== null);
  // A row of data may have such words too: 店员 and 店长 are roles as well.
  const certain = row.filter(({ text }, column) => kinds[column] !== null && !MANAGER.test(text) && !STAFF.test(text));
  const filled = row.filter(({ text }) => text !== '').length;
  const isOne =
    certain.length >= 2 ||
    (certain.length === 1 && (filled === 1 || (known.length >= 2 && known.length * 2 >= filled)));
  if (!isOne || row.some(({ text }) => CODE.test(text) || isUser(text))) return null;
  const columns = settled(kinds.map((kind) => kind ?? 'other'));
  return columns.map((kind, column) => (row[column]?.text === '' ? null : kind));
}

/** The texts of a row in which cells have been merged across columns. */
function carriedRight(row: readonly Cell[]): string[] {
  let last = '';
  return row.map(({ text }) => (last = text === '' ? last : text.replace(/(?:信息|资料|情况)$/u, '')));
}

/** A heading above two columns of which one holds the codes of stores: the other one has their names. `rows`: those below it. */
export function acrossTwo(
  kinds: readonly (Kind | null)[],
  rows: readonly (readonly Cell[])[],
): readonly (Kind | null)[] {
  const left = kinds.findIndex((kind, column) => kind !== null && OF_STORES.has(kind) && kinds[column + 1] === null);
  const others = kinds.filter((kind, column) => column !== left && kind !== null && OF_STORES.has(kind));
  if (left < 0 || others.length > 0) return kinds;
  const codesIn = (column: number) => rows.filter((row) => isCode(row[column]?.text ?? '')).length;
  const [before, behind] = [codesIn(left), codesIn(left + 1)];
  if (before === behind) return kinds;
  const both: readonly Kind[] = before > behind ? ['storeCode', 'storeName'] : ['storeName', 'storeCode'];
  return kinds.toSpliced(left, 2, ...both);
}

/** What some words mean is seen from their neighbours only; of two columns of one kind the first one counts. */
function settled(kinds: readonly Kind[]): readonly Kind[] {
  const has = (kind: Kind) => kinds.includes(kind);
  const isOfPeople = has('user') || has('role') || (has('employeeId') && has('name'));
  const meant = kinds.map((kind): Kind => {
    if (isOfPeople) return kind;
    if (kind === 'name' && has('storeCode') && !has('storeName') && !has('store')) return 'storeName';
    return kind === 'employeeId' && !has('storeCode') && !has('name') ? 'storeCode' : kind;
  });
  return meant.map((kind, index) => (meant.indexOf(kind) < index ? 'other' : kind));
}

/** The columns of rows without headings, by what stands in them. */
export function guessColumns(rows: readonly (readonly Cell[])[]): readonly Kind[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const seen = Array.from({ length: width }, (_, column) => {
    const counts = new Map<Kind, number>();
    for (const row of rows) {
      const kind = looksLike(row[column]?.text ?? '');
      if (kind !== null) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return counts;
  });
  const kinds: Kind[] = Array.from({ length: width }, () => 'other');
  const free = new Set(seen.keys());
  const votes = seen
    .flatMap((counts, column) => [...counts].map(([kind, count]) => ({ column, kind, count })))
    .toSorted((a, b) => b.count - a.count || a.column - b.column);
  for (const { column, kind } of votes) {
    if (!free.has(column) || kinds.includes(kind)) continue;
    kinds[column] = kind;
    free.delete(column);
  }
  return withoutNumbers(kinds, rows);
}

function looksLike(text: string): Kind | null {
  if (text === '') return null;
  if (isUser(text) || /^ou_/u.test(text)) return 'user';
  // A phone, a date, a sum, the sex: nothing here asks for them.
  if (/^(?:\+?86)?1[3-9]\d{9}$/u.test(text) || /^[男女]性?$/u.test(text)) return null;
  if (/^\d+(?:\.0+)?$/u.test(text)) return 'employeeId';
  if (/^[\d+]/u.test(text)) return null;
  if (CODE.test(text)) return 'storeCode';
  if (/^[A-Za-z][\w.@-]*$/u.test(text)) return MANAGER.test(text) || STAFF.test(text) ? 'role' : 'user';
  if (MANAGER.test(text) || STAFF.test(text)) return 'role';
  return /[店路街馆部城厅院场]|中心|广场/u.test(text) ? 'storeName' : 'name';
}

/** A first column that counts the rows holds no employee ids where another column could. */
function withoutNumbers(kinds: readonly Kind[], rows: readonly (readonly Cell[])[]): readonly Kind[] {
  const counts = rows.length > 1 && rows.every((row, index) => row[0]?.text === String(index + 1));
  const other = kinds.findIndex(
    (kind, column) =>
      column > 0 && kind === 'other' && rows.some((row) => looksLike(row[column]?.text ?? '') === 'employeeId'),
  );
  if (!counts || kinds[0] !== 'employeeId' || other < 0) return kinds;
  return kinds.map((kind, column) => (column === 0 ? 'number' : column === other ? 'employeeId' : kind));
}

/** Whether this can be a store's code. */
export const isCode = (text: string): boolean => CODE.test(text);

/** A code and a name in one cell, such as `人民路店(EW_N2949193145)`. */
export function codeAndName(text: string): { readonly code: string; readonly name: string } | null {
  const words = text.split(/[\s()[\]/,，:-]+/u).filter((word) => word !== '');
  const code = words.find(isCode);
  if (code === undefined) return null;
  return { code, name: words.filter((word) => word !== code).join(' ') };
}
