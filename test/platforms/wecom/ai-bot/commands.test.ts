import { beforeEach, expect, test } from 'vitest';
import { createCommands, type Commands } from '../../../../src/platforms/wecom/ai-bot/commands.ts';
import { COMMANDS } from '../../../../src/platforms/wecom/ai-bot/frames.ts';
import { VirtualTime } from '../../../support/virtual-time.ts';

let time: VirtualTime;
let commands: Commands;
let sent: number;
beforeEach(() => {
  time = new VirtualTime();
  sent = 0;
  const send = async () => {
    sent += 1;
    return true;
  };
  commands = createCommands({ send, time, randomBytes: (size) => Buffer.alloc(size) });
});

const give = (content: string, finish: boolean) => {
  const stream = { id: 'M1', finish, content };
  return commands.give(COMMANDS.answer, { msgtype: 'stream', stream }, 'r');
};
const acknowledge = (errcode: number) =>
  commands.acknowledge({ headers: { req_id: 'r' }, errcode, errmsg: errcode === 0 ? 'ok' : 'no' });
const unheard = async (given: ReturnType<typeof give>) => {
  await time.pass(5_000);
  expect(await given).toMatchObject({ kind: 'silence', left: true });
};

test('an acknowledgement that comes late is not that of the version after it', async () => {
  await unheard(give('正在核销…', false));
  const final = give('核销成功', true);
  await time.pass(0);
  expect(sent).toBe(2);
  expect(acknowledge(0), 'of the first').toBe(true);
  expect(acknowledge(45009)).toBe(true);
  expect(await final).toMatchObject({ errcode: 45009 });
  expect(acknowledge(0)).toBe(false);
});

test('of the same version, sent twice, any acknowledgement counts', async () => {
  await unheard(give('正在核销…', false));
  const first = give('核销成功', true);
  await time.pass(0);
  acknowledge(0);
  await unheard(first);
  const again = give('核销成功', true);
  await time.pass(0);
  expect(acknowledge(0)).toBe(true);
  expect(await again).toMatchObject({ errcode: 0 });
  expect(acknowledge(846608), 'the other one').toBe(true);
  expect(acknowledge(0)).toBe(false);
});

test('all that is overdue of other versions is passed over', async () => {
  await unheard(give('正在核销…', false));
  await unheard(give('结果未知', true));
  const final = give('核销成功', true);
  await time.pass(0);
  acknowledge(0);
  acknowledge(0);
  acknowledge(846608);
  expect(await final).toMatchObject({ errcode: 846608 });
});
