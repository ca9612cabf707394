import { html } from '../../../pages/html.ts';
import type { Guide, GuideValues, Said } from './guide.ts';

// DingTalk: docs/setup/dingtalk.zh-CN.md.

const CONSOLE = html`<a href="https://open-dev.dingtalk.com" target="_blank" rel="noreferrer"
  >open-dev.dingtalk.com</a
>`;

const CREATE_APP: Said = {
  zh: html`打开钉钉开发者后台 ${CONSOLE}，点 <b>应用开发 → 钉钉应用 → 创建应用</b>（企业内部应用）。`,
  en: html`Open DingTalk's developer console ${CONSOLE}, and click
    <b>应用开发 → 钉钉应用 → 创建应用</b> (企业内部应用).`,
};
const CREDENTIALS: Said = {
  zh: html`左边 <b>凭证与基础信息</b> 里有 <b>Client ID</b> 和 <b>Client Secret</b>：下面要填。`,
  en: html`<b>凭证与基础信息</b> on the left has <b>Client ID</b> and <b>Client Secret</b>: they go in below.`,
};
const permission = ({ copy }: GuideValues): Said => ({
  zh: html`<b>权限管理</b>：搜索 ${copy('qyapi_robot_sendmsg')}，申请「企业内机器人发送消息权限」。`,
  en: html`<b>权限管理</b>: search for ${copy('qyapi_robot_sendmsg')} and ask for 企业内机器人发送消息权限.`,
});
const PUBLISH: Said = {
  zh: html`<b>版本管理与发布 → 创建新版本</b>，<b>可用范围</b> 选上店员，点
    <b>发布</b>。没有发布之前，钉钉不会告诉机器人是谁在说话。`,
  en: html`<b>版本管理与发布 → 创建新版本</b>, choose your staff in <b>可用范围</b>, click <b>发布</b>. Before that
    DingTalk does not tell the bot who is speaking.`,
};
const ADD_TO_GROUP: Said = {
  zh: html`在钉钉里打开店员的群：<b>群设置 → 机器人 → 添加机器人</b>，选刚才的应用。`,
  en: html`In DingTalk open the group of your staff: <b>群设置 → 机器人 → 添加机器人</b>, and choose the app.`,
};

const NO_ID = {
  seen: {
    zh: '机器人回答「消息里没有您的员工账号」',
    en: 'The bot answers 消息里没有您的员工账号 (no staff account in the message)',
  },
  todo: {
    zh: '应用的版本还没有发布，或者发消息的人不是本企业的。到「版本管理与发布」里发布。',
    en: 'The app has no published version, or the person is of another company. Publish it in 版本管理与发布.',
  },
} as const;

export const DINGTALK_CONNECTION: Guide = {
  name: { zh: 'Stream 模式（长连接）', en: 'Stream (a long connection)' },
  about: {
    zh: '只要两个值。不用域名、证书、公网地址：服务自己连过去，店里路由器后面的电脑就行。',
    en: 'Two values, and no domain, certificate or public address: the service connects by itself, also from behind the router of a shop.',
  },
  before: (values) => [
    CREATE_APP,
    CREDENTIALS,
    {
      zh: html`<b>添加应用能力 → 机器人</b>：<b>消息接收模式</b> 选 <b>Stream 模式</b>，点 <b>发布</b>。`,
      en: html`<b>添加应用能力 → 机器人</b>: as <b>消息接收模式</b> choose <b>Stream 模式</b>, and click <b>发布</b>.`,
    },
    permission(values),
    PUBLISH,
  ],
  after: () => [ADD_TO_GROUP],
  troubles: [
    {
      seen: {
        zh: '说 Client ID 或 Client Secret 不对（authFailed）',
        en: 'Client ID or Client Secret is said to be wrong (authFailed)',
      },
      todo: {
        zh: '两个值要是同一个应用的：从「凭证与基础信息」那一页重新复制。',
        en: 'Both have to be of the same app: copy them again from 凭证与基础信息.',
      },
    },
    {
      seen: { zh: '连上了，但收不到消息', en: 'Connected, but no message arrives' },
      todo: {
        zh: '群里要 @ 机器人。还是没有：「消息接收模式」不是 Stream，版本没有发布，或者别的程序用同一个应用连着，把消息收走了。',
        en: 'In a group the bot has to be mentioned. If that does not help: 消息接收模式 is not Stream, the version is not published, or another program is connected as the same app and gets the messages.',
      },
    },
    NO_ID,
  ],
};

export const DINGTALK_CALLBACKS: Guide = {
  name: { zh: 'HTTP 模式（回调）', en: 'HTTP (callbacks)' },
  about: {
    zh: '要有公网 https 地址。适合已经有服务器和域名的公司。',
    en: 'Needs a public https address: for companies that have a server and a domain.',
  },
  before: (values) => [
    {
      zh: html`准备好能从公网用 https 打开的地址，反向代理把这个路径转到本机。nginx 加这一行：<br />${values.proxyLine}`,
      en: html`Have an address that can be opened by https from the internet, with a proxy that hands this path on to
        this machine. In nginx: <br />${values.proxyLine}`,
    },
    CREATE_APP,
    CREDENTIALS,
    permission(values),
  ],
  after: ({ callbackUrl }) => [
    {
      zh: html`<b>添加应用能力 → 机器人</b>：<b>消息接收模式</b> 选 <b>HTTP 模式</b>，<b>消息接收地址</b> 粘贴
        ${callbackUrl}，点 <b>发布</b>。后台会马上来试这个地址。`,
      en: html`<b>添加应用能力 → 机器人</b>: as <b>消息接收模式</b> choose <b>HTTP 模式</b>, as
        <b>消息接收地址</b> paste ${callbackUrl}, and click <b>发布</b>. The console tries the address at once.`,
    },
    PUBLISH,
    ADD_TO_GROUP,
  ],
  troubles: [
    {
      seen: { zh: '后台说「消息接收地址校验失败」', en: 'The console says 消息接收地址校验失败' },
      todo: {
        zh: '后台的请求没有走到这里：查域名解析、证书、防火墙，以及反向代理有没有把这个路径转过来。',
        en: 'Its request did not get here: look at DNS, certificate, firewall, and whether the proxy hands this path on.',
      },
    },
    {
      seen: { zh: '这里说签名对不上', en: 'The signature is said not to fit' },
      todo: {
        zh: 'Client Secret 和后台的不一样：从「凭证与基础信息」重新复制。',
        en: 'The Client Secret is not that of the console: copy it again from 凭证与基础信息.',
      },
    },
    NO_ID,
  ],
};
