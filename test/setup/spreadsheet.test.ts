import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSheet } from '../../src/setup/spreadsheet.ts';

const read = (text: string, stores: { code: string; name: string }[] = []) =>
  readSheet(text, { platform: 'wecom', stores });
const rows = (...lines: string[][]) => lines.map((cells) => cells.join('\t')).join('\n');

const PEOPLE_RENMIN = { code: 'EW_N2949193145', name: '人民路店' };
const ZHANG = { user: 'wecom:zhangsan', name: '张三', employeeId: 11, store: 'EW_N2949193145', role: 'manager' };
const LI = { user: 'wecom:lisi', name: '李四', employeeId: 12, store: 'EW_N2949193145', role: 'staff' };

describe('columns', () => {
  test.each([
    [
      'Chinese headings',
      rows(
        ['门店编号', '门店名称', '姓名', '员工编号', '账号', '角色'],
        ['EW_N2949193145', '人民路店', '张三', '11', 'zhangsan', '店长'],
        ['EW_N2949193145', '人民路店', '李四', '12', 'lisi', '店员'],
      ),
    ],
    [
      'another order, other words and a title above',
      rows(
        ['2026 年员工花名册', '', '', '', '', ''],
        ['工号', '岗位', '企业微信账号', '员工姓名', '所属门店', '店号（必填）'],
        ['11', '店长', 'zhangsan', '张三', '人民路店', 'EW_N2949193145'],
        ['12', '导购', 'lisi', '李四', '人民路店', 'EW_N2949193145'],
      ),
    ],
    [
      'English headings',
      rows(
        ['Store Code', 'Store Name', 'Name', 'Employee ID', 'User ID', 'Role'],
        ['EW_N2949193145', '人民路店', '张三', '11', 'wecom:zhangsan', 'Manager'],
        ['EW_N2949193145', '人民路店', '李四', '12', 'lisi', 'staff'],
      ),
    ],
    [
      'no headings',
      rows(
        ['人民路店', 'EW_N2949193145', '张三', '11', 'zhangsan', '店长'],
        ['人民路店', 'EW_N2949193145', '李四', '12', 'lisi', ''],
      ),
    ],
    [
      'CSV with quotes',
      '门店编号,门店名称,姓名,员工编号,账号,角色\r\n"EW_N2949193145","人民路店",张三,"11",zhangsan,店长\r\nEW_N2949193145,人民路店,李四,12,lisi,店员\r\n',
    ],
    [
      'semicolons',
      '\uFEFF门店编号;门店名称;姓名;员工编号;账号;角色\nEW_N2949193145;人民路店;张三;11;zhangsan;店长\nEW_N2949193145;人民路店;李四;12;lisi;店员',
    ],
    [
      'full-width commas',
      '门店编号，门店名称，姓名，员工编号，账号，角色\nEW_N2949193145，人民路店，张三，１１，zhangsan，店长\nEW_N2949193145，人民路店，李四，12，lisi，店员',
    ],
    [
      'a code and a name in one cell',
      rows(
        ['门店', '姓名', '工号', '账号', '角色'],
        ['人民路店（EW_N2949193145）', '张三', '11', 'zhangsan', '店长'],
        ['人民路店（EW_N2949193145）', '李四', '12', 'lisi', '店员'],
      ),
    ],
    [
      'two tables, one below the other',
      rows(
        ['门店编号', '门店名称'],
        ['EW_N2949193145', '人民路店'],
        ['', ''],
        ['姓名', '账号', '工号', '门店', '角色'],
        ['张三', 'zhangsan', '11', '人民路店', '店长'],
        ['李四', 'lisi', '12', '人民路店', '店员'],
      ),
    ],
  ])('%s', (_, text) => {
    const { stores, staff, problems } = read(text);
    expect(problems).toEqual([]);
    expect(stores).toMatchObject([PEOPLE_RENMIN]);
    expect(staff).toMatchObject([ZHANG, LI]);
    expect(staff).toHaveLength(2);
  });

  test('a list of stores alone, by any heading', () => {
    for (const heading of ['门店编号\t门店名称', 'code\tname', '编号\t店名', '商户号\t店铺'])
      expect(read(`${heading}\nEW_N2949193145\t人民路店`).stores).toMatchObject([PEOPLE_RENMIN]);
    expect(read('EW_N2949193145\t人民路店').stores).toMatchObject([PEOPLE_RENMIN]);
    expect(read('EW_N2949193145 人民路店\nEW_N2949193146 解放路店').stores).toHaveLength(2);
  });

  test('a column that nothing asks for is named', () => {
    const { notes, problems } = read('姓名\t账号\t手机\n张三\tzhangsan\t13800000000', [PEOPLE_RENMIN]);
    expect(problems).toEqual([]);
    expect(notes[0]?.zh).toContain('手机');
  });
});

