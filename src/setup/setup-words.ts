import type { Text } from '../pages/text.ts';
import { CannotWrite, type FieldProblem } from './ports.ts';

export const UNDER_WAY: FieldProblem = {
  field: '',
  message: {
    zh: '正在上线，请等它完成再改。',
    en: 'It is going live just now: wait until that is done.',
  },
};

export const NO_VENDOR: FieldProblem = {
  field: '',
  message: {
    zh: '请先完成第一步「核销系统」，再连接聊天平台。',
    en: 'Finish the first step, the vendor, before you connect a platform.',
  },
};

export const NO_WAY: FieldProblem = {
  field: '',
  message: { zh: '请先选择一种接入方式。', en: 'Choose how people are reached first.' },
};

export const NOT_HEARD: FieldProblem = {
  field: 'user',
  message: {
    zh: '还没有收到这个人的消息。请他在群里 @机器人 发一句「帮助」，出现在名单里以后再选。',
    en: 'This person has not written yet. Have them mention the bot in the group, then choose them from the list.',
  },
};

export const MISSING: Readonly<Record<'vendor' | 'platform' | 'stores' | 'staff', FieldProblem>> = {
  vendor: {
    field: 'vendor',
    message: { zh: '还没有填核销系统的 appId 和密钥。', en: 'The vendor’s appId and key are missing.' },
  },
  platform: {
    field: 'platform',
    message: {
      zh: '还没有接入任何聊天平台：企业微信、钉钉或飞书至少要一个。',
      en: 'No platform is connected: WeCom, DingTalk or Feishu, at least one.',
    },
  },
  stores: {
    field: 'people',
    message: { zh: '还没有门店，至少要填一家。', en: 'There is no store: add at least one.' },
  },
  staff: {
    field: 'people',
    message: {
      zh: '还没有人：至少要有一位店长，其他人以后可以在群里申请绑定。',
      en: 'There are no people: at least one manager is needed, others can ask for it in the chat later.',
    },
  },
};

/** What is wrong within a step, in one sentence. */
export function wrongIn(step: 'people' | 'robots', problems: readonly FieldProblem[]): FieldProblem[] {
  const [first] = problems;
  if (first === undefined) return [];
  const { length } = problems;
  const page = step === 'people' ? '「门店与人员」' : '「群机器人」';
  return [
    {
      field: step,
      message: {
        zh: `${page}里还有 ${length} 处要改：${first.message.zh}`,
        en: `${length} ${length === 1 ? 'thing has' : 'things have'} to be mended under ${step}: ${first.message.en}`,
      },
    },
  ];
}

export function notOpened(error: unknown): Text {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    zh: `用这些值打不开机器人：${reason}`,
    en: `The bot cannot be opened with these values: ${reason}`,
  };
}

export const NO_SUCH_ROBOT: Text = {
  zh: '没有这个群机器人，请刷新页面。',
  en: 'There is no such robot: reload the page.',
};

/** `also`: what went wrong besides, when all was put back. */
export function wentBack(why: Text, also: Text | null): Text {
  const said = { zh: `没有上线：${why.zh}`, en: `It did not go live: ${why.en}` };
  if (also !== null) return alsoWrong(said, also);
  return {
    zh: `${said.zh} 文件已恢复原样，刚才运行的服务照旧运行。`,
    en: `${said.en} The files are as they were, and what ran before runs again.`,
  };
}

export function alsoWrong(why: Text, also: Text): Text {
  return {
    zh: `${why.zh} 恢复原样时又出了问题：${also.zh}`,
    en: `${why.en} To put things back went wrong too: ${also.en}`,
  };
}

export function inWords(error: unknown): Text {
  if (error instanceof CannotWrite) return error.text;
  const reason = error instanceof Error ? error.message : String(error);
  return { zh: reason, en: reason };
}
