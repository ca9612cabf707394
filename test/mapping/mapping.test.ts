import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTextError, parseJson } from '../../src/mapping/json-text.ts';
import { MappingError } from '../../src/mapping/mapping-error.ts';
import { unknownFields } from '../../src/mapping/mapping.ts';
import { readMapping } from '../../src/mapping/read-mapping.ts';
import { indexed } from './indexed.ts';

const STORE = { code: 'EW_1', name: '人民路店' };
const OPAQUE = 'woAJ2GCAAAXtWyujaWJHDDGi0mACAAAA';
const ZHANG = { user: 'wecom:zhangsan', name: '张三', employeeId: 11, store: 'EW_1', role: 'staff' };

describe('a mapping', () => {
  it('tells who a user is and which store a conversation books to', () => {
    const directory = directoryOf({
      stores: [STORE],
      staff: [ZHANG],
      conversations: [{ id: 'dingtalk:cidGROUP==', store: 'EW_1' }],
    });
    expect(directory.findStaff('wecom:zhangsan')).toEqual({
      name: '张三',
      employeeId: 11,
      store: STORE,
      role: 'staff',
    });
    expect(directory.findConversationStore('dingtalk:cidGROUP==')).toEqual(STORE);
  });

  it('knows ids only exactly as received', () => {
    const directory = directoryOf({ stores: [STORE], staff: [ZHANG] });
    for (const user of ['dingtalk:zhangsan', 'zhangsan', 'wecom:zhangsan ', '__proto__', ''])
      expect(directory.findStaff(user)).toBeUndefined();
    expect(directory.findConversationStore('constructor')).toBeUndefined();
  });

  it('may leave out names, employee id, role and conversations', () => {
    const directory = directoryOf({
      stores: [{ code: 'EW_1' }],
      staff: [{ user: 'wecom:li', store: 'EW_1', name: ' ' }],
    });
    expect(directory.findStaff('wecom:li')).toEqual({
      name: 'wecom:li',
      employeeId: null,
      store: { code: 'EW_1', name: 'EW_1' },
      role: 'staff',
    });
  });

  it('may begin with a byte order mark', () => {
    expect(readMapping('\uFEFF{"stores":[],"staff":[]}', 'mapping.json')).toEqual({ stores: [], staff: [] });
  });

  it('keeps fields that are not known, in their place, and names them', () => {
    const text = '{"note":1,"stores":[],"staff":[],"x":{}}';
    expect(JSON.stringify(readMapping(text, 'mapping.json'))).toBe(text);
    const mapping = { stores: [STORE], staff: [{ ...ZHANG, employeId: 12 }], $schema: 'x' };
    expect(unknownFields(readMapping(JSON.stringify(mapping), 'm'))).toEqual([
      expect.stringMatching(/^\$schema is not/u),
      expect.stringMatching(/^staff\[0\]\.employeId is not .*employeeId/u),
    ]);
  });

  it('of the example file is good', () => {
    const text = readFileSync('data/mapping.example.json', 'utf8');
    expect(unknownFields(readMapping(text, 'example'))).toEqual([]);
    expect(indexed(text).findStaff('wecom:zhangsan')?.store.name).toBe('人民路店');
  });
});

