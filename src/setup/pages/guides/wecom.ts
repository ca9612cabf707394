import { html } from '../../../pages/html.ts';
import type { Guide, Said } from './guide.ts';

// WeCom: docs/setup/wecom.zh-CN.md.

const CONSOLE = html`<a href="https://work.weixin.qq.com" target="_blank" rel="noreferrer">work.weixin.qq.com</a>`;

const CREATE_BOT: Said = {
  zh: html`打开企业微信管理后台 ${CONSOLE}，点 <b>管理工具 → 智能机器人</b>（新版后台在 <b>安全与管理</b> 下面），点
    <b>创建机器人 → 手动创建</b>，再点页面最下面的 <b>API 模式创建</b>。`,
  en: html`Open WeCom's admin console ${CONSOLE}, click <b>管理工具 → 智能机器人</b> (in newer consoles below
    <b>安全与管理</b>), then <b>创建机器人 → 手动创建</b>, and <b>API 模式创建</b> at the very bottom of that page.`,
};
const BOT_VISIBLE: Said = {
  zh: html`在 <b>可见范围</b> 里选上要用它的店员和店长，点 <b>保存</b>。`,
  en: html`In <b>可见范围</b> (who can see it) choose the staff and managers who will use it, and click <b>保存</b>.`,
};
const ADD_TO_GROUP: Said = {
  zh: html`在企业微信里把机器人加进店员的群：打开群，点右上角的 <b>…</b>，在 <b>群机器人</b>（有的版本在
    <b>添加成员</b>）里选刚才的机器人。`,
  en: html`In WeCom add the bot to the group of your staff: open the group, click <b>…</b> at the top right, and choose
    the bot in <b>群机器人</b> (in some versions in <b>添加成员</b>).`,
};

const NOT_HEARD = [
  {
    seen: { zh: '连上了，但收不到消息', en: 'Connected, but no message arrives' },
    todo: {
      zh: '群里要先 @ 机器人：打 @，从列表里选中它，再打字。还是没有，就看看您自己在不在「可见范围」里。',
      en: 'In a group the bot has to be mentioned: type @, choose it from the list, then type. If that does not help, look whether you are in its 可见范围.',
    },
  },
] as const;

export const WECOM_CONNECTION: Guide = {
  name: { zh: '智能机器人，长连接', en: 'AI bot, long connection' },
  about: {
    zh: '只要两个值。不用域名、证书、公网地址：服务自己连过去，店里路由器后面的电脑就行。',
    en: 'Two values, and no domain, certificate or public address: the service connects by itself, also from behind the router of a shop.',
  },
  before: () => [
    CREATE_BOT,
    {
      zh: html`<b>连接方式</b> 选 <b>长连接</b>。页面上会出现 <b>Bot ID</b> 和 <b>Secret</b>：先留着这一页，下面要填。`,
      en: html`As <b>连接方式</b> (how it connects) choose <b>长连接</b>. The page then shows <b>Bot ID</b> and
        <b>Secret</b>: keep it open, they go in below.`,
    },
    BOT_VISIBLE,
  ],
  after: () => [ADD_TO_GROUP],
  troubles: [
    {
      seen: { zh: '说 Bot ID 或 Secret 不对（853000）', en: 'Bot ID or Secret is said to be wrong (853000)' },
      todo: {
        zh: '从机器人的同一页重新复制这两个值。也看看「连接方式」选的是不是「长连接」，并且已经保存。',
        en: 'Copy both again from the same page of the bot. Look also whether its 连接方式 is 长连接, and saved.',
      },
    },
    {
      seen: { zh: '说已经在别处连着', en: 'It is said to be connected elsewhere' },
      todo: {
        zh: '一个机器人只能有一条连接。把另一台电脑上用这个 Bot ID 的程序停掉；要两边都用，就再建一个机器人。',
        en: 'A bot can have one connection. Stop the other program that uses this Bot ID, or create a second bot for it.',
      },
    },
    {
      seen: { zh: '一直连不上', en: 'It does not connect at all' },
      todo: {
        zh: '这台电脑要能访问 openws.work.weixin.qq.com 的 443 端口：看看网络、防火墙、代理。',
        en: 'This machine has to reach openws.work.weixin.qq.com, port 443: look at network, firewall and proxy.',
      },
    },
    ...NOT_HEARD,
  ],
};

const URL_TROUBLES = [
  {
    seen: {
      zh: '后台说「URL校验失败」或「回调地址请求不通过」，这里什么都没有到',
      en: 'The console says that the URL failed, and nothing arrives here',
    },
    todo: {
      zh: '请求没有走到这里：查域名解析、证书、防火墙，以及反向代理有没有把这个路径转过来。域名不属于本企业，后台也会拒绝。',
      en: 'The request did not get here: look at DNS, certificate, firewall, and whether the proxy hands this path on. The console also refuses domains of other companies.',
    },
  },
  {
    seen: { zh: '这里说签名或密钥对不上', en: 'Signature or key is said not to fit' },
    todo: {
      zh: '后台里的 Token 和 EncodingAESKey 要和这一页上的一模一样：用「复制」重新粘贴一次，不要点「随机获取」。',
      en: 'Token and EncodingAESKey in the console have to be exactly those of this page: paste them again with the copy buttons, and do not click 随机获取.',
    },
  },
] as const;

const PROXY_NEEDED = (line: Said['zh']): Said => ({
  zh: html`准备好能从公网用 https 打开的地址，反向代理把这个路径转到本机。nginx 加这一行：<br />${line}`,
  en: html`Have an address that can be opened by https from the internet, with a proxy that hands this path on to this
    machine. In nginx: <br />${line}`,
});

