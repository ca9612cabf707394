import type { Notice } from '../../desk/notice.ts';
import { dayAndTime, type Moment } from './when.ts';
import { browserWords } from './words.ts';

/** To the person who has just logged in to the console, or in whose name somebody else has. */
export function loggedIn({ at, browser }: Extract<Notice, { kind: 'logged-in' }>, moment: Moment): string {
  return [
    `您的账号登录了控制台：${dayAndTime(at, moment)}，${browserWords(browser)}`,
    '不是您本人登录的话，请马上发「退出登录」，并告诉管理员。',
  ].join('\n');
}