describe('a broken mapping is refused with the place', () => {
  it.each([
    [{ staff: [{ ...ZHANG, employeeId: '11' }] }, 'staff[0].employeeId must be a whole number without quotes'],
    [{ staff: [{ ...ZHANG, employeeId: 1.5 }] }, 'staff[0].employeeId must be a whole number'],
    [{ staff: [{ ...ZHANG, employeeId: null }] }, 'staff[0].employeeId must be a whole number'],
    [{ staff: [{ ...ZHANG, employeeId: -1 }] }, 'staff[0].employeeId must not be negative'],
    [{ staff: [{ ...ZHANG, role: 'boss' }] }, 'staff[0].role must be "staff" or "manager"'],
    [{ staff: [{ ...ZHANG, user: 'zhangsan' }] }, 'staff[0].user must be wecom:, dingtalk: or feishu:'],
    [{ staff: [{ ...ZHANG, user: 'wecom：zhangsan' }] }, 'staff[0].user must be wecom:, dingtalk: or feishu:'],
    ...[
      ...[
        'wecom:@all',
        'wecom:a|b',
        'wecom:a|b|@all',
        'wecom:＠all',
        'wecom:a｜b',
        'wecom:\u200B@all',
        'wecom:zhang san',
      ],
      ...[
        'wecom:张三',
        'wecom:',
        `wecom:${'a'.repeat(65)}`,
        'dingtalk:@all',
        'dingtalk:a|b',
        'dingtalk:a\u00AD',
        'feishu:@all',
      ],
    ].map((user): [object, string] => [
      { staff: [{ ...ZHANG, user }] },
      'staff[0].user must be wecom:, dingtalk: or feishu: and the id of one person',
    ]),
    ...['wecom:@all', 'wecom:wr1|wr2', 'dingtalk:@cid', 'wecom:wr 1', 'wecom:wr｜1'].map((id): [object, string] => [
      { conversations: [{ id, store: 'EW_1' }] },
      'conversations[0].id must be wecom:, dingtalk: or feishu: and the id of one conversation',
    ]),
    [{ staff: [{ ...ZHANG, user: undefined }] }, 'staff[0].user is missing'],
    [{ staff: [{ ...ZHANG, store: 'EW_2' }] }, 'staff[0].store is EW_2, which is not the code of a store'],
    [{ staff: ['wecom:zhangsan'] }, 'staff[0] must be an object in braces'],
    [{ staff: {} }, 'staff must be a list in square brackets'],
    [{ staff: undefined }, 'staff is missing'],
    [{ stores: [STORE, STORE] }, 'stores[0] and stores[1] are both EW_1'],
    [{ stores: [{ ...STORE, code: '' }] }, 'stores[0].code must not be empty'],
    [{ conversations: [{ id: 'cidX', store: 'EW_1' }] }, 'conversations[0].id must be wecom:, dingtalk: or feishu:'],
    [{ conversations: [{ id: 'wecom:wrX', store: 'EW_9' }] }, 'conversations[0].store is EW_9'],
  ])('%j: %s', (change, message) => {
    const problems = problemsOf(JSON.stringify({ stores: [STORE], staff: [ZHANG], ...change }));
    expect(problems).toEqual([expect.stringContaining(message)]);
  });

  it('names both places of a user who is there twice', () => {
    const other = { ...ZHANG, user: 'wecom:lisi' };
    expect(
      problemsOf(JSON.stringify({ stores: [STORE], staff: [other, ZHANG, { ...other, user: 'wecom:w' }, ZHANG] })),
    ).toEqual(['line 1: staff[1] and staff[3] are both wecom:zhangsan']);
  });

  it('takes a user of WeCom who is there in upper and in lower case for there twice', () => {
    const staff = ['wecom:ZhangSan', 'wecom:lisi', 'wecom:zhangsan'].map((user) => ({ ...ZHANG, user }));
    expect(problemsOf(JSON.stringify({ stores: [STORE], staff }))).toEqual([
      expect.stringMatching(
        /staff\[0\] and staff\[2\] are both wecom:zhangsan, written wecom:ZhangSan and wecom:zhangsan/u,
      ),
    ]);
    const apart = [`wecom:${OPAQUE}`, `wecom:${OPAQUE.toLowerCase()}`, 'dingtalk:Li', 'dingtalk:li'];
    const opaque = apart.map((user) => ({ ...ZHANG, user }));
    expect(() => readMapping(JSON.stringify({ stores: [STORE], staff: opaque }), 'x')).not.toThrow();
  });

  it('finds a user of WeCom ignoring case, an opaque one exactly', () => {
    const staff = ['wecom:ZhangSan', `wecom:${OPAQUE}`, 'wecom:wolf', 'dingtalk:Li'].map((user) => ({
      ...ZHANG,
      user,
    }));
    const directory = indexed(JSON.stringify({ stores: [STORE], staff }));
    const found = (user: string) => directory.findStaff(user) !== undefined;
    for (const user of [
      'wecom:zhangsan',
      'wecom:ZHANGSAN',
      `wecom:${OPAQUE}`,
      'wecom:Wolf',
      'wecom:woLF',
      'dingtalk:Li',
    ])
      expect([user, found(user)]).toEqual([user, true]);
    for (const user of [`wecom:${OPAQUE.toLowerCase()}`, 'dingtalk:li', 'wecom:zhangsan1', 'wecom:wo'])
      expect([user, found(user)]).toEqual([user, false]);
  });

  it('gives the line, also of what is missing', () => {
    const text = JSON.stringify({ stores: [STORE], staff: [ZHANG, { user: 'wecom:lisi', role: 1 }] }, null, 2);
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^line 16: staff\[1\]\.store is missing$/u),
      expect.stringMatching(/^line 18: staff\[1\]\.role must be/u),
    ]);
  });

  it('lists all problems of a short list and the first ones of a long list', () => {
    const staff = Array.from({ length: 100 }, () => ({ ...ZHANG, role: 'boss' }));
    const problems = problemsOf(JSON.stringify({ stores: [STORE], staff }));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('and 80 more');
  });

  it.each([
    ['', 'line 1, column 1: expected a value, found the end of the file'],
    ['{', 'line 1, column 2: expected a name in double quotes, found the end of the file'],
    ['{\n  "stores": [],\n  "staff": [}', 'line 3, column 13: expected a value, found }'],
    ['{\n  "stores": [],\n}', 'line 3, column 1: expected a name in double quotes, found }'],
    ['{"stores": [] "staff": []}', 'line 1, column 15: expected "," or "}", found "'],
    ['{"stores": []， "staff": []}', 'line 1, column 14: expected "," or "}", found ，'],
    ['{“stores”: []}', 'line 1, column 2: expected a name in double quotes, found “'],
    ['{"stores": [], "stores": []}', 'line 1, column 16: "stores" stands twice in one object'],
    ['{"stores": [], // none\n"staff": []}', 'line 1, column 16: expected a name in double quotes, found /'],
    ['{"stores": [{"code": "EW_1\n"}]}', 'line 1, column 22: expected a text that ends on its line'],
    ['{"stores": []}\n]', 'line 2, column 1: expected the end of the file, found ]'],
    ['[]', 'line 1: the file must hold one object in braces'],
  ])('%j', (text, message) => {
    expect(problemsOf(text)).toContainEqual(expect.stringContaining(message));
  });
});

