import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../src/log.ts';
import { openLiveMapping, type LiveMapping } from '../../src/mapping/live-mapping.ts';
import { MappingError } from '../../src/mapping/mapping-error.ts';
import { MappingFile } from '../../src/mapping/mapping-file.ts';
import { readAside } from '../../src/mapping/read-aside.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import type { Place } from '../../src/redemption/people.ts';

const POLL_MS = 10;
const PLACE: Place = { name: null, employeeId: null, storeCode: 'EW_1', role: 'staff' };

let dir = '';
let path = '';
let logged = '';
let opened: LiveMapping[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mapping-'));
  path = join(dir, 'mapping.json');
  logged = '';
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((mapping) => mapping.close()));
  rmSync(dir, { recursive: true });
});

describe('at start', () => {
  it('makes an empty mapping where there is none, and says so', async () => {
    path = join(dir, 'new', 'mapping.json');
    const mapping = await open();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ stores: [], staff: [], conversations: [] });
    expect(mapping.status()).toEqual({ ok: true });
    expect(logged).toContain('made an empty one');
  });

  it('refuses a broken file, with the place, and leaves it alone', async () => {
    writeFileSync(path, '{\n  "stores": [}\n');
    await expect(open()).rejects.toThrow(MappingError);
    await expect(open()).rejects.toThrow(`${path}: line 2, column 14: expected a value, found }`);
    expect(readFileSync(path, 'utf8')).toBe('{\n  "stores": [}\n');
  });

  it('refuses what is not a file', async () => {
    path = dir;
    await expect(open()).rejects.toThrow('cannot be read (EISDIR)');
  });

  it('refuses a place where none can be made', async () => {
    writeFileSync(join(dir, 'file'), '');
    path = join(dir, 'file', 'mapping.json');
    await expect(open()).rejects.toThrow(MappingError);
  });
});

describe('a hand edit', () => {
  it('is live without a restart', async () => {
    edit(['zhangsan']);
    const mapping = await open();
    expect(mapping.directory.findStaff('wecom:lisi')).toBeUndefined();
    edit(['zhangsan', 'lisi']);
    await expect.poll(() => mapping.directory.findStaff('wecom:lisi')).toBeDefined();
  });

  it('is live within two seconds at the usual pace', async () => {
    edit(['zhangsan']);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const mapping = await open('as usual');
    const pauses = timers.mock.calls.map(([, ms]) => ms ?? 0);
    timers.mockRestore();
    expect(pauses.length).toBeGreaterThan(0);
    for (const ms of pauses) expect(ms).toBeLessThan(1_000);
    edit(['lisi']);
    await expect.poll(() => mapping.directory.findStaff('wecom:lisi')).toBeDefined();
  });

  it('is noticed when it keeps size and modification time', async () => {
    edit(['aaaa']);
    const { mtime } = statSync(path);
    const mapping = await open();
    edit(['bbbb']);
    utimesSync(path, mtime, mtime);
    await expect.poll(() => mapping.directory.findStaff('wecom:bbbb')).toBeDefined();
  });

  it('is noticed when an editor replaces the file', async () => {
    edit(['zhangsan']);
    const mapping = await open();
    writeFileSync(`${path}~`, textOf(['lisi']));
    renameSync(`${path}~`, path);
    await expect.poll(() => mapping.directory.findStaff('wecom:lisi')).toBeDefined();
  });

  it('that is broken changes nothing, is told with its place, and is forgotten once repaired', async () => {
    edit(['zhangsan']);
    const mapping = await open();
    writeFileSync(path, textOf(['lisi']).replace('"wecom:lisi"', '"lisi"'));
    await expect.poll(() => mapping.status().ok).toBe(false);
    expect(mapping.status()).toHaveProperty('problem', expect.stringMatching(/line 9: staff\[0\]\.user must be/u));
    expect(logged).toMatch(/"level":"error".*staff\[0\]\.user.*last good one stays in force/u);
    expect(mapping.directory.findStaff('wecom:zhangsan')).toBeDefined();

    edit(['lisi']);
    await expect.poll(() => mapping.status()).toEqual({ ok: true });
    expect(mapping.directory.findStaff('wecom:lisi')).toBeDefined();
    expect(mapping.directory.findStaff('wecom:zhangsan')).toBeUndefined();
  });

  it('that is broken and then undone is good again', async () => {
    edit(['zhangsan']);
    const mapping = await open();
    truncateSync(path);
    await expect.poll(() => mapping.status().ok).toBe(false);
    edit(['zhangsan']);
    await expect.poll(() => mapping.status()).toEqual({ ok: true });
  });

  it('that deletes the file changes nothing but the status, until the file is back', async () => {
    edit(['zhangsan']);
    const mapping = await open();
    rmSync(path);
    await expect.poll(() => mapping.status()).toHaveProperty('problem', expect.stringContaining('is gone'));
    expect(mapping.directory.findStaff('wecom:zhangsan')).toBeDefined();
    expect(existsSync(path)).toBe(false);
    edit(['lisi']);
    await expect.poll(() => mapping.directory.findStaff('wecom:lisi')).toBeDefined();
    expect(mapping.status()).toEqual({ ok: true });
  });

  it('is told once, however long it stays broken', async () => {
    edit(['zhangsan']);
    const mapping = await open();
    writeFileSync(path, '{');
    await expect.poll(() => mapping.status().ok).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 10 * POLL_MS));
    expect(logged.match(/mapping is broken/gu)).toHaveLength(1);
  });
});