test('merged cells: a store that stands only in the first of its rows is carried down, and that is said', () => {
  const { stores, staff, notes, problems } = read(
    rows(
      ['门店编号', '门店名称', '姓名', '账号'],
      ['EW_N2949193145', '人民路店', '张三', 'zhangsan'],
      ['', '', '李四', 'lisi'],
      ['', '', '', ''],
      ['EW_N2949193146', '解放路店', '王五', 'wangwu'],
      ['', '', '赵六', 'zhaoliu'],
    ),
  );
  expect(problems).toEqual([]);
  expect(stores).toHaveLength(2);
  expect(staff.map(({ name, store, row }) => [name, store, row])).toEqual([
    ['张三', 'EW_N2949193145', 2],
    ['李四', 'EW_N2949193145', 3],
    ['王五', 'EW_N2949193146', 5],
    ['赵六', 'EW_N2949193146', 6],
  ]);
  expect(notes.map(({ zh }) => zh).join()).toContain('第 3、6 行没有写门店');
});

test.each([
  ['11', 11],
  ['11.0', 11],
  [' 1 1 ', 11],
  ['１１', 11],
  ["'0011", 11],
  ['\u200b11\u200b', 11],
  ['1,011', 1011],
  ['11号', 11],
  ['-', null],
])('an employee id that stands there as %j is %j', (cell, employeeId) => {
  const { staff, problems } = read(rows(['姓名', '账号', '工号'], ['张三', 'zhangsan', cell]));
  expect(problems).toEqual([]);
  expect(staff).toMatchObject([{ employeeId }]);
});

test.each([
  ['工号', '十一', 'whole number'],
  ['工号', '1.2E+15', 'shortened'],
  ['角色', '吉祥物', 'not known'],
  ['账号', '张三 李四', 'one person'],
  ['账号', '@all', 'one person'],
  ['门店', '不存在店', 'not known'],
])('%s %s is a problem with its row and column, and the rest of the row is read', (heading, cell, says) => {
  const headings = ['姓名', '账号', '工号', '角色', '门店'];
  const good = ['张三', 'zhangsan', '11', '店员', 'EW_N2949193145'];
  const column = headings.indexOf(heading);
  const { staff, problems } = read(rows(headings, good.with(column, cell)), [PEOPLE_RENMIN]);
  expect(problems).toMatchObject([{ row: 2, column: column + 1, cell }]);
  expect(problems[0]?.message.en).toContain(says);
  expect(staff).toMatchObject([{ name: '张三' }]);
});

test('a person without an account is kept, and said', () => {
  const { staff, problems } = read(rows(['姓名', '账号'], ['张三', '']));
  expect(staff).toMatchObject([{ name: '张三', user: '' }]);
  expect(problems).toMatchObject([{ row: 2 }]);
});

test('a total row and blank rows are no people', () => {
  const { staff, notes, problems } = read(
    rows(['姓名', '账号', '工号'], ['', '', ''], ['张三', 'zhangsan', '11'], ['合计', '', '1'], ['', '', '']),
  );
  expect(staff).toHaveLength(1);
  expect(problems).toEqual([]);
  expect(notes.map(({ zh }) => zh).join()).toContain('第 4 行「合计 1」');
});

test('a cell with a line break in quotes is one cell, and rows are counted as in the spreadsheet', () => {
  const { staff, problems } = read('姓名\t账号\n"张\n""三"""\tzhangsan\n李四\t!!\n');
  expect(staff).toMatchObject([{ name: '张 "三"' }, { name: '李四' }]);
  expect(problems).toMatchObject([{ row: 3, column: 2 }]);
});

test('the same row twice counts once; the same person with something else is a problem', () => {
  const { staff, notes, problems } = read(
    rows(['姓名', '账号'], ['张三', 'zhangsan'], ['张三', 'zhangsan'], ['张三丰', 'ZhangSan']),
  );
  expect(staff).toHaveLength(2);
  expect(notes).toHaveLength(1);
  expect(problems).toMatchObject([{ row: 4, cell: 'wecom:ZhangSan' }]);
});

