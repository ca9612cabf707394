import { join } from 'node:path';
import { mayOthersRead } from '../../private-files.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { dataFolder } from './context.ts';
import { mountOf, OTHER_MACHINES, PASSING } from './disk-kinds.ts';
import { fail, ok, skipped, warn } from './findings.ts';
import { THIS_MACHINE, type Machine } from './machine.ts';
import { createSupervisorCheck } from './supervisor.ts';

/** The language features that the sources are written with, and running TypeScript without a build. */
const OLDEST_NODE = 24;

const MB = 1024 ** 2;
/** The service itself needs about 120 MB, more while pictures are read. */
const LITTLE_MEMORY = 384 * MB;
const LITTLE_LEFT = 96 * MB;
const LITTLE_SPACE = 1024 * MB;
const NO_SPACE = 100 * MB;
/** A claim waits for a sync, and a platform for the claim. */
const SLOW_SYNC_MS = 200;
const PROBES = 3;

/** What holds card numbers, and who works where. */
const DATA_FILES = ['mapping.json', 'ledger.db', 'ledger.db-wal', 'ledger.db-shm', 'ledger.db.lock'];

/** The checks of the machine on which the service runs, or is going to. */
export function createMachineChecks(machine: Machine = THIS_MACHINE): readonly Check[] {
  const node: Check = {
    name: 'node',
    group: 'machine',
    about: { zh: 'Node 版本', en: 'The version of Node' },
    run: async () => {
      const major = Number(machine.node.split('.')[0]);
      if (major >= OLDEST_NODE) return ok({ zh: `Node ${machine.node}。`, en: `Node ${machine.node}.` });
      return fail(
        { zh: `Node ${machine.node} 太旧，运行不了。`, en: `Node ${machine.node} is too old for this program.` },
        {
          zh: `用 Node ${OLDEST_NODE}：npm ci 会装好一份，npm start 用的就是它；systemd 里写 node_modules/.bin/node。`,
          en: `Use Node ${OLDEST_NODE}: npm ci brings one, which npm start uses; in systemd name node_modules/.bin/node.`,
        },
      );
    },
  };

  const memory: Check = {
    name: 'memory',
    group: 'machine',
    about: { zh: '内存', en: 'Memory' },
    run: async ({ service }) => {
      const [all, free] = [toMb(machine.memory), toMb(machine.freeMemory)];
      const seen = { zh: `一共 ${all} MB，还有 ${free} MB 可用。`, en: `${all} MB, of which ${free} MB are free.` };
      const isLittle = machine.memory < LITTLE_MEMORY || (service === null && machine.freeMemory < LITTLE_LEFT);
      if (!isLittle) return ok(seen);
      return warn(seen, {
        zh: '给它至少 512 MB：内存不够时系统会把服务杀掉。',
        en: 'Give it at least 512 MB: where there is too little, the system ends the service.',
      });
    },
  };

  const space: Check = {
    name: 'disk-space',
    group: 'machine',
    about: { zh: '磁盘空间', en: 'Room on the disk' },
    run: (context) =>
      ofData(context, async (folder) => {
        const { freeBytes } = await machine.space(await machine.nearestFolder(folder));
        const free = toMb(freeBytes);
        const seen = { zh: `${folder} 还有 ${free} MB。`, en: `${free} MB are free for ${folder}.` };
        if (freeBytes >= LITTLE_SPACE) return ok(seen);
        const todo = {
          zh: '腾出空间，或把 DATA_DIR 放到更大的磁盘上：写不下时所有核销都会是「未提交」。',
          en: 'Make room, or put DATA_DIR on a larger disk: when it is full nothing can be redeemed.',
        };
        return freeBytes < NO_SPACE ? fail(seen, todo) : warn(seen, todo);
      }),
  };

  const kind: Check = {
    name: 'disk-kind',
    group: 'machine',
    about: { zh: 'DATA_DIR 在什么磁盘上', en: 'The disk of DATA_DIR' },
    run: (context) =>
      ofData(context, async (folder) => {
        const mounts = await machine.mounts();
        if (mounts === null)
          return skipped(
            { zh: '这个系统上看不出来。', en: 'It cannot be told on this system.' },
            {
              zh: '确认它在本机磁盘上，不是网络共享。',
              en: 'See that it is a disk of this machine and no network share.',
            },
          );
        const type = mountOf(mounts, await machine.nearestFolder(folder));
        const isFile = context.config?.mode === 'live' && context.config.databaseUrl === null;
        const seen = { zh: `${folder} 在 ${type} 上。`, en: `${folder} is on ${type}.` };
        if (OTHER_MACHINES.test(type) && isFile)
          return fail(
            {
              zh: `${seen.zh}这是网络共享，账本在上面可能损坏。`,
              en: `${seen.en} That is a share, on which a ledger can break.`,
            },
            {
              zh: '把 DATA_DIR 改到本机磁盘上的文件夹，或用 PostgreSQL（DATABASE_URL）。',
              en: 'Set DATA_DIR to a folder on a disk of this machine, or use PostgreSQL (DATABASE_URL).',
            },
          );
        if (PASSING.test(type) && isFile)
          return warn(
            {
              zh: `${seen.zh}重启或重建容器后，里面的东西就没了。`,
              en: `${seen.en} What is there is gone after a restart, or with the container.`,
            },
            {
              zh: '把 DATA_DIR 放到磁盘上；容器里用卷（volume）。',
              en: 'Put DATA_DIR on a disk; in a container on a volume.',
            },
          );
        return ok(seen);
      }),
  };

  const write: Check = {
    name: 'disk-write',
    group: 'machine',
    about: { zh: '写入磁盘要多久', en: 'Writing to the disk' },
    run: (context) =>
      ofData(context, async (folder) => {
        const nearest = await machine.nearestFolder(folder);
        if (await machine.isFile(nearest))
          return fail(
            {
              zh: `${nearest} 是文件，不是文件夹，数据没处放。`,
              en: `${nearest} is a file and no folder, so nothing can be kept there.`,
            },
            {
              zh: '在 .env 里把 DATA_DIR 改成一个文件夹；一般不用设置这一项。',
              en: 'Set DATA_DIR to a folder in .env; usually it is left out.',
            },
          );
        if (!(await machine.mayWrite(nearest)))
          return fail(
            { zh: `这个账号不能在 ${nearest} 里写文件。`, en: `This account may not write in ${nearest}.` },
            {
              zh: `把它交给运行服务的账号（chown），或换一个 DATA_DIR。`,
              en: 'Give it to the account that runs the service (chown), or set another DATA_DIR.',
            },
          );
        if (!(await machine.isThere(folder)))
          return ok({
            zh: `${folder} 还没有，第一次启动时会建。`,
            en: `${folder} is not there yet: the first start makes it.`,
          });
        const times: number[] = [];
        for (let probe = 0; probe < PROBES; probe += 1) times.push(await machine.syncMs(nearest));
        const ms = Math.round(times.toSorted((a, b) => a - b)[Math.floor(PROBES / 2)] ?? 0);
        const seen = { zh: `一次落盘 ${ms} 毫秒。`, en: `A write is on the disk after ${ms} ms.` };
        if (ms < SLOW_SYNC_MS) return ok(seen);
        return warn(seen, {
          zh: '太慢：每次核销都要等它。换快一点的磁盘（固态盘），或看看什么在占用它。',
          en: 'That is slow, and each redemption waits for it: use a faster disk (SSD), or see what else keeps it busy.',
        });
      }),
  };

  return [node, memory, space, kind, write, createDataFiles(machine), createSupervisorCheck(machine)];
}

