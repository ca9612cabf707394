import type { LiveConfig } from '../../config.ts';
import type { MappingError } from '../../mapping/mapping-error.ts';
import { unknownFields, type Mapping } from '../../mapping/mapping.ts';
import { fileBesideDatabase } from '../../mapping/open-mapping.ts';
import type { Text } from '../../pages/text.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { dataFolder } from './context.ts';
import { fail, ok, skipped, warn } from './findings.ts';

const SHOWN = 10;

/** Problems of a mapping that are about the store of a member of staff. */
const STORE_OF_STAFF = /\bstaff\[\d+\]\.store\b/u;

const HOW: Text = {
  zh: 'docs/mapping.zh-CN.md 里有写法；也可以在 npm run setup 的网页上填。',
  en: 'docs/mapping.md says how it is written; or fill it in on the page of npm run setup.',
};

const mapping: Check = {
  name: 'mapping',
  group: 'people',
  about: { zh: '人员对照表', en: 'Whether the mapping can be used' },
  run: (context) =>
    ofLive(context, async () => {
      const found = await context.mapping();
      if (found === null)
        return warn({ zh: '还没有对照表，谁都核销不了。', en: 'There is none yet, so nobody can redeem.' }, HOW);
      if (found instanceof Error && isAway(found))
        return skipped({ zh: '数据库连不上。', en: 'The database cannot be reached.' });
      if (found instanceof Error)
        return fail({ zh: `用不了：${found.message}`, en: `It cannot be used: ${found.message}` }, repair(found));
      const { stores, staff, conversations = [] } = found;
      return ok({
        zh: `${stores.length} 家门店，${staff.length} 人，${conversations.length} 个群。`,
        en: `${stores.length} stores, ${staff.length} people, ${conversations.length} conversations.`,
      });
    }),
};

/** By its name: what knows the class loads the driver. */
function isAway({ cause }: MappingError): boolean {
  return cause instanceof Error && cause.name === 'ConnectionLost';
}

function repair({ cause }: MappingError): Text {
  const isUnread = cause instanceof Error && 'code' in cause && cause.code === 'EACCES';
  if (isUnread)
    return {
      zh: '把文件改成运行服务的账号能读的。',
      en: 'Make the file readable for the account that runs the service.',
    };
  return { zh: `按上面的位置改正。${HOW.zh}`, en: `Correct it at these places. ${HOW.en}` };
}

const mappingFields: Check = {
  name: 'mapping-fields',
  group: 'people',
  about: { zh: '对照表里的字段名', en: 'Names of fields in the mapping' },
  run: (context) =>
    ofMapping(context, (found) => {
      const unknown = unknownFields(found);
      if (unknown.length === 0) return ok({ zh: '字段名都认识。', en: 'All are known.' });
      const list = listOf(unknown, '\n');
      return warn(
        { zh: `有不认识的字段，不起作用：\n${list}`, en: `Some mean nothing here:\n${list}` },
        { zh: '可能是写错了名字：改正或删掉。', en: 'Perhaps they are mistyped: correct or remove them.' },
      );
    }),
};

const mappingUnread: Check = {
  name: 'mapping-unread',
  group: 'people',
  about: { zh: '没被读取的对照表文件', en: 'A mapping file that is not read' },
  run: (context) =>
    ofLive(context, async (config) => {
      if (config.databaseUrl === null)
        return ok({ zh: '没有用数据库，读的就是这个文件。', en: 'Without a database the file is what is read.' });
      const hint = await fileBesideDatabase(dataFolder(config, context.cwd), config.robotHosts);
      if (hint === null) return ok({ zh: '没有这样的文件。', en: 'There is none.' });
      return warn(
        {
          zh: '设置了 DATABASE_URL，对照表以数据库里的为准；DATA_DIR 里还有一个 mapping.json，改它不起作用。',
          en: `With DATABASE_URL the mapping is that of the database, but ${hint}`,
        },
        {
          zh: '要用它：npm run mapping -- import <文件>；不用就把它移走。',
          en: 'Import it: npm run mapping -- import <file>. Or move it away.',
        },
      );
    }),
};

const stores: Check = {
  name: 'stores',
  group: 'people',
  about: { zh: '门店有没有人', en: 'Stores and their staff' },
  run: (context) =>
    ofMapping(context, (found) => {
      if (found.stores.length === 0)
        return fail({ zh: '对照表里没有门店，谁都核销不了。', en: 'There is no store, so nobody can redeem.' }, HOW);
      // A redemption that is typed in the group of a store is booked to it, whoever types.
      const used = new Set([...found.staff, ...(found.conversations ?? [])].map(({ store }) => store));
      const empty = found.stores
        .filter(({ code }) => !used.has(code))
        .map(({ code, name = '' }) => `${name} ${code}`.trim());
      if (empty.length === 0)
        return ok({
          zh: `${found.stores.length} 家门店都有人。`,
          en: `All ${found.stores.length} have people or a group.`,
        });
      return warn(
        { zh: `这些门店还没有人：${listOf(empty)}`, en: `Without staff and without a group: ${listOf(empty)}` },
        {
          zh: '经理在群里说「绑定」加人，或在对照表的 staff 里给这些门店加人；不再用的门店删掉。',
          en: 'Have a manager bind people in the chat (绑定), or add them under staff in the mapping. Remove stores that are closed.',
        },
      );
    }),
};

