import type { Channel } from '../channel.ts';
import { parse } from './parse.ts';
import { createVerify, type VerifyOptions } from './verify.ts';

/** DingTalk robot of one's own corp (企业内部机器人), HTTP mode. It has no URL check. */
export function createDingtalk(options: VerifyOptions): Channel {
  const verify = createVerify(options);
  return {
    name: 'dingtalk',
    path: '/dingtalk',
    receive: async (request) => parse(verify(request)),
  };
}
