import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { deskResult } from '../../src/command/sentences.ts';
import { createPermissions } from '../../src/desk/permissions.ts';
import { createStaffDesk } from '../../src/desk/staff-desk.ts';
import { openPostgresLedger } from '../../src/ledger/postgres/ledger.ts';
import { createLog } from '../../src/log.ts';
import { MappingTable } from '../../src/mapping/mapping-table.ts';
import { openMapping } from '../../src/mapping/open-mapping.ts';
import { READER, say } from '../command/sentences/fixtures.ts';
import { createDatabase } from '../support/databases.ts';
import { MAPPING, ONE } from '../desk/office.ts';

const log = createLog({ level: 'silent' });
const NEW = 'wecom:xiaoxin';

async function fill(databaseUrl: string): Promise<void> {
  await using table = await MappingTable.open(databaseUrl);
  await table.replace(JSON.stringify(MAPPING));
}

/** One of several services over one database: the mapping is a row in it. */
async function openService(databaseUrl: string) {
  const mapping = await openMapping({ databaseUrl, dataDir: '', robotHosts: [], log });
  const { ledger, people } = await openPostgresLedger(databaseUrl, { log });
  const desk = createStaffDesk({
    book: mapping,
    ledger: people,
    admins: ['wecom:boss'],
    addressOf: () => ({ channel: 'wecom-bot', returnAddress: null }),
    say,
    onChanged: async () => undefined,
    newId: randomUUID,
    log,
  });
  return {
    ...{ desk, mapping, ledger, people },
    who: (user: string) => createPermissions({ staff: mapping.directory, admins: ['wecom:boss'] }).who(user),
    async close() {
      await mapping.close();
      await ledger.close();
    },
  };
}

test('managers who agree and bind on two services at once change the one mapping once each', async () => {
  const url = await createDatabase();
  await fill(url);
  const one = await openService(url);
  const two = await openService(url);
  const asked = await one.people.askBinding({
    ...{ user: NEW, employeeId: 30, storeCode: ONE, name: '小新' },
    ...{ channel: 'wecom-bot', returnAddress: null },
  });
  const number = asked?.number ?? -1;

  const results = await Promise.all([
    one.desk.requests.decide(number, 'agreed', one.who('wecom:li')),
    two.desk.requests.decide(number, 'agreed', two.who('wecom:boss')),
    two.desk.people.bind(
      { kind: 'bind', user: 'wecom:other', employeeId: 31, store: ONE, name: null },
      two.who('wecom:boss'),
    ),
  ]);
  const answers = results.map((result) => deskResult(result, READER));
  expect(answers.slice(0, 2).filter((text) => text.startsWith('已同意'))).toHaveLength(1);
  expect(answers[2]).toContain('已绑定');

  for (const { mapping } of [one, two]) {
    await expect.poll(() => mapping.directory.findStaff(NEW)).toMatchObject({ employeeId: 30, store: { code: ONE } });
    await expect.poll(() => mapping.directory.findStaff('wecom:other')).toMatchObject({ employeeId: 31 });
  }
  const told = await one.ledger.takeDueReplies(10, 60_000);
  expect(told.map(({ user }) => user).toSorted()).toEqual(['wecom:other', NEW]);
  await one.close();
  await two.close();
});
