import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReplyForm } from '../../src/chat/channel.ts';
import { createCommandDesk } from '../../src/chat/command-desk.ts';
import { replyTo } from '../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { createDirectReplies } from '../../src/chat/direct-replies.ts';
import { createLimits } from '../../src/chat/limits.ts';
import { createReception } from '../../src/chat/reception.ts';
import { createToldLinks } from '../../src/chat/told-links.ts';
import { consoleLinkGone } from '../../src/command/sentences.ts';
import { createConsoleLink } from '../../src/desk/console-link.ts';
import type { Desk } from '../../src/desk/desk.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { NewMessage } from '../../src/redemption/message.ts';
import { createRedeemDesk } from '../../src/redemption/redeem.ts';
import { realTime } from '../../src/time/real.ts';
import { READER } from '../command/sentences/fixtures.ts';
import { newMessage } from '../ledger/fixtures.ts';
import { deliverInMemory, OPEN, PLAIN } from '../support/memory-transport.ts';

const ADDRESS = 'https://bot.example.com';
const LASTS_MS = 5 * 60_000;
const REPLY: ReplyForm = { as: null, room: 2_048, direct: null };

let folder: string;
let ledger: Ledger;
let now: number;
let tokens: string[];
let lines: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'links-'));
  ({ ledger } = await openInProcessLedger(new DatabaseSync(join(folder, 'ledger.db'))));
  now = Date.now();
  tokens = [];
  lines = [];
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

/** A process with a memory of its own, over the same ledger. */
function start(address: string | null = ADDRESS) {
  const log = createLog({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
  const links = createToldLinks({ now: () => now, newId: randomUUID });
  const consoleLink = createConsoleLink({
    logins: {
      async offer() {
        const token = randomBytes(32).toString('base64url');
        tokens.push(token);
        return { kind: 'offered', token, lastsMs: LASTS_MS };
      },
      endAll: async () => 2,
    },
    address: () => address,
  });
  const desk: Desk = {
    async carryOut({ kind }, { user, conversation }) {
      const who = { user: user ?? '', role: 'staff', member: undefined } as const;
      return kind === 'console' ? consoleLink.offer(who, conversation) : consoleLink.signOut(who);
    },
  };
  const asTold = (kept: string) => links.told(kept);
  const notes = createDeliveryNotes({ ledger, time: realTime, log });
  const unused = () => Promise.reject(new Error('not asked for'));
  const reception = createReception({
    staff: { findStaff: () => undefined, findConversationStore: () => undefined },
    desk: createRedeemDesk({
      ...{ ledger, time: realTime, stop: new AbortController().signal },
      vendor: { consume: unused, detail: unused, close: async () => undefined },
      ...{ onSettled: () => undefined, onOverruled: () => undefined, onUnsaved: () => undefined },
    }),
    commands: createCommandDesk({
      ...{ desk, links, log, roleOf: () => 'staff', calendar: READER.calendar, now: () => now },
    }),
    progress: { linesBefore: () => null, follow: () => undefined },
    ...{ roleOf: () => 'staff' as const, asTold, ledger, botNames: [], decorate: (text: string) => text },
    text: async (record) => replyTo(record, { botNames: [], roleOf: () => 'staff', asTold }),
    limits: createLimits({ maxInProgress: 10 }),
    sendLate: () => undefined,
    direct: createDirectReplies({ lateWay: () => undefined, time: realTime, log }),
    ...{ notes, time: realTime, log },
  });
  return async (text: string, messageId: string, change: Partial<NewMessage> = {}): Promise<string> => {
    const message = { ...newMessage({ text, messageId, user: 'wecom:zhangsan', conversation: null, ...change }) };
    const signed = { ...message, signedAt: now, typedAt: null };
    const incoming = { kind: 'message', message: signed, reply: REPLY } as const;
    const { payload, arrive } = await deliverInMemory(reception, incoming, PLAIN, OPEN);
    await arrive(true);
    await notes.allWritten();
    return String(payload);
  };
}

async function onDisk(): Promise<string> {
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'latin1')));
  return files.join('');
}

test('in a one-to-one chat people get a link that works once, and a repeated delivery tells the same', async () => {
  const say = start();
  const first = await say('控制台', 'm1');
  expect(tokens).toHaveLength(1);
  expect(first).toContain(`\n${ADDRESS}/console/login/${tokens[0] ?? ''}\n`);
  expect(first).toMatch(/5分钟内有效（到 \d\d:\d\d），只能用一次，别转发。/u);
  now += LASTS_MS - 1;
  expect(await say('控制台', 'm1')).toBe(first);
  expect(tokens).toHaveLength(1);
});

test('the token is nowhere on disk, and in no line of the log', async () => {
  const say = start();
  await say('登录', 'm1');
  const [token = 'none'] = tokens;
  const bytes = await onDisk();
  expect(bytes).toContain('console-link:');
  expect(bytes).not.toContain(token);
  expect(lines.join('')).not.toContain(token);
});

test('when its time is up, after a restart and after a newer one, people are told to ask again', async () => {
  const say = start();
  await say('控制台', 'm1');
  expect(await start()('控制台', 'm1')).toBe(consoleLinkGone());
  await say('控制台', 'm2');
  expect(await say('控制台', 'm1')).toBe(consoleLinkGone());
  now += LASTS_MS;
  expect(await say('控制台', 'm2')).toBe(consoleLinkGone());
  expect(tokens).toHaveLength(2);
});

test('in a group there is no link, and no token is made; nor where people cannot reach the console', async () => {
  expect(await start()('控制台', 'm1', { conversation: 'wecom:group' })).toContain('不能发在群里');
  expect(await start(null)('控制台', 'm2')).toContain('PUBLIC_URL');
  expect(tokens).toEqual([]);
});

test('nobody gets a link by typing what stands for it', async () => {
  const say = start();
  await say('控制台', 'm1');
  const [kept = ''] = /\{console-link:[\w-]+\}/u.exec(await onDisk()) ?? [];
  expect(kept).not.toBe('');
  expect(await say(kept, 'm2', { user: 'wecom:li' })).not.toContain('/console/login/');
  expect(await say('退出登录', 'm3')).toContain('2处登录都结束了');
});

test('of very many people the oldest are told to ask again', () => {
  const links = createToldLinks({ now: () => now, newId: randomUUID });
  const kept = Array.from({ length: 2_001 }, (_, nth) => links.keep(`wecom:${nth}`, `link ${nth}`, LASTS_MS));
  expect(links.told(kept[0] ?? '')).toBe(consoleLinkGone());
  expect(links.told(kept[2_000] ?? '')).toBe('link 2000');
  expect(links.told('余次：{console-link:x}')).toBe('余次：{console-link:x}');
});
