import { splitWords } from '../words.ts';
import { misused, type DeskEntry } from './entry.ts';

/** Has the robots of a store say something. */
export const notifyTest: DeskEntry<'notify-test'> = {
  kind: 'notify-test',
  words: [{ word: '通知', pinyin: 'tongzhi' }],
  leastRole: () => 'manager',
  read(args) {
    const [word, ...more] = splitWords(args);
    if (word === undefined) return misused('notify-test', 'missing');
    if (word !== '测试') return misused('notify-test', 'test');
    return more.length > 0 ? misused('notify-test', 'extra') : { kind: 'notify-test' };
  },
  print: () => ['通知', '测试'],
  example: { kind: 'notify-test' },
  help: { manager: '通知 测试' },
};
