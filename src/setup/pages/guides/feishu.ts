import { html } from '../../../pages/html.ts';
import type { Guide, GuideValues, Said } from './guide.ts';

// Feishu and Lark: docs/setup/feishu.zh-CN.md.

const CREATE_APP: Said = {
  zh: html`打开飞书开发者后台
    <a href="https://open.feishu.cn/app" target="_blank" rel="noreferrer">open.feishu.cn</a>（Lark 是
    <a href="https://open.larksuite.com/app" target="_blank" rel="noreferrer">open.larksuite.com</a>），点
    <b>创建企业自建应用</b>。`,
  en: html`Open Feishu's developer console
    <a href="https://open.feishu.cn/app" target="_blank" rel="noreferrer">open.feishu.cn</a> (for Lark
    <a href="https://open.larksuite.com/app" target="_blank" rel="noreferrer">open.larksuite.com</a>), and click
    <b>创建企业自建应用</b> (Create Custom App).`,
};
const CREDENTIALS: Said = {
  zh: html`<b>凭证与基础信息</b> 里有 <b>App ID</b> 和 <b>App Secret</b>：下面要填。`,
  en: html`<b>凭证与基础信息</b> (Credentials) has <b>App ID</b> and <b>App Secret</b>: they go in below.`,
};
const ADD_BOT: Said = {
  zh: html`<b>添加应用能力 → 机器人</b>。`,
  en: html`<b>添加应用能力 → 机器人</b> (Add Features → Bot).`,
};
const permissions = ({ copy }: GuideValues): Said => {
  const list = html`<ul class="plain">
    ${['im:message.group_at_msg:readonly', 'im:message.p2p_msg:readonly', 'im:message:send_as_bot', 'im:message'].map(
      (name) => html`<li>${copy(name)}</li>`,
    )}
  </ul>`;
  return {
    zh: html`<b>权限管理 → 开通权限</b>：搜索并开通这四个：${list}`,
    en: html`<b>权限管理</b> (Permissions): search for these four and turn them on: ${list}`,
  };
};
const PUBLISH: Said = {
  zh: html`<b>版本管理与发布 → 创建版本</b>，<b>可用范围</b> 选上店员，点
    <b>发布</b>。前面改过什么，都要发了版本才算数。`,
  en: html`<b>版本管理与发布 → 创建版本</b> (Create a version), choose your staff in <b>可用范围</b>, and click
    <b>发布</b>. Nothing above counts before a version is published.`,
};
const ADD_TO_GROUP: Said = {
  zh: html`在飞书里打开店员的群：<b>设置 → 群机器人 → 添加机器人</b>，选刚才的应用。`,
  en: html`In Feishu open the group of your staff: <b>设置 → 群机器人 → 添加机器人</b>, and choose the app.`,
};
const NOT_HEARD = [
  {
    seen: { zh: '连上了，但收不到消息', en: 'Connected, but no message arrives' },
    todo: {
      zh: '没有添加「接收消息」事件，添加以后没有发布版本，或者别的程序在用同一个应用。',
      en: 'The event 接收消息 was not added, no version was published since, or another program uses the same app.',
    },
  },
  {
    seen: { zh: '单聊有回复，群里没有', en: 'It answers in one-to-one chats and not in the group' },
    todo: {
      zh: '群里要从 @ 的列表里选中机器人；还要有 im:message.group_at_msg:readonly 权限。',
      en: 'In a group choose the bot from the list of mentions; it also needs im:message.group_at_msg:readonly.',
    },
  },
] as const;

