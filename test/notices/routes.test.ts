import { describe, expect, test } from 'vitest';
import { createRoutes, createWanted } from '../../src/notices/routes.ts';
import type { NoticeKind, OpenNotice } from '../../src/redemption/notices.ts';
import { entry } from './fixtures.ts';

const url = (key: string) => `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${key}`;
const notice = (kind: NoticeKind, storeCode: string | null, robot: string | null = null): OpenNotice => ({
  id: 1,
  kind,
  storeCode,
  robot,
  createdAt: 1,
});

const HEAD = entry({ url: url('head'), kinds: ['unknown', 'summary', 'binding'], mention: ['boss'] });
const ONE = entry({ url: url('one'), storeCode: 'EW_1', kinds: ['refused', 'unknown'], mention: ['li', 'wang'] });
const BOTH = [
  entry({ url: url('both'), storeCode: 'EW_1', kinds: ['refused', 'summary'] }),
  entry({ url: url('both'), storeCode: 'EW_2', kinds: ['succeeded', 'summary'] }),
];
const routes = createRoutes([HEAD, ONE, ...BOTH]);
const ids = new Map(routes.robots.map(({ id, url: address }) => [address.split('=')[1] ?? '', id]));
const idOf = (name: string) => ids.get(name) ?? '';

describe('routes', () => {
  test.each<[string, OpenNotice, string[]]>([
    ['a store’s refusal', notice('refused', 'EW_1'), ['one', 'both']],
    ['a kind that is wanted elsewhere only', notice('refused', 'EW_2'), []],
    ['what head office wants of every store', notice('unknown', 'EW_2'), ['head']],
    ['what both want', notice('unknown', 'EW_1'), ['head', 'one']],
    ['a store that the mapping does not name', notice('unknown', 'EW_9'), ['head']],
    ['what has no store', notice('binding', null), ['head']],
    ['a kind per store of one robot', notice('succeeded', 'EW_2'), ['both']],
  ])('%s', (_what, each, robots) => {
    expect(routes.robotsFor(each)).toEqual(robots.map(idOf));
  });

  test('a notice for one robot goes to that one, if it is still there', () => {
    expect(routes.robotsFor(notice('summary', null, idOf('one')))).toEqual([idOf('one')]);
    expect(routes.robotsFor(notice('summary', null, 'wecom-gone'))).toEqual([]);
  });

  test('a robot that stands in several places is one robot, with an id that gives nothing away', () => {
    expect(routes.robots).toHaveLength(3);
    for (const { id } of routes.robots) expect(id).toMatch(/^wecom-[0-9a-f]{16}$/u);
    const other = createRoutes([entry({ url: url('one'), secret: 's' })]);
    expect(other.robots[0]?.id).not.toBe(idOf('one'));
  });

  test('the day is summed up for some stores, for all, or not at all', () => {
    expect(routes.summaryOf(idOf('head'))).toBe('all');
    expect(routes.summaryOf(idOf('both'))).toEqual(['EW_1', 'EW_2']);
    expect(routes.summaryOf(idOf('one'))).toBeNull();
    expect(routes.summarisers('wecom')).toEqual([idOf('head'), idOf('both')]);
    expect(routes.summarisers('feishu')).toEqual([]);
  });

  test('those are called who belong to the stores in question', () => {
    expect(routes.mentions(idOf('one'), ['EW_1'])).toEqual(['li', 'wang']);
    expect(routes.mentions(idOf('one'), ['EW_2'])).toEqual([]);
    expect(routes.mentions(idOf('head'), ['EW_2'])).toEqual(['boss']);
  });

  test('what any robot wants is known, and which robots stand where', () => {
    expect(createWanted({ robots: () => [HEAD, ONE, ...BOTH] })().toSorted()).toEqual([
      'binding',
      'refused',
      'succeeded',
      'summary',
      'unknown',
    ]);
    expect(routes.at(['EW_1']).map(({ id }) => id)).toEqual([idOf('one'), idOf('both')]);
    expect(routes.at(['EW_2', 'EW_1', null]).map(({ id }) => id)).toEqual([idOf('both'), idOf('one'), idOf('head')]);
  });
});
