import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { seededRandom } from '../../src/sandbox/seeded-random.ts';
import { startSimulatedVendor } from '../../src/sandbox/vendor.ts';
import { GATEWAYS } from '../support/gateways/all.ts';
import { makeLine, QUICK, readAccounts } from '../support/gateways/lines.ts';
import { makeShop, startServiceProcess, VENDOR } from '../support/service.ts';

/** `CONNECTION_LINES=2000` for the long run. */
const LINES = Number(process.env['CONNECTION_LINES'] ?? 300);
/** A pause between attempts to connect is at most as long as the connection was up. */
const CUTS = LINES < 1_000 ? 4 : 20;
const LINES_A_CUT = Math.floor(LINES / CUTS);
/** How many lines are typed while there is no connection, where the platform keeps them. */
const SAID_WHILE_AWAY = 20;
/** Fewer than any platform shows in one chat in a minute, each of them told twice. */
const LINES_A_CHAT = 10;
/** A pause between attempts to connect is a minute at most. */
const PATIENCE = { timeout: 180_000, interval: 500 };

describe.concurrent.each(GATEWAYS)('%s', (platform, start) => {
  test(
    `a connection that is cut every few seconds costs no line and no person anything (${LINES} lines)`,
    async ({ expect }) => {
      const random = seededRandom('connections');
      const vendor = await startSimulatedVendor({ ...VENDOR, cards: [QUICK] });
      const gateway = await start();
      const shop = await makeShop(vendor.url, { USER_LINES_PER_MINUTE: '1000000' }, gateway.env);
      const service = await startServiceProcess(shop.env);
      const lines = Array.from({ length: LINES }, () => makeLine(gateway, vendor));

      const connected = async () => {
        while (!gateway.isConnected()) await sleep(20);
      };

      async function sayAll(): Promise<void> {
        for (const [index, line] of lines.entries()) {
          const message = { id: line.id, chat: Math.floor(index / LINES_A_CHAT) };
          // What finds no connection, and does not come again, has not been said.
          while (!gateway.say(line.text, message)) await sleep(20);
          await sleep(random.int(0, 20));
          const sinceCut = index % LINES_A_CUT;
          // More would come all at once, and the vendor takes only so many.
          if (sinceCut === SAID_WHILE_AWAY) await connected();
          if (sinceCut < LINES_A_CUT - 1) continue;
          if (gateway.redelivers) gateway.loseConfirmation();
          await gateway.drop();
        }
      }

      try {
        await sayAll();
        const untold = () => {
          const account = readAccounts(gateway, vendor);
          return lines.filter(({ id }) => !account(id).told.some(({ isConfirmed }) => isConfirmed)).length;
        };
        await expect.poll(untold, PATIENCE).toBe(0);
        // Nobody is told again later.
        await sleep(3_000);
        expect(vendor.books.consumptions).toHaveLength(LINES);
        const account = readAccounts(gateway, vendor);
        const accounts = lines.map(({ id }) => account(id));
        for (const { booked, told } of accounts) {
          expect(booked).toBe(1);
          for (const { text } of told) expect(text).toContain('核销成功');
          // Told again only as long as the platform had not said that it took it.
          expect(told.findIndex(({ isConfirmed }) => isConfirmed)).toBe(told.length - 1);
        }
        const again = accounts.filter(({ told }) => told.length > 1).length;
        console.log(`${platform}: ${gateway.attempts()} attempts to connect, ${again} lines told again`);
      } finally {
        await service.end('SIGTERM');
        await gateway.close();
        await vendor.close();
        await shop.clear();
      }
    },
    600_000 + LINES * 100,
  );
});
