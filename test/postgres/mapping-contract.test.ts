import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { openLiveMapping, type LiveMapping } from '../../src/mapping/live-mapping.ts';
import { MOST_CHANGES } from '../../src/mapping/indexed-mapping.ts';
import { MappingFile } from '../../src/mapping/mapping-file.ts';
import { MappingRow } from '../../src/mapping/mapping-row.ts';
import type { MappingStore } from '../../src/mapping/mapping-store.ts';
import { MappingTable } from '../../src/mapping/mapping-table.ts';
import type { Place } from '../../src/redemption/people.ts';
import { createDatabase } from '../support/databases.ts';

/** Where a mapping is kept, and people edit it. */
interface MappingPlace {
  open(): Promise<MappingStore>;
  text(): Promise<string>;
  edit(text: string): Promise<void>;
  clear(): Promise<void>;
}

const PLACES: Readonly<Record<string, () => Promise<MappingPlace>>> = {
  async 'a file'() {
    const folder = await mkdtemp(join(tmpdir(), 'mapping-'));
    const path = join(folder, 'mapping.json');
    return {
      open: async () => new MappingFile(path),
      text: () => readFile(path, 'utf8'),
      edit: (text) => writeFile(path, text),
      clear: () => rm(folder, { recursive: true }),
    };
  },
  async 'a table'() {
    const url = await createDatabase();
    const table = await MappingTable.open(url);
    return {
      open: async () => new MappingRow(await MappingTable.open(url)),
      text: async () => (await table.read())?.content ?? '',
      edit: (text) => table.replace(text),
      clear: () => table.close(),
    };
  },
};

const LI: Place = { name: '小李', employeeId: 7, storeCode: 'EW_1', role: 'staff' };
const SMALL = `{
  "stores": [{ "code": "EW_1" }, { "code": "EW_2" }],
  "staff": [
    { "user": "wecom:wang",  "store": "EW_1", "since": 2019 },
    { "user": "wecom:Zhao",  "store": "EW_2", "role": "manager" }
  ],
  "told": 12345678901234567890
}
`;

