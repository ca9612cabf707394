import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createTextNow } from '../../src/chat/compose.ts';
import { parseMessage } from '../../src/command/parse.ts';
import { deskResult, explain } from '../../src/command/sentences.ts';
import { createNoticeNow } from '../../src/desk/notices.ts';
import { createPermissions, type Who } from '../../src/desk/permissions.ts';
import type { DeskResult } from '../../src/desk/result.ts';
import { createStaffDesk } from '../../src/desk/staff-desk.ts';
import type { OpenedLedger } from '../../src/ledger/ledger.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import type { BindingNews } from '../../src/redemption/notices.ts';
import type { LiveMapping } from '../../src/mapping/live-mapping.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import { openMapping } from '../../src/mapping/open-mapping.ts';
import { READER, say } from '../command/sentences/fixtures.ts';

export const ONE = 'EW_N1';
export const TWO = 'EW_N2';

export const MAPPING: Mapping = {
  stores: [
    { code: ONE, name: '人民路店' },
    { code: TWO, name: '解放路店' },
  ],
  staff: [
    { user: 'wecom:li', name: '李经理', employeeId: 10, store: ONE, role: 'manager' },
    { user: 'wecom:zhang', name: '张三', employeeId: 11, store: ONE, role: 'staff' },
    { user: 'wecom:qian', name: '钱经理', employeeId: 20, store: TWO, role: 'manager' },
    { user: 'wecom:zhao', name: '赵敏', employeeId: 21, store: TWO, role: 'staff' },
  ],
};

/** A real mapping file and a ledger, and the desk over them. Opened once, and emptied for every test. */
export class Office {
  readonly news: BindingNews[] = [];
  readonly #folder: string;
  readonly #database = new DatabaseSync(':memory:');
  #admins: readonly string[] = [];
  #opened: { readonly mapping: LiveMapping; readonly records: OpenedLedger } | null = null;

  static async open(): Promise<Office> {
    const office = new Office(await mkdtemp(join(tmpdir(), 'office-')));
    await office.edit(() => MAPPING);
    await office.restart();
    return office;
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** As if it were opened for the first time. */
  async begin(admins: readonly string[] = [], mapping: Mapping = MAPPING): Promise<void> {
    const { records, mapping: last } = this.#parts;
    await last.close();
    this.#admins = admins;
    this.news.length = 0;
    for (const table of ['staff_changes', 'binding_requests', 'messages', 'sqlite_sequence'])
      this.query(`delete from ${table}`);
    await this.edit(() => mapping);
    this.#opened = { records, mapping: await this.#openMapping() };
  }

  get #parts() {
    if (this.#opened === null) throw new Error('closed');
    return this.#opened;
  }

  /** Types one line; what other desks would answer is not answered. */
  async type(user: string, line: string): Promise<string> {
    const command = parseMessage(line, []).lines[0]?.command;
    if (command?.kind === 'wrong') return explain(command.problem);
    const result = await this.carryOut(user, line);
    return deskResult(result, { ...READER, role: this.#who(user).role });
  }

  /** What the same comes to. */
  async carryOut(user: string, line: string): Promise<DeskResult> {
    const { mapping, records } = this.#parts;
    const admins = this.#admins;
    const { people, requests } = createStaffDesk({
      book: mapping,
      ledger: records.people,
      admins,
      addressOf: () => ({ channel: 'wecom-bot', returnAddress: null }),
      say,
      onChanged: async (news) => void this.news.push(news),
      newId: randomUUID,
      log: createLog({ level: 'silent' }),
    });
    const who = this.#who(user);
    const at = { channel: 'dingtalk', conversation: null, returnAddress: { typedBy: user } };
    const command = parseMessage(line, []).lines[0]?.command;
    switch (command?.kind) {
      case 'me':
        return people.me(who);
      case 'staff-list':
        return people.list(who, 1);
      case 'bind':
        return people.bind(command, who);
      case 'unbind':
        return people.unbind(command, who);
      case 'bind-request':
        return requests.ask(command, who, at);
      case 'agree':
      case 'reject':
        if (command.number === null) return people.requests(who);
        return requests.decide(command.number, command.kind === 'agree' ? 'agreed' : 'rejected', who);
      default:
        throw new Error(`not for this desk: ${line}`);
    }
  }

  #who(user: string): Who {
    return createPermissions({ staff: this.#parts.mapping.directory, admins: this.#admins }).who(user);
  }

  /** What people are told besides the answers to what they typed, since it was last asked for. */
  async told(): Promise<{ readonly user: string | null; readonly text: string; readonly channel: string }[]> {
    const { mapping, records } = this.#parts;
    const { ledger, people } = records;
    const notice = createNoticeNow({
      book: mapping,
      people,
      ledger,
      admins: this.#admins,
      trouble: async () => null,
    });
    const textOf = createTextNow({ notice, say, botNames: [], roleOf: () => 'staff' });
    const told: { user: string | null; channel: string; text: string }[] = [];
    for (const record of await ledger.takeDueReplies(100, 60_000)) {
      const text = await textOf(record);
      await ledger.finishReply(record.id, { kind: text === null ? 'drop' : 'sent' }, 0);
      if (text !== null) told.push({ user: record.user, channel: record.channel, text });
    }
    return told;
  }

  get #file(): string {
    return join(this.#folder, 'mapping.json');
  }

  async mapping(): Promise<Mapping> {
    return JSON.parse(await readFile(this.#file, 'utf8')) as Mapping;
  }

  async placeOf(user: string) {
    return (await this.mapping()).staff.find((entry) => entry.user === user);
  }

  /** Edits the file by hand. */
  async edit(change: (mapping: Mapping) => unknown): Promise<void> {
    const before = await this.mapping().catch(() => MAPPING);
    await this.write(JSON.stringify(change(before), null, 4));
  }

  write(text: string): Promise<void> {
    return writeFile(this.#file, text);
  }

  query(text: string): Record<string, unknown>[] {
    return this.#database.prepare(text).all();
  }

  async restart(): Promise<void> {
    await this.#close();
    const records = await openInProcessLedger(this.#database);
    this.#opened = { records, mapping: await this.#openMapping() };
  }

  async clear(): Promise<void> {
    await this.#close();
    await rm(this.#folder, { recursive: true });
  }

  #openMapping(): Promise<LiveMapping> {
    const log = createLog({ level: 'silent' });
    return openMapping({ databaseUrl: null, dataDir: this.#folder, robotHosts: [], log });
  }

  async #close(): Promise<void> {
    await this.#opened?.mapping.close();
    await this.#opened?.records.ledger.close();
    this.#opened = null;
  }
}
