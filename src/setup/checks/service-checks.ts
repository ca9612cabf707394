import type { LiveConfig } from '../../config.ts';
import type { Text } from '../../pages/text.ts';
import { PLATFORMS, type Platform } from '../../redemption/user-id.ts';
import type { BotSeen, Check, CheckContext, Finding, ServiceSeen } from './check.ts';
import { fail, ok, skipped, warn } from './findings.ts';
import { listens, refusedHost } from './listens.ts';
import { localUrl } from './see-service.ts';

/** How each platform is reached by these settings; absent: not at all. */
type Reached = Partial<Record<Platform, 'connection' | 'callbacks'>>;

const NOT_USED: Readonly<Record<Platform, Text>> = {
  wecom: { zh: '没有用企业微信。', en: 'WeCom is not set up.' },
  dingtalk: { zh: '没有用钉钉。', en: 'DingTalk is not set up.' },
  feishu: { zh: '没有用飞书。', en: 'Feishu is not set up.' },
};

const service: Check = {
  name: 'service',
  group: 'machine',
  about: { zh: '正在运行的服务', en: 'The running service' },
  run: async ({ config, service: running }) => {
    if (config === null) return skipped({ zh: '设置还不能用。', en: 'The settings cannot be used yet.' });
    if (running === null)
      return skipped(
        { zh: '没有服务在这个地址上运行。', en: 'None runs at this address.' },
        { zh: '启动：npm start', en: 'Start it: npm start' },
      );
    const { url, ready, problems } = running;
    const list = problems.map(({ what, since, detail }) => `${what}（${since}）: ${detail}`).join('\n');
    const english = problems.map(({ what, since, detail }) => `${what} (since ${since}): ${detail}`).join('\n');
    if (!ready)
      return fail(
        { zh: `${url} 在运行，但收不了消息：\n${list}`, en: `${url} runs, and cannot accept messages:\n${english}` },
        { zh: '按上面的原因处理；日志里有更多。', en: 'Mend what it says; its log has more.' },
      );
    if (problems.length > 0)
      return warn(
        { zh: `${url} 在运行，有事要处理：\n${list}`, en: `${url} runs, with something to look after:\n${english}` },
        { zh: '按上面的原因处理；日志里有更多。', en: 'Mend what it says; its log has more.' },
      );
    return ok({ zh: `${url} 在运行，一切正常。`, en: `${url} runs, and all is well.` });
  },
};

const port: Check = {
  name: 'port',
  group: 'machine',
  about: { zh: '监听的地址和端口', en: 'Address and port' },
  run: async ({ config, service: running, http }, signal) => {
    if (config === null) return skipped({ zh: '设置还不能用。', en: 'The settings cannot be used yet.' });
    const { host } = config;
    const url = localUrl(host, config.port);
    if (running !== null) return ok({ zh: `服务就在 ${running.url}。`, en: `The service is at ${running.url}.` });
    const refused = await refusedHost(host);
    if (refused !== null)
      return fail(
        {
          zh: `HOST=${host} 不是这台机器的地址（${refused}），服务启动不了。`,
          en: `HOST=${host} is no address of this machine (${refused}), so the service cannot start.`,
        },
        {
          zh: '在 .env 里把 HOST 改成 127.0.0.1，或这台机器自己的地址；一般不用设置这一项。',
          en: 'Set HOST to 127.0.0.1 in .env, or to an address of this machine; usually it is left out.',
        },
      );
    if (url === null) return ok({ zh: '启动时选一个空闲端口。', en: 'A free port is picked at the start.' });
    if (!(await listens(url, signal))) return ok({ zh: `${url} 空着。`, en: `${url} is free.` });
    const heard = await http.exchange(`${url}/healthz`, undefined, { signal });
    if (heard.kind === 'heard' && JSON.stringify(heard.json) === '{"status":"alive"}')
      return ok({ zh: `${url} 上是这个程序。`, en: `At ${url} is this program.` });
    return fail(
      {
        zh: `${url} 上有别的程序，服务启动不了。`,
        en: `Another program listens at ${url}, so the service cannot start.`,
      },
      { zh: '停掉它，或给服务换一个 PORT。', en: 'Stop it, or set another PORT for the service.' },
    );
  },
};

