import { startFeishuGateway } from '../../support/gateways/feishu.ts';
import { FEISHU_APP, feishuCallback, feishuText, type FeishuMessage } from '../../support/gateways/feishu-callbacks.ts';
import { makeBot, type Pictured, type PicturedWay } from '../pictured.ts';

const GROUP = 'oc_group';
const AT_BOT = { tag: 'at', user_id: '@_user_1', user_name: '核销助手' };

async function start(way: 'callbacks' | 'connection'): Promise<Pictured> {
  const gateway = await startFeishuGateway();
  const { appId, appSecret, encryptKey, verificationToken } = FEISHU_APP;
  const callbacks = way === 'callbacks' ? { encryptKey, verificationToken } : null;
  const { host } = new URL(gateway.url);
  const made = makeBot(
    { feishu: { appId, appSecret, apiUrl: gateway.url, callbacks } },
    { media: 'media.invalid', api: host },
  );
  const written: string[] = [];
  if (callbacks === null) await made.connect();

  /** Something that a person writes; not yet heard of by the bot. */
  function write(
    messageId: string,
    text: string,
    pictures: readonly Uint8Array[],
    more: FeishuMessage = {},
  ): FeishuMessage {
    const keys = pictures.map((bytes) => gateway.pictures.keep(bytes));
    const images = keys.map((image_key) => [{ tag: 'img', image_key }]);
    const [only, ...others] = keys;
    const isOne = text === '' && only !== undefined && others.length === 0;
    const at = more.group == null ? [] : [AT_BOT];
    const message: FeishuMessage = {
      ...{ messageId, at: Date.now(), ...more },
      ...(isOne
        ? { type: 'image', content: { image_key: only } }
        : { type: 'post', content: { title: '', content: [[...at, { tag: 'text', text }], ...images] } }),
    };
    gateway.notes(message);
    written.push(messageId);
    return message;
  }

  return {
    bot: made.bot,
    async send({ text, pictures, quoted }, id) {
      const parentId = `${id}-0`;
      if (quoted !== undefined) write(parentId, quoted.text, quoted.pictures, { group: GROUP, mentionsBot: false });
      const message =
        quoted === undefined
          ? write(id, text, pictures, text === '' ? {} : { group: GROUP })
          : { messageId: id, at: Date.now(), group: GROUP, parentId };
      const event = feishuText(`@_user_1${text}`, message);
      if (callbacks !== null)
        return made.read(feishuCallback(event, FEISHU_APP, String(Math.floor(Date.now() / 1000))));
      await gateway.send(event);
      return made.heard(id);
    },
    forget: () => written.forEach((id) => gateway.pictures.recall(id)),
    async close() {
      await made.close();
      await gateway.close();
    },
  };
}

const CAN = { textWithPictures: true, severalPictures: true, quotedPictures: true };

export const FEISHU_PICTURES: readonly PicturedWay[] = [
  { name: 'Feishu by callbacks', ...CAN, start: () => start('callbacks') },
  { name: 'Feishu by its long connection', ...CAN, start: () => start('connection') },
];