describe.each(Object.keys(PLACES))('a mapping in %s', (name) => {
  let place: MappingPlace;
  let mapping: LiveMapping;
  let logged = '';
  /** What happens between reading and writing. */
  let beforeWrite: () => Promise<void>;

  beforeEach(async () => {
    place = (await PLACES[name]?.()) as MappingPlace;
    logged = '';
    beforeWrite = async () => undefined;
  });
  afterEach(async () => {
    await mapping.close();
    await place.clear();
  });

  async function start(text: string, pollMs = 60_000): Promise<LiveMapping> {
    await place.edit(text);
    const log = createLog({ level: 'info', destination: { write: (line) => void (logged += line) } });
    const store = await place.open();
    const write = store.write.bind(store);
    store.write = async (changed) => {
      await beforeWrite();
      await write(changed);
    };
    mapping = await openLiveMapping(store, { log, pollMs });
    return mapping;
  }

  test('is changed in the one entry that a change is about, and to the byte nowhere else', async () => {
    await start(SMALL);
    await mapping.change('wecom:wang', () => ({ ...LI, name: '老王' }));
    const changed = '{"user":"wecom:wang","store":"EW_1","since":2019,"name":"老王","employeeId":7,"role":"staff"}';
    const withWang = SMALL.replace(/\{ "user": "wecom:wang".*\}/u, changed);
    expect(await place.text()).toBe(withWang);

    await mapping.change('wecom:li', () => LI);
    const added = '{"user":"wecom:li","name":"小李","employeeId":7,"store":"EW_1","role":"staff"}';
    expect(await place.text()).toBe(withWang.replace(/("manager" \})/u, `$1,\n    ${added}`));

    await mapping.change('wecom:li', () => null);
    expect(await place.text()).toBe(withWang);
  });

  test('is in force as it is stored when a change has been made', async () => {
    await start(SMALL);
    await mapping.change('wecom:li', () => LI);
    await mapping.change('wecom:ZHAO', () => null);
    expect(mapping.directory.findStaff('wecom:li')).toMatchObject({ name: '小李', store: { code: 'EW_1' } });
    expect(mapping.directory.findStaff('wecom:zhao')).toBeUndefined();
    expect(mapping.snapshot().people({})).toMatchObject([{ user: 'wecom:wang' }, { user: 'wecom:li' }]);
    const store = await place.open();
    expect((await store.read())?.people({})).toEqual(mapping.snapshot().people({}));
    await store.close();
  });

  test('of a hundred thousand people is not read again for a change', async () => {
    const people = Array.from({ length: 100_000 }, (_, index) => `{"user":"wecom:u${index}","store":"EW_1"}`);
    await start(`{"stores":[{"code":"EW_1"}],"staff":[${people.join(',\n')}]}`);
    const before = await place.text();
    const read = mapping.snapshot().rest;
    await mapping.change('wecom:u50000', () => LI);
    await mapping.change('wecom:u99999', () => null);
    await mapping.change('wecom:li', () => LI);

    expect(mapping.snapshot().rest).toBe(read);
    expect(mapping.snapshot().count({})).toBe(100_000);
    expect(mapping.directory.findStaff('wecom:u50000')).toMatchObject({ name: '小李' });
    expect(mapping.directory.findStaff('wecom:u99998')).toMatchObject({ name: 'wecom:u99998' });
    expect(mapping.directory.findStaff('wecom:u99999')).toBeUndefined();
    const changed = '{"user":"wecom:u50000","store":"EW_1","name":"小李","employeeId":7,"role":"staff"}';
    const added = '{"user":"wecom:li","name":"小李","employeeId":7,"store":"EW_1","role":"staff"}';
    const expected = before
      .replace('{"user":"wecom:u50000","store":"EW_1"}', changed)
      .replace('{"user":"wecom:u99999","store":"EW_1"}', added);
    // Not by toBe: to print how ten megabytes differ takes minutes.
    expect((await place.text()) === expected).toBe(true);
  });

  test('takes a change on top of an edit that comes between reading and writing', async () => {
    await start(SMALL);
    const decided: (string | null)[] = [];
    beforeWrite = () => (decided.length > 1 ? Promise.resolve() : place.edit(SMALL.replace('wecom:wang', 'wecom:sun')));
    await mapping.change('wecom:li', (current) => {
      decided.push(current.person('wecom:sun')?.user ?? null);
      return LI;
    });
    expect(decided).toEqual([null, 'wecom:sun']);
    expect(mapping.snapshot().people({})).toMatchObject([
      { user: 'wecom:sun' },
      { user: 'wecom:Zhao' },
      { user: 'wecom:li' },
    ]);
    expect(await place.text()).toContain('"wecom:sun"');
    expect(await place.text()).toContain('"wecom:li"');
  });

  test('stays as it is when a change throws, is refused or changes nothing', async () => {
    await start(SMALL);
    const inForce = mapping.snapshot();
    await expect(
      mapping.change('wecom:li', () => {
        throw new RangeError('no');
      }),
    ).rejects.toThrow(RangeError);
    await expect(mapping.change('wecom:li', () => ({ ...LI, storeCode: 'EW_9' }))).rejects.toThrow(
      'the change is refused: staff[2].store is EW_9, which is not the code of a store',
    );
    await mapping.change('wecom:li', () => 'leave');
    await mapping.change('wecom:li', () => null);
    expect(await place.text()).toBe(SMALL);
    expect(mapping.snapshot()).toBe(inForce);
  });

  test('is read anew after many changes, which stay what they are', async () => {
    await start(SMALL);
    for (let person = 1; person <= MOST_CHANGES + 1; person += 1) await mapping.change(`wecom:u${person}`, () => LI);
    expect(mapping.snapshot().changes).toBe(1);
    expect(mapping.snapshot().count({})).toBe(MOST_CHANGES + 3);
    await mapping.change('wecom:u1', () => null);
    expect(mapping.snapshot().counts().staff).toBe(MOST_CHANGES + 2);
    expect(mapping.directory.findStaff('wecom:u2')).toMatchObject({ name: '小李' });
  });

  test('changes the person who is there, however the user is written', async () => {
    await start(SMALL);
    await mapping.change('wecom:zhao', () => ({ ...LI, role: 'manager' }));
    expect(mapping.snapshot().count({})).toBe(2);
    expect(await place.text()).toContain('"user":"wecom:Zhao"');
  });

  test('with one person twice is not in force, and names both places', async () => {
    await start(SMALL, 20);
    await place.edit(SMALL.replace('wecom:Zhao', 'wecom:WANG'));
    await expect
      .poll(() => mapping.status())
      .toMatchObject({
        problem: expect.stringContaining(
          'line 5: staff[0] and staff[1] are both wecom:wang, written wecom:wang and wecom:WANG',
        ) as string,
      });
    expect(mapping.directory.findStaff('wecom:zhao')).toBeDefined();
    await place.edit(SMALL);
    await expect.poll(() => mapping.status()).toEqual({ ok: true });
    expect(logged).toContain('mapping is broken: the last good one stays in force');
  });
});
