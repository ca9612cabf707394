import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenedLedger } from '../../../src/ledger/ledger.ts';
import { HELD_MS, type MappingChange } from '../../../src/redemption/changes.ts';
import type { Place } from '../../../src/redemption/people.ts';
import { places, type LedgerPlace } from '../places.ts';

const at = (storeCode: string): Place => ({ name: '张三', employeeId: 11, storeCode, role: 'staff' });
const CHANGE: MappingChange = {
  ...{ by: 'wecom:li', list: 'robot', target: 'wecom-1', stores: ['EW_1', 'EW_1'] },
  ...{ before: null, after: '{"ends":"1234"}', held: '{"before":null,"after":"{}"}', undoes: null },
};

/** What every ledger promises of changes of the mapping. */
describe.each(places)('$name keeps changes of the mapping', ({ make }) => {
  let place: LedgerPlace;
  let opened: Pick<OpenedLedger, 'ledger' | 'people'>;
  beforeEach(async () => {
    place = await make();
    opened = await place.open();
  });
  afterEach(async () => {
    await opened.ledger.close();
    await place.clear();
  });

  test('of people, found by person and by both stores, the newest first, in parts', async () => {
    const { people } = opened;
    const change = { by: 'wecom:li', user: 'wecom:zhang', request: null };
    const ids: number[] = [];
    for (const [before, after] of [
      [null, at('EW_1')],
      [at('EW_1'), at('EW_2')],
      [at('EW_2'), null],
    ] as const)
      ids.push(await people.beginStaffChange({ ...change, before, after }));
    const [one = 0, two = 0, three = 0] = ids;
    await people.endStaffChange(one, true);
    await people.endStaffChange(two, false);
    const undo = await people.beginStaffChange({
      ...change,
      user: 'wecom:x',
      before: null,
      after: at('EW_2'),
      undoes: three,
    });
    const listed = async (asked: object) =>
      (await people.listStaffChanges({ limit: 10, ...asked })).map(({ id }) => id);
    expect(await listed({})).toEqual([undo, three, two, one]);
    expect(await listed({ user: 'wecom:zhang' })).toEqual([three, two, one]);
    expect(await listed({ storeCode: 'EW_1' })).toEqual([two, one]);
    expect(await listed({ storeCode: 'EW_2', limit: 2 })).toEqual([undo, three]);
    expect(await listed({ storeCode: 'EW_2', before: three })).toEqual([two]);
    expect(await people.findStaffChange(one)).toMatchObject({
      ...change,
      before: null,
      after: at('EW_1'),
      state: 'made',
    });
    expect(await people.findStaffChange(undo)).toMatchObject({ undoes: three, state: 'begun' });
    expect(await people.findStaffChange(undo + 1)).toBeNull();
  });

  test('of the rest, whose held part is read only for an undo, and is let go when it is old', async () => {
    const { people } = opened;
    const id = await people.beginMappingChange(CHANGE);
    await people.endMappingChange(id, true);
    const other = await people.beginMappingChange({ ...CHANGE, stores: ['EW_2', 'EW_3'] });
    await people.endMappingChange(other, false);
    const [newest, oldest] = await people.listMappingChanges({ limit: 10 });
    expect(newest).toMatchObject({ id: other, state: 'not-made', canBeUndone: false });
    expect(oldest).toMatchObject({ id, state: 'made', canBeUndone: true });
    expect(JSON.stringify(oldest)).not.toContain('held');
    expect((await people.listMappingChanges({ storeCode: 'EW_3', limit: 10 })).map((change) => change.id)).toEqual([
      other,
    ]);
    expect(await people.findMappingChange(id)).toMatchObject({ held: CHANGE.held });
    await place.query(`update mapping_changes set at = at - ${HELD_MS + 60_000} where id = ${id}`);
    await people.beginMappingChange(CHANGE);
    expect(await people.findMappingChange(id)).toMatchObject({ held: null, change: { canBeUndone: false } });
  });
});