function createDataFiles(machine: Machine): Check {
  return {
    name: 'data-files',
    group: 'machine',
    about: { zh: '账本和对照表的权限', en: 'Who may read ledger and mapping' },
    run: (context) =>
      ofData(context, async (folder) => {
        const paths = DATA_FILES.map((name) => join(folder, name));
        const open = await Promise.all(
          paths.map(async (path) => (await machine.isFile(path)) && (await mayOthersRead(path))),
        );
        const readable = paths.filter((_, index) => open[index]);
        if (readable.length === 0)
          return ok({ zh: '只有自己的账号能读。', en: 'Only their own account may read them.' });
        const list = readable.join(' ');
        return fail(
          {
            zh: `文件权限太宽，这台机器上别的账号也能读：${list}`,
            en: `Their modes let other accounts of this machine read ${list}`,
          },
          { zh: `运行 chmod 600 ${list}`, en: `Run chmod 600 ${list}` },
        );
      }),
  };
}

async function ofData({ config, cwd }: CheckContext, look: (folder: string) => Promise<Finding>): Promise<Finding> {
  if (config === null)
    return skipped({
      zh: '设置还不能用，不知道 DATA_DIR 在哪里。',
      en: 'The settings cannot be used, so DATA_DIR is not known.',
    });
  return look(dataFolder(config, cwd));
}

function toMb(bytes: number): number {
  return Math.floor(bytes / MB);
}
