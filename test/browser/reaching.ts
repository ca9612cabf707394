import { createServer, request as ask } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { WayId } from '../../src/setup/ways.ts';
import { FEISHU_APP, feishuChallenge } from '../support/gateways/feishu-callbacks.ts';
import { overDingtalk } from '../support/gateways/over-dingtalk.ts';
import { overFeishu } from '../support/gateways/over-feishu.ts';
import { overWecom } from '../support/gateways/over-wecom.ts';
import type { Gateway } from '../support/gateways/gateway.ts';
import { APP_SECRET, startPlatforms } from '../support/platforms.ts';
import { post } from '../support/post.ts';
import { APP_KEYS } from '../support/service.ts';
import {
  appCallback,
  appText,
  botCallback,
  botText,
  openAppReply,
  openBotReply,
  urlCheck,
  type WecomKeys,
} from '../support/wecom.ts';

/** A platform, a person of the shop who writes to the bot in it, and its console, by one way of the setup. */
export interface Reaching {
  /** What the page asks for. */
  readonly asked: Readonly<Record<string, string>>;
  /** What stands folded on the page: where the platform's server is. */
  readonly folded: Readonly<Record<string, string>>;
  /** What is clicked in the console while the page waits. `shown` is what the page gives to paste, by its label. */
  save(shown: (label: string) => Promise<string>): Promise<void>;
  say(text: string, id: string): Promise<void>;
  /** All that the person was told. */
  told(): readonly string[];
  close(): Promise<void>;
}

/** Every way of the setup. `front` is its public address; nothing of it is used by what connects by itself. */
export const REACHING: Readonly<Record<WayId, (front: string) => Promise<Reaching>>> = {
  'wecom-connection': async () => byConnection(await overWecom(), ['WECOM_SOCKET_URL']),
  'dingtalk-connection': async () => byConnection(await overDingtalk(), ['DINGTALK_API_URL']),
  'feishu-connection': async () => byConnection(await overFeishu(), ['FEISHU_API_URL']),
  'dingtalk-callbacks': async (front) => ({
    ...byCallbacks(await overDingtalk(), front, ['DINGTALK_API_URL']),
    // DingTalk's console sends something unsigned and wants nothing but a response.
    async save() {
      await fetch(`${front}/dingtalk`, { method: 'POST' });
    },
  }),
  'feishu-callbacks': async (front) => ({
    ...byCallbacks(await overFeishu(), front, ['FEISHU_API_URL']),
    async save() {
      const { body } = await post(front, '/feishu', feishuChallenge('ajls384kdjx98XX', FEISHU_APP));
      if (body !== '{"challenge":"ajls384kdjx98XX"}') throw new Error(`the console refuses ${body}`);
    },
  }),
  'wecom-bot-callbacks': async (front) => {
    const told: string[] = [];
    let keys: WecomKeys = { token: '', aesKey: '', receiveId: '' };
    return {
      asked: { PUBLIC_URL: front },
      folded: {},
      async save(shown) {
        keys = await checkAddress(front, '/wecom/bot', shown, '');
      },
      async say(content, messageId) {
        const said = botCallback(keys, botText({ content, messageId }), seconds());
        const reply = openBotReply(keys, (await post(front, '/wecom/bot', said)).body);
        told.push(reply.msgtype === 'text' ? reply.text.content : reply.stream.content);
      },
      told: () => told,
      close: () => Promise.resolve(),
    };
  },
  'wecom-app-callbacks': async (front) => {
    const platforms = await startPlatforms();
    const told: string[] = [];
    let keys: WecomKeys = APP_KEYS;
    let messages = 0;
    return {
      asked: {
        PUBLIC_URL: front,
        WECOM_CORP_ID: APP_KEYS.receiveId,
        WECOM_APP_AGENT_ID: '1000002',
        WECOM_APP_SECRET: APP_SECRET,
      },
      folded: { WECOM_API_URL: platforms.url },
      async save(shown) {
        keys = await checkAddress(front, '/wecom/app', shown, APP_KEYS.receiveId);
      },
      async say(content) {
        // WeCom numbers the messages of an app.
        const messageId = String((messages += 1));
        const said = appCallback(keys, appText(keys.receiveId, { content, messageId }), seconds());
        const { body } = await post(front, '/wecom/app', said);
        if (body !== '') told.push((await openAppReply(keys, body)).Content);
      },
      told: () => [...told, ...platforms.delivered.map(({ text }) => text)],
      close: () => platforms.close(),
    };
  },
};

/** What WeCom's console does when 保存 is clicked, with what was pasted into it. */
async function checkAddress(
  front: string,
  path: string,
  shown: (label: string) => Promise<string>,
  receiveId: string,
): Promise<WecomKeys> {
  const keys = { token: await shown('Token'), aesKey: await shown('EncodingAESKey'), receiveId };
  const url = await shown('URL');
  if (url !== front + path) throw new Error(`${url} is not ${front + path}`);
  const { query } = urlCheck(keys, '1234567890123456789', seconds());
  const body = await (await fetch(`${url}?${query.toString()}`)).text();
  if (body !== '1234567890123456789') throw new Error(`the console refuses ${body}`);
  return keys;
}

function byConnection(gateway: Gateway, folded: readonly string[]): Reaching {
  return {
    ...reachedBy(gateway, gateway.env, folded),
    save: () => Promise.resolve(),
    async say(text, id) {
      while (!gateway.isConnected()) await pause();
      gateway.say(`@核销助手 ${text}`, { id });
    },
  };
}

function byCallbacks(gateway: Gateway, front: string, folded: readonly string[]): Omit<Reaching, 'save'> {
  return {
    ...reachedBy(gateway, { ...gateway.callbackEnv, PUBLIC_URL: front }, folded),
    say: (text, id) => gateway.callBack(front, `@核销助手 ${text}`, { id }),
  };
}

function reachedBy(gateway: Gateway, values: Readonly<Record<string, string>>, folded: readonly string[]) {
  const pick = (takes: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => takes(name)));
  return {
    // The hosts of webhooks and pictures follow from the address of the server.
    asked: pick((name) => !folded.includes(name) && !name.endsWith('_HOSTS')),
    folded: pick((name) => folded.includes(name)),
    told: () => gateway.told().map(({ text }) => text),
    close: () => gateway.close(),
  };
}

export interface Front {
  readonly url: string;
  close(): void;
}

/** The public address: hands the paths of callbacks on to this port, as a proxy that was set up by the guides does. */
export async function startFront(port: string): Promise<Front> {
  const server = createServer((incoming, response) => {
    if (!/^\/(?:wecom\/|dingtalk|feishu)/u.test(incoming.url ?? '')) {
      response.writeHead(404).end();
      return;
    }
    const { method, url: path, headers } = incoming;
    const forwarded = { ...headers, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
    const onward = ask({ host: '127.0.0.1', port, ...(method && { method }), path, headers: forwarded });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const seconds = () => ({ timestamp: String(Math.floor(Date.now() / 1000)) });
const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