test('two names of one store, and one name of two stores, are said', () => {
  expect(read(rows(['门店编号', '门店名称'], ['EW_N1111', '甲店'], ['EW_N1111', '乙店'])).problems).toMatchObject([
    { row: 3, column: 2, cell: '乙店' },
  ]);
  const twice = rows(['门店编号', '门店名称'], ['EW_N1111', '甲店'], ['EW_N2222', '甲店']);
  expect(read(`${twice}\n${rows(['姓名', '账号', '门店'], ['张三', 'zhangsan', '甲店'])}`).problems).toMatchObject([
    { row: 5, column: 3 },
  ]);
});

test('platforms may stand in front of an account, in a column of their own, or be chosen', () => {
  const text = rows(
    ['姓名', '账号', '平台'],
    ['甲', '企业微信：zhangsan', ''],
    ['乙', '001.0', '钉钉'],
    ['丙', 'ou_7d8a6e6d', '飞书'],
  );
  const { staff, problems } = readSheet(text, { platform: null, stores: [] });
  expect(problems).toEqual([]);
  expect(staff.map(({ user }) => user)).toEqual(['wecom:zhangsan', 'dingtalk:001', 'feishu:ou_7d8a6e6d']);
  const unsaid = readSheet('姓名\t账号\n甲\tzhangsan', { platform: null, stores: [] });
  expect(unsaid.problems).toMatchObject([{ row: 2, column: 2 }]);
});

test('people of the only store need not name it', () => {
  expect(read('姓名\t账号\n张三\tzhangsan', [PEOPLE_RENMIN]).staff).toMatchObject([{ store: 'EW_N2949193145' }]);
});

test('a name with mark-up is a name', () => {
  expect(read('姓名\t账号\n<b>张&三</b>\tzhangsan').staff).toMatchObject([{ name: '<b>张&三</b>' }]);
});