const staff: Check = {
  name: 'staff',
  group: 'people',
  about: { zh: '人员有没有门店', en: 'Staff and their stores' },
  run: async (context) => {
    const found = context.config?.mode === 'live' ? await context.mapping() : null;
    const todo: Text = {
      zh: '把这些人的 store 改成 stores 里有的门店编号。',
      en: 'Set their store to the code of one of the stores.',
    };
    if (found instanceof Error) {
      const strays = found.problems.filter((problem) => STORE_OF_STAFF.test(problem));
      if (strays.length > 0) {
        const list = listOf(strays, '\n');
        return fail({ zh: `有人的门店不对：\n${list}`, en: `Some have no store that there is:\n${list}` }, todo);
      }
    }
    return ofMapping(context, ({ stores: known, staff: people }) => {
      if (people.length === 0)
        return warn(
          {
            zh: '对照表里还没有人，每个人发消息都会得到「未绑定」。',
            en: 'There is nobody yet: all are told that they are not bound.',
          },
          {
            zh: '让员工给机器人发一条消息，把回复里的编号转给经理，由经理「绑定」；或在 npm run setup 的网页上填。',
            en: 'Have them write to the bot and forward the reply to a manager, who binds them (绑定); or fill in the page of npm run setup.',
          },
        );
      const codes = new Set(known.map(({ code }) => code));
      const strays = people
        .filter(({ store }) => !codes.has(store))
        .map(({ user, name = '', store }) => `${name} ${user} → ${store}`.trim());
      if (strays.length > 0)
        return fail(
          { zh: `有人的门店不存在：${listOf(strays)}`, en: `Their stores do not exist: ${listOf(strays)}` },
          todo,
        );
      return ok({ zh: `${people.length} 人都有门店。`, en: `All ${people.length} have a store.` });
    });
  },
};

const managers: Check = {
  name: 'managers',
  group: 'people',
  about: { zh: '有没有店长', en: 'Whether there is a manager' },
  run: (context) =>
    ofLive(context, async ({ admins }) => {
      const found = await context.mapping();
      if (found instanceof Error && admins.length === 0) return unusable();
      const inMapping =
        found === null || found instanceof Error ? [] : found.staff.filter(({ role }) => role === 'manager');
      const count = new Set([...admins, ...inMapping.map(({ user }) => user)]).size;
      if (count > 0) return ok({ zh: `有 ${count} 位店长。`, en: `There are ${count}.` });
      return warn(
        {
          zh: '没有店长：没人能在群里绑定新人、处理结果未知的核销，出了问题也没人收到通知。',
          en: 'There is none: nobody can bind people or settle unknown redemptions in the chat, and nobody is told of trouble.',
        },
        {
          zh: '在 .env 里写 ADMINS=<编号>（本人给机器人发一条消息，回复里就有自己的编号，如 wecom:zhangsan），或在对照表里给一个人写上 "role": "manager"。',
          en: 'Set ADMINS=<id> in .env (who writes to the bot is told their own id, such as wecom:zhangsan), or give one person "role": "manager" in the mapping.',
        },
      );
    }),
};

export const PEOPLE_CHECKS: readonly Check[] = [mapping, mappingFields, mappingUnread, stores, staff, managers];

async function ofLive({ config }: CheckContext, look: (config: LiveConfig) => Promise<Finding>): Promise<Finding> {
  if (config === null) return skipped({ zh: '设置还不能用。', en: 'The settings cannot be used yet.' });
  if (config.mode === 'sandbox') return skipped({ zh: '沙箱里是示例人员。', en: 'The sandbox has sample people.' });
  return look(config);
}

/** For what only a mapping that can be used tells. */
function ofMapping(context: CheckContext, look: (mapping: Mapping) => Finding): Promise<Finding> {
  return ofLive(context, async () => {
    const found = await context.mapping();
    if (found === null) return skipped({ zh: '还没有对照表。', en: 'There is no mapping yet.' });
    return found instanceof Error ? unusable() : look(found);
  });
}

function unusable(): Finding {
  return skipped({
    zh: '对照表用不了，见「人员对照表」。',
    en: 'The mapping cannot be used: see the check mapping.',
  });
}

function listOf(items: readonly string[], between = ', '): string {
  const shown = items.slice(0, SHOWN).join(between);
  return items.length > SHOWN ? `${shown}${between}… (${items.length})` : shown;
}
