import {
  dingtalkCallback,
  dingtalkPicture,
  dingtalkQuoted,
  dingtalkQuoting,
  dingtalkRichText,
} from '../../support/dingtalk.ts';
import { startPlatforms } from '../../support/platforms.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET } from '../../support/service.ts';
import { makeBot, type Pictured, type PicturedWay, type SentPictures } from '../pictured.ts';

async function start(mode: 'http' | 'stream'): Promise<Pictured> {
  const platforms = await startPlatforms();
  const { dingtalk: gateway, dingtalkApi: api, host, mediaHost, url: apiUrl } = platforms;
  const settings = {
    ...{ appSecret: DINGTALK_SECRET, clientId: DINGTALK_CLIENT_ID, robotCode: null, corpId: null },
    ...{ mode, apiUrl, webhookHosts: [host] },
  };
  const made = makeBot({ dingtalk: settings }, { media: mediaHost, api: host });
  const codes: string[] = [];
  const codeOf = (bytes: Uint8Array) => {
    const code = api.keepPicture(bytes);
    codes.push(code);
    return code;
  };
  if (mode === 'stream') await made.connect();

  function bodyOf({ text, pictures, quoted }: SentPictures, fields: object): object {
    if (quoted !== undefined) {
      const words = quoted.text === '' ? [] : [{ msgType: 'text', content: quoted.text }];
      const shown = quoted.pictures.map((bytes) => ({ msgType: 'picture', downloadCode: codeOf(bytes) }));
      const [only] = shown;
      const content = words.length === 0 && shown.length === 1 ? only : { richText: [...words, ...shown] };
      const kind = content === only ? 'picture' : 'richText';
      return dingtalkQuoting(text, dingtalkQuoted(kind, content), { ...fields });
    }
    const [first, ...others] = pictures.map(codeOf);
    if (text === '' && first !== undefined && others.length === 0) return dingtalkPicture(first, { ...fields });
    const words = text === '' ? [] : [text];
    return dingtalkRichText([...words, ...[first, ...others].map((picture = '') => ({ picture }))], { ...fields });
  }

  return {
    bot: made.bot,
    async send(message, id) {
      const body = bodyOf(message, { msgId: id, createAt: Date.now() });
      if (mode === 'http') return made.read(dingtalkCallback(DINGTALK_SECRET, body, String(Date.now())));
      gateway.say({ ...body });
      return made.heard(id);
    },
    forget: () => codes.forEach((code) => api.dropPicture(code)),
    async close() {
      await made.close();
      await platforms.close();
    },
  };
}

const CAN = { textWithPictures: true, severalPictures: true, quotedPictures: true };

export const DINGTALK_PICTURES: readonly PicturedWay[] = [
  { name: 'DingTalk by callbacks', ...CAN, start: () => start('http') },
  { name: 'DingTalk by Stream', ...CAN, start: () => start('stream') },
];