describe('a file that is not UTF-8', () => {
  const text = textOf(['lisi']).replace('"EW_1"', '"EW_1", "name": "人民路店"');
  // 人民路店 as Notepad saves it where it says ANSI.
  const GBK = Buffer.from([0xc8, 0xcb, 0xc3, 0xf1, 0xc2, 0xb7, 0xb5, 0xea]);
  const [head = '', tail = ''] = text.split('人民路店');
  const inGbk = (room = '') => Buffer.concat([Buffer.from(head), GBK, Buffer.from(tail + room)]);
  const kinds = [
    ['in GBK', inGbk()],
    ['in GBK, and large', inGbk(' '.repeat(400_000))],
    ['in UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['in UTF-16, the other way round', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['with a lone byte', Buffer.concat([Buffer.from(head), Buffer.from([0xff]), Buffer.from(tail)])],
    ['that is cut inside a character', Buffer.from(text).subarray(0, Buffer.byteLength(head) + 2)],
  ] as const;

  it.each(kinds)('%s does not start, and says what to do', async (_what, bytes) => {
    writeFileSync(path, bytes);
    await expect(open()).rejects.toThrow(MappingError);
    await expect(open()).rejects.toThrow(/mapping\.json: line \d+, column \d+: this is .*; save it as UTF-8/u);
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('is refused with the place of what cannot be read', async () => {
    writeFileSync(path, inGbk());
    await expect(open()).rejects.toThrow(`line 4, column ${'      "code": "EW_1", "name": "'.length + 1}`);
  });

  it.each(kinds)('%s changes nothing while it runs, and is never written over', async (_what, bytes) => {
    edit(['zhangsan']);
    const mapping = await open();
    writeFileSync(path, bytes);
    await expect.poll(() => mapping.status()).toHaveProperty('problem', expect.stringContaining('UTF-8'));
    expect(mapping.directory.findStaff('wecom:zhangsan')).toBeDefined();
    await expect(mapping.change(...bind('wangwu'))).rejects.toThrow('save it as UTF-8');
    expect(readFileSync(path)).toEqual(bytes);
    writeFileSync(path, `\uFEFF${text}`);
    await expect.poll(() => mapping.directory.findStaff('wecom:lisi')).toBeDefined();
    await mapping.change(...bind('wangwu'));
    expect(readFileSync(path, 'utf8')).toContain('人民路店');
  });

  it('that looks like the last good one, for a reader that is not strict, is not taken for it', async () => {
    writeFileSync(path, `${head}\uFFFD${tail}`);
    const mapping = await open(60_000);
    const bytes = Buffer.concat([Buffer.from(head), Buffer.from([0xff]), Buffer.from(tail)]);
    let calls = 0;
    const overtaken = mapping.change('wecom:wangwu', () => {
      calls += 1;
      writeFileSync(path, bytes);
      return PLACE;
    });
    await expect(overtaken).rejects.toThrow('save it as UTF-8');
    expect(calls).toBe(1);
    expect(readFileSync(path)).toEqual(bytes);
  });
});

describe('a change by the service', () => {
  it('is live and on disk when it resolves, formatted, with unknown fields kept', async () => {
    writeFileSync(path, '{"note":"ours","stores":[{"code":"EW_1","opened":2019}],"staff":[]}');
    const mapping = await open();
    await mapping.change(...bind('lisi'));
    expect(mapping.directory.findStaff('wecom:lisi')).toBeDefined();
    const entry = ['    {', '      "user": "wecom:lisi",', '      "store": "EW_1",', '      "role": "staff"', '    }'];
    expect(readFileSync(path, 'utf8')).toBe(
      `{"note":"ours","stores":[{"code":"EW_1","opened":2019}],"staff":[\n${entry.join('\n')}\n  ]}`,
    );
    expect(readdirSync(dir)).toEqual(['mapping.json']);
  });

  it('is made on top of a hand edit that was not even noticed yet', async () => {
    edit(['zhangsan']);
    const mapping = await open(60_000);
    edit(['zhangsan', 'byhand']);
    await mapping.change(...bind('lisi'));
    expect(usersOnDisk()).toEqual(['zhangsan', 'byhand', 'lisi']);
    expect(mapping.directory.findStaff('wecom:byhand')).toBeDefined();
  });

  it('is made again on top of a hand edit that comes in between', async () => {
    edit(['zhangsan']);
    const mapping = await open(60_000);
    let calls = 0;
    await mapping.change('wecom:lisi', () => {
      calls += 1;
      if (calls === 1) edit(['zhangsan', 'byhand']);
      return PLACE;
    });
    expect(calls).toBe(2);
    expect(usersOnDisk()).toEqual(['zhangsan', 'byhand', 'lisi']);
  });

  it('gives up, without a trace, when hand edits never stop', async () => {
    edit(['zhangsan']);
    const mapping = await open(60_000);
    let calls = 0;
    const overtaken = mapping.change('wecom:lisi', () => {
      calls += 1;
      edit(['zhangsan', `byhand${calls}`]);
      return PLACE;
    });
    await expect(overtaken).rejects.toThrow('edited meanwhile');
    expect(usersOnDisk()).toEqual(['zhangsan', `byhand${calls}`]);
    expect(mapping.directory.findStaff('wecom:lisi')).toBeUndefined();
    expect(readdirSync(dir)).toEqual(['mapping.json']);
  });

  it('waits for a file that is just being written, and refuses one that stays broken', async () => {
    edit(['zhangsan']);
    const mapping = await open(60_000);
    truncateSync(path);
    const patient = mapping.change(...bind('lisi'));
    setTimeout(() => edit(['byhand']), 50);
    await patient;
    expect(usersOnDisk()).toEqual(['byhand', 'lisi']);

    writeFileSync(path, '{ broken');
    await expect(mapping.change(...bind('wangwu'))).rejects.toThrow(MappingError);
    expect(readFileSync(path, 'utf8')).toBe('{ broken');
  });

  it('that would break the mapping, or throws, is refused and leaves everything alone', async () => {
    edit(['zhangsan']);
    const before = readFileSync(path, 'utf8');
    const mapping = await open();
    const inForce = mapping.snapshot();
    const refused: [string, Partial<Place>, string][] = [
      ['wecom:lisi', { storeCode: 'EW_2' }, 'staff[1].store is EW_2, which is not the code of a store'],
      ['wecom:zhangsan', { employeeId: 1.5 }, 'staff[0].employeeId must be a whole number'],
      ['lisi', {}, 'staff[1].user must be wecom:, dingtalk: or feishu: and the id of one person'],
    ];
    for (const [user, place, why] of refused)
      await expect(mapping.change(user, () => ({ ...PLACE, ...place }))).rejects.toThrow(
        `${path}: the change is refused: ${why}`,
      );
    await expect(
      mapping.change('wecom:lisi', () => {
        throw new RangeError('no');
      }),
    ).rejects.toThrow(RangeError);
    await mapping.change('wecom:lisi', () => 'leave');
    await mapping.change('wecom:lisi', () => null);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(mapping.snapshot()).toBe(inForce);
    await mapping.change(...bind('lisi'));
    expect(usersOnDisk()).toEqual(['zhangsan', 'lisi']);
  });

  it('takes its turn: of many at once none is lost, nor a hand edit among them', async () => {
    edit([]);
    const mapping = await open();
    const names = Array.from({ length: 30 }, (_, index) => `u${index}`);
    await Promise.all(names.map((name) => mapping.change(...bind(name))));
    expect(usersOnDisk()).toEqual(names);

    const editor = (async () => {
      for (let index = 0; index < 10; index += 1) {
        // As an editor that reads and saves at once: what the service wrote before is kept by the person too.
        const current = JSON.parse(readFileSync(path, 'utf8')) as Mapping;
        const staff = [...current.staff, { user: `wecom:hand${index}`, store: 'EW_1' }];
        writeFileSync(path, JSON.stringify({ ...current, staff }));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    for (let index = 0; index < 10; index += 1) await mapping.change(...bind(`service${index}`));
    await editor;
    const users = usersOnDisk();
    for (let index = 0; index < 10; index += 1)
      expect(users).toEqual(expect.arrayContaining([`hand${index}`, `service${index}`]));
  });

  it('is for this account alone where all accounts could read the file, and follows no link that lies in its way', async () => {
    edit([]);
    chmodSync(path, 0o644);
    const elsewhere = join(dir, 'elsewhere');
    writeFileSync(elsewhere, 'precious');
    symlinkSync(elsewhere, join(dir, '.mapping.json.tmp'));
    const mapping = await open();
    await mapping.change(...bind('lisi'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
  });

  it('keeps the permissions of the file, and a link a link', async () => {
    const target = join(dir, 'elsewhere.json');
    writeFileSync(target, textOf([]));
    chmodSync(target, 0o640);
    symlinkSync(target, path);
    const mapping = await open();
    await mapping.change(...bind('lisi'));
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(readFileSync(target, 'utf8')).toContain('wecom:lisi');
  });
});

async function open(pollMs: number | 'as usual' = POLL_MS): Promise<LiveMapping> {
  const log = createLog({ level: 'info', destination: { write: (line) => void (logged += line) } });
  const mapping = await openLiveMapping(new MappingFile(path), { log, ...(pollMs !== 'as usual' && { pollMs }) });
  opened.push(mapping);
  return mapping;
}

function textOf(users: readonly string[]): string {
  const staff = users.map((user) => ({ user: `wecom:${user}`, store: 'EW_1' }));
  return JSON.stringify({ stores: [{ code: 'EW_1' }], staff }, null, 2);
}

function edit(users: readonly string[]): void {
  writeFileSync(path, textOf(users));
}

function bind(user: string): Parameters<LiveMapping['change']> {
  return [`wecom:${user}`, () => PLACE];
}

function usersOnDisk(): string[] {
  const { staff } = JSON.parse(readFileSync(path, 'utf8')) as Mapping;
  return staff.map(({ user }) => user.replace('wecom:', ''));
}

it('a large file that its thread cannot hand over is refused, and does not keep its reader waiting', async () => {
  const deep = `${'['.repeat(4_000)}${']'.repeat(4_000)}`;
  const text = `{"pad":"${'x'.repeat(300_000)}","stores":[{"note":${deep},"code":"A"}],"staff":[]}`;
  await expect(readAside(Buffer.from(text), 'mapping.json')).rejects.toThrow('could not be taken over');
});
