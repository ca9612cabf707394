import { startWecomGateway } from '../../support/gateways/wecom.ts';
import { APP_SECRET, startPlatforms } from '../../support/platforms.ts';
import { APP_KEYS, BOT_KEYS } from '../../support/service.ts';
import { appCallback, appImage, botCallback, botShown, type BotImage } from '../../support/wecom.ts';
import { makeBot, type Pictured, type PicturedWay, type SentPictures } from '../pictured.ts';

const HOUR_MS = 3_600_000;
const { receiveId: corpId } = APP_KEYS;
const seconds = () => ({ timestamp: String(Math.floor(Date.now() / 1000)) });

async function startApp(): Promise<Pictured> {
  const platforms = await startPlatforms();
  const wecomApp = { token: APP_KEYS.token, aesKey: APP_KEYS.aesKey, corpId, agentId: 1000002, secret: APP_SECRET };
  const hosts = { media: 'media.invalid', api: platforms.host };
  const made = makeBot({ wecomApp, wecomApiUrl: platforms.url }, hosts);
  return {
    bot: made.bot,
    send({ pictures: [bytes = new Uint8Array()] }) {
      const { mediaId } = platforms.wecomPictures.toApp(bytes);
      return made.read(appCallback(APP_KEYS, appImage(corpId, { mediaId }), seconds()));
    },
    forget: () => platforms.misbehave('wecom-media', 40007, 9),
    async close() {
      await made.close();
      await platforms.close();
    },
  };
}

/** What the AI bot hears, with pictures as `keep` keeps them. */
function shownBy({ text, pictures, quoted }: SentPictures, id: string, keep: (bytes: Uint8Array) => BotImage) {
  const pieces = (words: string, shown: readonly Uint8Array[]) => [
    ...(words === '' ? [] : [words]),
    ...shown.map(keep),
  ];
  const others = quoted === undefined ? [] : pieces(quoted.text, quoted.pictures);
  return botShown(pieces(text, pictures), { messageId: id }, others);
}

async function startByCallbacks(): Promise<Pictured> {
  let aheadMs = 0;
  const platforms = await startPlatforms({ now: () => Date.now() + aheadMs });
  const hosts = { media: platforms.mediaHost, api: 'api.invalid' };
  const made = makeBot({ wecomBot: { ...BOT_KEYS, corpId } }, hosts);
  return {
    bot: made.bot,
    send(message, id) {
      const body = shownBy(message, id, (bytes) => platforms.wecomPictures.toBot(bytes, BOT_KEYS.aesKey));
      return made.read(botCallback(BOT_KEYS, body, seconds()));
    },
    forget: () => void (aheadMs += HOUR_MS),
    async close() {
      await made.close();
      await platforms.close();
    },
  };
}

async function startByConnection(): Promise<Pictured> {
  let aheadMs = 0;
  const gateway = await startWecomGateway({ now: () => Date.now() + aheadMs });
  const { botId, secret, url } = gateway;
  const hosts = { media: gateway.mediaHost, api: 'api.invalid' };
  const made = makeBot({ wecomSocketBot: { corpId, botId, secret, url } }, hosts);
  await made.connect();
  return {
    bot: made.bot,
    async send(message, id) {
      gateway.deliver(shownBy(message, id, (bytes) => gateway.picture(bytes)));
      return made.heard(id);
    },
    forget: () => void (aheadMs += HOUR_MS),
    async close() {
      await made.close();
      await gateway.close();
    },
  };
}

const CAN = { textWithPictures: true, severalPictures: true, quotedPictures: true };

export const WECOM_PICTURES: readonly PicturedWay[] = [
  // The client of an app sends a picture alone, and tells nothing of what it answers.
  { name: 'WeCom app', textWithPictures: false, severalPictures: false, quotedPictures: false, start: startApp },
  { name: 'WeCom AI bot by callbacks', ...CAN, start: startByCallbacks },
  { name: 'WeCom AI bot by its connection', ...CAN, start: startByConnection },
];
