import { expect, test } from 'vitest';
import { NOT_FITTING, whyDown } from '../../src/setup/listening/why.ts';
import { PLATFORMS } from '../../src/redemption/user-id.ts';
import type { ChangeReason } from '../../src/transports/socket/socket.ts';

const DETAIL = '45009 api freq out of limit';
const down: readonly (readonly [ChangeReason, RegExp, RegExp])[] = [
  ['refused', /不接受这个连接/u, /refuses the connection/u],
  ['kicked', /在别处连接了/u, /connected elsewhere/u],
  ['rate-limited', /过一会儿会自动再连/u, /please wait/u],
  ['unreachable', /连不上/u, /cannot be reached/u],
  ['closed', /正在自动重新连接/u, /opened again by itself/u],
  ['silent', /正在自动重新连接/u, /opened again by itself/u],
];

test.each(PLATFORMS.flatMap((platform) => down.map((one) => [platform, ...one] as const)))(
  'why %s is down (%s) is said in both languages',
  (platform, reason, zh, en) => {
    for (const remedy of [null, 'add the robot to the group again']) {
      const why = whyDown(platform, { reason, detail: DETAIL, remedy });
      expect(why?.zh).toMatch(zh);
      expect(why?.en).toMatch(en);
      expect(`${why?.zh ?? ''}${why?.en ?? ''}`).not.toMatch(/undefined|null|。。|\.\.| $/u);
    }
    if (reason !== 'kicked') expect(whyDown(platform, { reason, detail: DETAIL, remedy: null })?.zh).toContain(DETAIL);
  },
);

test('nothing is wrong with one that is up, is replaced or is stopped', () => {
  for (const reason of ['connected', 'announced', 'standby', 'stopped'] as const)
    expect(whyDown('wecom', { reason, detail: '', remedy: null })).toBeNull();
});

test('callbacks that do not fit are said of each platform', () => {
  for (const platform of PLATFORMS) expect(NOT_FITTING[platform].zh).toMatch(/对不上/u);
});