export const FEISHU_CONNECTION: Guide = {
  name: { zh: '长连接', en: 'Long connection' },
  about: {
    zh: '只要两个值。不用域名、证书、公网地址：服务自己连过去，店里路由器后面的电脑就行。',
    en: 'Two values, and no domain, certificate or public address: the service connects by itself, also from behind the router of a shop.',
  },
  before: (values) => [CREATE_APP, CREDENTIALS, ADD_BOT, permissions(values)],
  after: ({ copy }) => [
    {
      zh: html`上面显示「已连上」以后，到 <b>事件与回调 → 事件配置</b>：<b>订阅方式</b> 选
        <b>使用长连接接收事件</b>，保存；再点 <b>添加事件</b>，搜索 ${copy('im.message.receive_v1')}（接收消息）。`,
      en: html`Once it is connected above, go to <b>事件与回调 → 事件配置</b>: as <b>订阅方式</b> choose
        <b>使用长连接接收事件</b> and save; then click <b>添加事件</b> and search for ${copy('im.message.receive_v1')}.`,
    },
    {
      zh: html`同一页的 <b>回调配置</b>：同样选长连接，添加回调 ${copy('card.action.trigger')}（卡片回传交互）。`,
      en: html`<b>回调配置</b> on the same page: choose the long connection too, and add the callback
        ${copy('card.action.trigger')}.`,
    },
    PUBLISH,
    ADD_TO_GROUP,
  ],
  troubles: [
    {
      seen: { zh: '说 App ID 或 App Secret 不对', en: 'App ID or App Secret is said to be wrong' },
      todo: {
        zh: '从「凭证与基础信息」重新复制。用的是 Lark，就在「其他服务器地址」里填 https://open.larksuite.com。',
        en: 'Copy both again from 凭证与基础信息. For Lark put https://open.larksuite.com into “another server”.',
      },
    },
    {
      seen: { zh: '说连接太多（1000040350）', en: 'Too many connections (1000040350)' },
      todo: {
        zh: '别的程序占着这个应用的连接：停掉它，或者另建一个应用。',
        en: 'Another program has the connections of this app: stop it, or create an app for this service.',
      },
    },
    ...NOT_HEARD,
  ],
};

export const FEISHU_CALLBACKS: Guide = {
  name: { zh: '回调', en: 'Callbacks' },
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
    ADD_BOT,
    permissions(values),
    {
      zh: html`<b>事件与回调 → 加密策略</b> 里有 <b>Encrypt Key</b> 和 <b>Verification Token</b>：Encrypt Key
        是空的就点重置生成一个。两个都要填。`,
      en: html`<b>事件与回调 → 加密策略</b> has <b>Encrypt Key</b> and <b>Verification Token</b>: reset the key if there
        is none. Both are needed.`,
    },
  ],
  after: ({ callbackUrl, copy }) => [
    {
      zh: html`<b>事件与回调 → 事件配置</b> 和 <b>回调配置</b>：都选 <b>将事件发送至开发者服务器</b>，请求地址都粘贴
        ${callbackUrl}，保存。后台会马上来试这个地址。`,
      en: html`<b>事件与回调 → 事件配置</b> and <b>回调配置</b>: in both choose <b>将事件发送至开发者服务器</b>, paste
        ${callbackUrl}, and save. The console tries the address at once.`,
    },
    {
      zh: html`事件配置里添加事件 ${copy('im.message.receive_v1')}，回调配置里添加回调 ${copy('card.action.trigger')}。`,
      en: html`Add the event ${copy('im.message.receive_v1')} in the first, and the callback
      ${copy('card.action.trigger')} in the second.`,
    },
    PUBLISH,
    ADD_TO_GROUP,
  ],
  troubles: [
    {
      seen: {
        zh: '后台说请求地址校验不过，这里什么都没有到',
        en: 'The console refuses the address, and nothing arrives here',
      },
      todo: {
        zh: '请求没有走到这里：查域名解析、证书、防火墙，以及反向代理有没有把这个路径转过来。',
        en: 'The request did not get here: look at DNS, certificate, firewall, and whether the proxy hands this path on.',
      },
    },
    {
      seen: { zh: '这里说签名或 Token 对不上', en: 'Signature or token is said not to fit' },
      todo: {
        zh: '从「加密策略」重新复制 Encrypt Key 和 Verification Token；也看看代理有没有改动正文。',
        en: 'Copy Encrypt Key and Verification Token again from 加密策略; look also whether the proxy changes the body.',
      },
    },
    ...NOT_HEARD,
  ],
};
