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
    const text = JSON.stringify(LARGE);
    expect(JSON.stringify(await readAside(text, 'mapping.json'))).toBe(text);
    const marked = `\uFEFF${JSON.stringify(LARGE, null, 2)}`;
    expect(await readAside(marked, 'mapping.json')).toEqual(LARGE);
  });

  test('has what it says, with any names of its fields', async () => {
    const text = JSON.stringify(LARGE).replace('{', '{"__proto__":{"notify":[{"robot":"wecom"}]},');
    expect(JSON.stringify(await readAside(text, 'mapping.json'))).toBe(text);
    const without = text.replace(',"notify":[]}', '}');
    expect((await readAside(without, 'mapping.json')).notify).toBeUndefined();
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
    const problems = await readAside(text, 'mapping.json').catch(problemsOf);
    expect(problems).toEqual(problemsOf(thrownBy(() => readMapping(text, 'mapping.json'))));
  });

  test('that is not JSON is refused with the place', async () => {
    const text = JSON.stringify(LARGE, null, 2).replace('"stores"', 'stores');
    await expect(readAside(text, 'mapping.json')).rejects.toThrow(
      /mapping\.json: line \d+, column 3: expected a name/u,
    );
  });

  test('may have robots on the hosts that it is told', async () => {
    const text = JSON.stringify({ ...LARGE, notify: [{ robot: 'wecom', url: 'https://robots.example.com/?key=a' }] });
    await expect(readAside(text, 'mapping.json', ['robots.example.com'])).resolves.toMatchObject({
      $schema: LARGE.$schema,
    });
  });

  test('lets others have their turn while it is read', async () => {
    let turns = 0;
    const counting = setInterval(() => (turns += 1));
    await readAside(JSON.stringify(LARGE), 'mapping.json');
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