describe('the JSON reader', () => {
  it('reads all that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('agrees with JSON.parse on what is JSON', () => {
    const nearly = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        ' ',
        '\n',
        '0',
        '-',
        '1',
        '.',
        'e',
        'true',
        'null',
        'u',
        'a',
      ),
    );
    fc.assert(
      fc.property(nearly, (parts) => {
        const text = parts.join('');
        const ours = outcomeOf(() => parseJson(text));
        // A name that stands twice is refused by ours alone.
        fc.pre(!String(ours).includes('stands twice'));
        const theirs = outcomeOf(() => JSON.parse(text) as unknown);
        if (theirs instanceof Error) expect(ours).toBeInstanceOf(JsonTextError);
        else expect(ours).toEqual(theirs);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('100,000 staff', () => {
  it('are read, checked and found', () => {
    const stores = Array.from({ length: 1000 }, (_, index) => ({ code: `EW_${index}`, name: `店${index}` }));
    const staff = Array.from({ length: 100_000 }, (_, index) => ({
      user: `wecom:u${index}`,
      store: `EW_${index % 1000}`,
    }));
    const directory = directoryOf({ stores, staff });
    expect(directory.findStaff('wecom:u99999')?.store.name).toBe('店999');
  });
});

function directoryOf(mapping: object) {
  return indexed(JSON.stringify(mapping));
}

function problemsOf(text: string): readonly string[] {
  try {
    readMapping(text, 'mapping.json');
  } catch (error) {
    if (error instanceof MappingError) return error.problems;
    throw error;
  }
  throw new Error('expected to be refused');
}

function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}
