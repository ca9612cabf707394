import { Stage, type Gateway } from '../stage.ts';
import type { Both, Case, Row } from './case.ts';
import { compareEchoes } from './echo.ts';
import { compareRedemptions } from './redeem.ts';

const ECHO_GOAL = 0.6;
const REDEEM_GOAL = 0.4;

const PLATFORMS: readonly { readonly platform: Gateway['platform']; readonly called: string }[] = [
  { platform: 'wecom', called: 'WeCom' },
  { platform: 'dingtalk', called: 'DingTalk' },
];

/**
 * Bots that are reached by connections of their own, and a bare client that gets the same frames. DingTalk's replies go to
 * the webhooks of the messages, on both sides.
 */
function overSockets(name: string, goal: number, compareBoth: (both: Both) => Promise<Row>): Case {
  return {
    name,
    async run(effort) {
      const rows: Row[] = [];
      for (const { platform, called } of PLATFORMS) {
        await using stage = new Stage(effort);
        const vendor = await stage.startVendor();
        const service = await stage.startService({ vendor, gateway: await stage.startGateway(platform) });
        const other = await stage.startBareClient(platform, vendor);
        const change = { channel: `${platform}-socket` } as const;
        rows.push(await compareBoth({ name: `${name}: ${called}`, service, other, vendor, effort, change, goal }));
      }
      return rows;
    },
  };
}

export const SOCKETS: readonly Case[] = [
  overSockets('socket-echo', ECHO_GOAL, compareEchoes),
  overSockets('socket-redeem', REDEEM_GOAL, compareRedemptions),
];