test('whatever is pasted, every cell of data is read, or is said', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '',
      '张三',
      'EW_N2949193145',
      '人民路店',
      '11',
      'zhangsan',
      '店长',
      '合计',
      '姓名',
      '账号',
      '"',
      '""',
      'a"b',
    ),
    fc.string(),
  );
  const sheet = fc
    .tuple(fc.array(fc.array(cell, { maxLength: 7 }), { maxLength: 8 }), fc.constantFrom('\t', ',', ';', '，'))
    .map(([lines, sign]) => lines.map((cells) => cells.join(sign)).join('\n'));
  fc.assert(
    fc.property(sheet, (text) => {
      const read = readSheet(text, { platform: 'wecom', stores: [] });
      const said = JSON.stringify(read);
      const isUnused = read.notes.some(({ en }) => en.startsWith('These columns'));
      if (!isUnused && /(?:^|[\t,;，\n])张三(?:$|[\t,;，\n])/u.test(text)) expect(said).toContain('张三');
      for (const { row } of [...read.staff, ...read.problems]) expect(row).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
});

test('a thousand rows take no time', () => {
  const people = Array.from({ length: 1000 }, (_, index) => ['EW_N2949193145', `人${index}`, `u${index}`, `${index}`]);
  expect(read(rows(['门店编号', '姓名', '账号', '工号'], ...people)).staff).toHaveLength(1000);
});

describe('tables as they come out of offices', () => {
  const STAFF = [ZHANG.name, LI.name];
  const AT = { code: 'EW_N2949193145', name: '人民路店' };

  test.each([
    [
      'headings in two rows, the upper ones merged across their columns',
      rows(
        ['门店', '', '员工', '', '', ''],
        ['编号', '名称', '姓名', '工号', '账号', '角色'],
        ['EW_N2949193145', '人民路店', '张三', '11', 'zhangsan', '店长'],
        ['EW_N2949193145', '人民路店', '李四', '12', 'lisi', '店员'],
      ),
    ],
    [
      'a heading merged across the code and the name of a store',
      rows(
        ['门店', '', '姓名', '工号', '账号', '角色'],
        ['EW_N2949193145', '人民路店', '张三', '11', 'zhangsan', '店长'],
        ['', '', '李四', '12', 'lisi', '店员'],
      ),
    ],
    [
      'the export of a platform, of whose columns most are not asked for',
      rows(
        ['姓名', '帐号', '别名', '职务', '部门', '性别', '手机', '座机', '个人邮箱', '地址', '激活状态', '工号'],
        ['张三', 'zhangsan', '', '店长', '一部', '男', '13800000000', '', '', '', '已激活', '11'],
        ['李四', 'lisi', '', '店员', '一部', '女', '13900000000', '', '', '', '已激活', '12'],
      ),
    ],
    [
      'a table that is drawn with signs',
      '| 姓名 | 账号 | 工号 | 角色 |\n| --- | :-: | --- | --- |\n| 张三 | zhangsan | 11 | 店长 |\n| 李四 | lisi | 12 | 店员 |\n',
    ],
    [
      'a row whose words are headings elsewhere',
      rows(
        ['姓名', '账号', '工号', '角色', '店员'],
        ['张三', 'zhangsan', '11', '店长', '店员'],
        ['李四', 'lisi', '12', '店员', '员工'],
      ),
    ],
  ])('%s', (_, text) => {
    const { staff, problems } = read(text, [AT]);
    expect(problems).toEqual([]);
    expect(staff.map(({ name }) => name)).toEqual(STAFF);
    expect(staff).toMatchObject([ZHANG, LI]);
  });

  test('a code in lower case or with blanks in it is the vendor’s code, which is said; one that is there already stays as it is', () => {
    const text = '门店编号\t姓名\t账号\new_n2949193145\t张三\tzhangsan\nEW_N2949 193145\t李四\tlisi';
    const { stores, notes, problems } = read(text);
    expect(problems).toEqual([]);
    expect(stores).toMatchObject([{ code: 'EW_N2949193145' }]);
    expect(notes.map(({ zh }) => zh).join()).toContain('第 2、3 行的门店编号');
    expect(read(text, [{ code: 'ew_n2949193145', name: '' }]).stores[0]?.code).toBe('ew_n2949193145');
  });

  test('what cannot be a code is no store, and its row is not of the store above', () => {
    const text = '门店编号\t姓名\t账号\nEW_N2949193145\t张三\tzhangsan\n人民路店\t李四\tlisi';
    const { stores, staff, problems } = read(text);
    expect(stores).toHaveLength(1);
    expect(problems).toMatchObject([{ row: 3, column: 1 }, { row: 3 }]);
    expect(staff[1]?.store).toBe('人民路店');
  });

  test('zeros in front of an employee id mean nothing to the vendor, which is said', () => {
    const { staff, notes } = read('姓名\t账号\t工号\n张三\tzhangsan\t007');
    expect(staff[0]?.employeeId).toBe(7);
    expect(notes[0]?.zh).toContain('007');
  });

  test.each(['13800000000', '+86-13800000000', '男', '2024/1/3', '2024-01-03 08:00'])(
    'without headings %s is not taken for something else',
    (cell) => {
      const { staff, problems } = read(`张三\t${cell}\tzhangsan`);
      expect(staff).toMatchObject([{ name: '张三', employeeId: null, user: 'wecom:zhangsan' }]);
      expect(problems).toMatchObject([{ row: 1, column: 2, cell }]);
    },
  );

  test('an account is of the platform that its heading, its own form or its row names', () => {
    const users = (text: string) => read(text).staff.map(({ user }) => user);
    expect(users('姓名\t钉钉账号\n张三\t0123')).toEqual(['dingtalk:0123']);
    expect(users('姓名\t账号\n张三\tou_7d8a6e6df7621556ce0d21922b676706')).toEqual([
      'feishu:ou_7d8a6e6df7621556ce0d21922b676706',
    ]);
    expect(users('姓名\t账号\t平台\n张三\tzhangsan\t飞书')).toEqual(['feishu:zhangsan']);
    expect(read('姓名\t账号\t平台\n张三\tzhangsan\tQQ').problems).toMatchObject([{ row: 2, column: 3, cell: 'QQ' }]);
  });

  test('a column of numbers that are none is not left out in silence', () => {
    expect(read('No.\t姓名\t账号\nE007\t张三\tzhangsan').problems).toMatchObject([{ row: 2, column: 1, cell: 'E007' }]);
  });

  test('the code of a web page is refused', () => {
    expect(read('<table><tr><td>姓名</td></tr></table>')).toMatchObject({ staff: [], problems: [{ row: 1 }] });
  });
});
