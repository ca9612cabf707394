import { describe, expect, test } from 'vitest';
import { MappingError } from '../../src/mapping/mapping-error.ts';
import { readAside } from '../../src/mapping/read-aside.ts';
import { readMapping } from '../../src/mapping/read-mapping.ts';

const STAFF = 20_000;
const LARGE = {
  $schema: 'https://example.com/mapping.json',
  staff: Array.from({ length: STAFF }, (_, index) => ({ user: `wecom:u${index}`, store: 'EW_1', note: index })),
  stores: [{ code: 'EW_1', name: '人民路店' }],
  conversations: [],
  notify: [],
};

describe('a large mapping', () => {
  test('is taken over as it stands, unknown fields and order included', async () => {
    for (const text of [JSON.stringify(LARGE), `\uFEFF${JSON.stringify(LARGE, null, 2)}`]) {
      const mapping = await readAside(Buffer.from(text), 'mapping.json');
      expect(Buffer.concat(mapping.content()).toString()).toBe(text);
      expect(mapping.counts()).toEqual({ stores: 1, staff: STAFF, conversations: 0 });
      expect(mapping.findStaff(`wecom:u${STAFF - 1}`)?.store).toEqual(LARGE.stores[0]);
      expect(mapping.findStaff(`wecom:u${STAFF}`)).toBeUndefined();
    }
  });

  test('has what it says, with any names of its fields', async () => {
    const text = JSON.stringify(LARGE).replace('{', '{"__proto__":{"notify":[{"robot":"wecom"}]},');
    expect(Buffer.concat((await readAside(Buffer.from(text), 'mapping.json')).content()).toString()).toBe(text);
    const without = text.replace(',"notify":[]}', '}');
    expect((await readAside(Buffer.from(without), 'mapping.json')).rest.notify).toBeUndefined();
  });

  test.each([
    [
      'one problem',
      { ...LARGE, stores: [{ code: 'EW_2' }], staff: LARGE.staff.slice(0, 1), notes: 'x'.repeat(400_000) },
    ],
    ['more problems than are shown', { ...LARGE, stores: [] }],
    ['a robot where none may be', { ...LARGE, notify: [{ robot: 'wecom', url: 'https://example.com/?key=secret' }] }],
  ])('with %s is refused as a small one is', async (_, broken) => {
    const text = JSON.stringify(broken, null, 2);
    const problems = await readAside(Buffer.from(text), 'mapping.json').catch(problemsOf);
    expect(problems).toEqual(problemsOf(thrownBy(() => readMapping(text, 'mapping.json'))));
  });

  test('that is not JSON is refused with the place', async () => {
    const text = JSON.stringify(LARGE, null, 2).replace('"stores"', 'stores');
    await expect(readAside(Buffer.from(text), 'mapping.json')).rejects.toThrow(
      /mapping\.json: line \d+, column 3: expected a name/u,
    );
  });

  test('may have robots on the hosts that it is told', async () => {
    const text = JSON.stringify({ ...LARGE, notify: [{ robot: 'wecom', url: 'https://robots.example.com/?key=a' }] });
    const mapping = await readAside(Buffer.from(text), 'mapping.json', ['robots.example.com']);
    expect(mapping.rest.notify).toHaveLength(1);
  });

  test('lets others have their turn while it is read', async () => {
    let turns = 0;
    const counting = setInterval(() => (turns += 1));
    await readAside(Buffer.from(JSON.stringify(LARGE)), 'mapping.json');
    clearInterval(counting);
    expect(turns).toBeGreaterThan(5);
  });
});

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof MappingError) return error.problems;
  throw error;
}

function thrownBy(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}
