import type { Text } from '../pages/text.ts';

export function changedMeanwhile(path: string): Text {
  return {
    zh: `${path} 在这期间被改过，所以没有写入。已经重新读取，刚才填的都还在，请再看一遍摘要，然后再点一次上线。`,
    en: `${path} was changed meanwhile, so nothing was written. It has been read again and what you typed is still there: look at the summary once more, then go live again.`,
  };
}

export function unusable(path: string, problem: string): Text {
  const name = path === '' ? '' : `${path}: `;
  return {
    zh: `${name}${problem}。请先改好这个文件，再到最后一步检查一遍。`,
    en: `${name}${problem}. Mend the file first, then check again on the last page.`,
  };
}

export function notEditable(path: string, setting: string, message: string): Text {
  return {
    zh: `${path} 里写不进 ${setting}，请手工检查这个文件里有没有没配对的引号：${message}`,
    en: `${setting} ${message} (${path}).`,
  };
}

export function cannotRead(path: string, error: unknown): Text {
  const code = codeOf(error);
  const todo = READ_TODO[code] ?? {
    zh: '请让运行服务的账号能读它',
    en: 'Let the account that runs the service read it',
  };
  return {
    zh: `读不了 ${path}（${code}）。${todo.zh}，再到最后一步检查一遍。`,
    en: `${path} cannot be read (${code}). ${todo.en}, then check again on the last page.`,
  };
}

export function cannotWrite(path: string, error: unknown): Text {
  const code = codeOf(error);
  const todo = TODO[code] ?? {
    zh: `请看一下原因：${error instanceof Error ? error.message : String(error)}。`,
    en: `Look at the reason: ${error instanceof Error ? error.message : String(error)}.`,
  };
  return {
    zh: `写不了 ${path}（${code}）。${todo.zh}什么都没有改动。`,
    en: `${path} cannot be written (${code}). ${todo.en} Nothing was changed.`,
  };
}

const READ_TODO: Readonly<Record<string, Text>> = {
  EISDIR: { zh: '这里是一个文件夹，不是文件。请移走它', en: 'This is a folder and no file: move it away' },
  ELOOP: { zh: '这个链接指向它自己。请删掉它', en: 'This link leads to itself: remove it' },
};
const RIGHTS: Text = {
  zh: '请让运行服务的账号能写这个文件和它所在的文件夹，再点一次上线。',
  en: 'Let the account that runs the service write this file and its folder, then go live again.',
};
const FULL: Text = {
  zh: '磁盘满了，请腾出空间，再点一次上线。',
  en: 'The disk is full: make room, then go live again.',
};

const TODO: Readonly<Record<string, Text>> = {
  EACCES: RIGHTS,
  EPERM: RIGHTS,
  EROFS: {
    zh: '这个位置是只读的，请换到可写的文件夹运行，或改成可写，再点一次上线。',
    en: 'This place is read-only: make it writable, or run in another folder, then go live again.',
  },
  ENOENT: {
    zh: '要写的文件夹不存在，可能是一个链接指到了没有的地方。请建好那个文件夹，或删掉链接，再点一次上线。',
    en: 'Its folder is not there, or a link leads to a place that is not: make the folder or remove the link, then go live again.',
  },
  ENOSPC: FULL,
  EDQUOT: FULL,
  EBUSY: {
    zh: '这个文件是单独挂载的，不能整个替换。请改为挂载它所在的文件夹，再点一次上线。',
    en: 'This file is mounted by itself and cannot be replaced as a whole: mount its folder instead, then go live again.',
  },
  EISDIR: {
    zh: '这里是一个文件夹，不是文件。请移走它，再点一次上线。',
    en: 'This is a folder and no file: move it away, then go live again.',
  },
  ENOTDIR: {
    zh: '上一级不是文件夹，请检查 DATA_DIR。',
    en: 'What should be its folder is none: look at DATA_DIR.',
  },
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'error';
}