export const WECOM_BOT_CALLBACKS: Guide = {
  name: { zh: '智能机器人，URL 回调', en: 'AI bot, URL callbacks' },
  about: {
    zh: '要有公网 https 地址。适合已经有服务器和域名的公司。',
    en: 'Needs a public https address: for companies that have a server and a domain.',
  },
  before: ({ proxyLine }) => [PROXY_NEEDED(proxyLine)],
  after: ({ callbackUrl, value }) => [
    CREATE_BOT,
    {
      zh: html`<b>连接方式</b> 选 <b>URL 回调</b>，把这三项粘贴进去（不要点「随机获取」）：
        <dl>
          <dt>URL</dt>
          <dd>${callbackUrl}</dd>
          <dt>Token</dt>
          <dd>${value('WECOM_BOT_TOKEN')}</dd>
          <dt>EncodingAESKey</dt>
          <dd>${value('WECOM_BOT_AES_KEY')}</dd>
        </dl>`,
      en: html`As <b>连接方式</b> choose <b>URL 回调</b>, and paste these three (do not click 随机获取):
        <dl>
          <dt>URL</dt>
          <dd>${callbackUrl}</dd>
          <dt>Token</dt>
          <dd>${value('WECOM_BOT_TOKEN')}</dd>
          <dt>EncodingAESKey</dt>
          <dd>${value('WECOM_BOT_AES_KEY')}</dd>
        </dl>`,
    },
    {
      zh: html`点 <b>保存</b>。企业微信会马上来检查这个地址，上面会显示「后台的检查到了」。`,
      en: html`Click <b>保存</b>. WeCom checks the address at once, and the check shows up above.`,
    },
    BOT_VISIBLE,
    ADD_TO_GROUP,
  ],
  troubles: [...URL_TROUBLES, ...NOT_HEARD],
};

export const WECOM_APP_CALLBACKS: Guide = {
  name: { zh: '自建应用', en: 'Self-built app' },
  about: {
    zh: '只能单聊，不能在群里用；要公网 https 地址和固定的出口 IP。有扫码菜单。',
    en: 'One-to-one chats only, no groups; needs a public https address and a fixed outgoing IP. Has a menu with a scanner.',
  },
  before: ({ proxyLine }) => [
    PROXY_NEEDED(proxyLine),
    {
      zh: html`打开企业微信管理后台 ${CONSOLE}，点 <b>应用管理 → 自建 → 创建应用</b>，<b>可见范围</b>
        选上店员。应用页面上有 <b>AgentId</b> 和 <b>Secret</b>（Secret 点「查看」，会发到管理员的企业微信里）。`,
      en: html`Open WeCom's admin console ${CONSOLE}, click <b>应用管理 → 自建 → 创建应用</b>, and choose your staff in
        <b>可见范围</b>. The app's page has <b>AgentId</b> and <b>Secret</b> (查看 sends the Secret to the
        administrator's WeCom).`,
    },
    {
      zh: html`<b>我的企业 → 企业信息</b> 最下面有 <b>企业 ID</b>。`,
      en: html`At the bottom of <b>我的企业 → 企业信息</b> is the <b>企业 ID</b> (corp id).`,
    },
  ],
  after: ({ callbackUrl, value }) => [
    {
      zh: html`在应用页面点 <b>接收消息 → 设置API接收</b>，把这三项粘贴进去（不要点「随机获取」）：
        <dl>
          <dt>URL</dt>
          <dd>${callbackUrl}</dd>
          <dt>Token</dt>
          <dd>${value('WECOM_APP_TOKEN')}</dd>
          <dt>EncodingAESKey</dt>
          <dd>${value('WECOM_APP_AES_KEY')}</dd>
        </dl>`,
      en: html`On the app's page click <b>接收消息 → 设置API接收</b>, and paste these three (do not click 随机获取):
        <dl>
          <dt>URL</dt>
          <dd>${callbackUrl}</dd>
          <dt>Token</dt>
          <dd>${value('WECOM_APP_TOKEN')}</dd>
          <dt>EncodingAESKey</dt>
          <dd>${value('WECOM_APP_AES_KEY')}</dd>
        </dl>`,
    },
    {
      zh: html`勾上 <b>用户发送的普通消息</b>、<b>自定义菜单操作</b> 和 <b>进入应用事件</b>，点
        <b>保存</b>。上面会显示「后台的检查到了」。`,
      en: html`Tick <b>用户发送的普通消息</b>, <b>自定义菜单操作</b> and <b>进入应用事件</b>, and click <b>保存</b>. The
        check shows up above.`,
    },
    {
      zh: html`保存成功以后，在应用页面最下面的 <b>企业可信IP</b> 里填上服务器访问外网时的出口 IP。`,
      en: html`When that is saved, put the IP from which this machine reaches the internet into <b>企业可信IP</b> at the
        bottom of the app's page.`,
    },
    {
      zh: html`在手机的企业微信里：<b>工作台</b>，点开这个应用。`,
      en: html`In WeCom on a phone: open the app in <b>工作台</b>.`,
    },
  ],
  troubles: [
    ...URL_TROUBLES,
    {
      seen: { zh: '60020', en: '60020' },
      todo: {
        zh: '出口 IP 不在「企业可信IP」里：把提示里的那个 IP 加进去，一两分钟后生效。',
        en: 'The outgoing IP is not in 企业可信IP: add the one that the message names; it counts after a minute or two.',
      },
    },
  ],
};
