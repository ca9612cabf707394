import { describe, expect, test } from 'vitest';
import { openSetup, PEOPLE, SOCKET_BOT, VENDOR } from './setup-with.ts';

type Opened = Awaited<ReturnType<typeof openSetup>>;

const revision = ({ setup }: Opened) => setup.view().revision;

/** Everything that is needed to go live. */
async function fill(opened: Opened) {
  const { setup } = opened;
  await setup.saveVendor(VENDOR, revision(opened));
  setup.chooseWay('wecom-connection', revision(opened));
  await setup.saveWay(SOCKET_BOT, revision(opened));
  setup.savePeople(PEOPLE, revision(opened));
}

test('a draft that is filled in goes live with what was typed', async () => {
  const opened = await openSetup();
  const { setup, seen } = opened;
  await fill(opened);
  expect(setup.goLive(revision(opened))).toEqual({ kind: 'saved' });
  await expect.poll(() => setup.view().live.state).toBe('live');
  expect(Object.fromEntries(seen.written[0]?.values ?? [])).toEqual({
    LIANTUOFU_APP_ID: VENDOR.appId,
    LIANTUOFU_KEY: VENDOR.key,
    ...SOCKET_BOT,
  });
  expect(seen.written[0]?.mapping).toEqual({ ...PEOPLE });
  expect(seen.order).toEqual(['listen', 'stop', 'write', 'restart']);
});

describe('the draft', () => {
  test('begins empty', async () => {
    const { setup } = await openSetup();
    expect(setup.view()).toMatchObject({ revision: 0, way: null, waysDone: [], listening: null });
    expect(Object.values(setup.view().steps)).toEqual(['empty', 'empty', 'empty', 'empty', 'empty', 'empty']);
  });
});