function bots(platform: Platform): Check {
  return {
    name: `${platform}-connection`,
    group: platform,
    about: { zh: '机器人的连接', en: 'The connection of the bot' },
    run: (context) =>
      ofBots(context, platform, (config, running) => {
        const by = reached(config)[platform];
        const found = running.bots.filter((bot) => isOf(bot, platform) && bot.by === by);
        if (running.bots.length === 0)
          return skipped(
            { zh: '运行中的服务没有说它有哪些机器人。', en: 'The running service does not tell of its bots.' },
            {
              zh: '可能是旧版本，或者要设置 METRICS_TOKEN：重启它再查。',
              en: 'It may be an older version, or METRICS_TOKEN is needed: restart it, then check again.',
            },
          );
        if (found.length === 0)
          return warn(
            {
              zh: '运行中的服务里没有这个机器人：它用的是以前的设置。',
              en: 'The running service has no such bot: it runs with former settings.',
            },
            { zh: '重启服务。', en: 'Restart the service.' },
          );
        const down = found.find(({ up }) => up === false);
        if (down !== undefined) return ofDown(down, config, running);
        const names = found.map(({ name }) => name).join(', ');
        return ok(
          by === 'connection'
            ? { zh: `${names}：连着。`, en: `${names}: connected.` }
            : { zh: `${names}：用回调，没有连接。`, en: `${names}: reached by callbacks, so there is no connection.` },
        );
      }),
  };
}

function ofDown({ name }: BotSeen, { databaseUrl }: LiveConfig, { problems }: ServiceSeen): Finding {
  const problem = problems.find(({ what, detail }) => what === 'connection' && detail.startsWith(`${name}:`));
  if (problem !== undefined)
    return fail(
      { zh: `连不上。${problem.detail}`, en: problem.detail },
      {
        zh: '按上面的原因处理；如果别处也在用同一个机器人，先停掉那边。',
        en: 'Mend what it says. Where another client uses the same bot, stop that one first.',
      },
    );
  if (databaseUrl !== null)
    return ok({
      zh: `${name}：不在这个实例上，可能在另一个实例上。`,
      en: `${name}: not of this instance; another one may have it.`,
    });
  return warn(
    { zh: `${name}：还没连上。`, en: `${name}: not connected yet.` },
    { zh: '过十几秒再查一次。', en: 'Check again in ten seconds or so.' },
  );
}

function messages(platform: Platform): Check {
  return {
    name: `${platform}-message`,
    group: platform,
    about: { zh: '最近一条消息', en: 'The last message' },
    run: (context) =>
      ofBots(context, platform, (_, running) => {
        const times = running.bots.flatMap((bot) => (isOf(bot, platform) ? [bot.lastMessageAt ?? 0] : []));
        const last = Math.max(0, ...times);
        if (last === 0)
          return skipped(
            {
              zh: '服务启动后还没有收到过消息，只有真的消息能证明群里 @ 得到它。',
              en: 'None came since the service was started; only a message proves that it can be reached in the chat.',
            },
            {
              zh: '在群里 @机器人 说「帮助」，或运行 npm run doctor -- --wait 等它。',
              en: 'Mention the bot in the group and write 帮助; npm run doctor -- --wait waits for it.',
            },
          );
        const at = new Date(last).toISOString();
        return ok({ zh: `${at} 收到过。`, en: `One came at ${at}.` });
      }),
  };
}

export const SERVICE_CHECKS: readonly Check[] = [
  service,
  port,
  ...PLATFORMS.flatMap((platform) => [bots(platform), messages(platform)]),
];

/** A bot is never connected to from here: a second subscriber would throw the service’s out. */
async function ofBots(
  { config, service: running }: CheckContext,
  platform: Platform,
  look: (config: LiveConfig, running: ServiceSeen) => Finding,
): Promise<Finding> {
  if (config?.mode !== 'live' || reached(config)[platform] === undefined) return skipped(NOT_USED[platform]);
  if (running === null)
    return skipped(
      {
        zh: '没有服务在运行，只有它知道。',
        en: 'No service runs, and only that could tell.',
      },
      {
        zh: '先 npm start，再查一次；或者运行 npm run doctor -- --wait，由它来等一条消息。',
        en: 'npm start, then check again; or have npm run doctor -- --wait hear a message itself.',
      },
    );
  return look(config, running);
}

/** The channel begins with the platform. */
function isOf({ channel }: BotSeen, platform: Platform): boolean {
  return channel.split('-')[0] === platform;
}

function reached({ channels: { wecomApp, wecomBot, wecomSocketBot, dingtalk, feishu } }: LiveConfig): Reached {
  return {
    ...((wecomApp ?? wecomBot) && { wecom: 'callbacks' }),
    ...(wecomSocketBot && { wecom: 'connection' }),
    ...(dingtalk && { dingtalk: dingtalk.mode === 'stream' ? 'connection' : 'callbacks' }),
    ...(feishu && { feishu: feishu.callbacks === null ? 'connection' : 'callbacks' }),
  };
}
