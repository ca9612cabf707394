import type { SettingName } from '../../config/settings.ts';
import type { Text } from '../../pages/text.ts';

/** How a setting is asked for. */
export interface AskedSetting {
  readonly label: Text;
  readonly hint: Text;
  readonly secret: boolean;
  readonly placeholder: string;
}

const own = (name: string): Text => ({ zh: name, en: name });
const none: Text = { zh: '', en: '' };
const plain = { hint: none, secret: false, placeholder: '' } as const;
const secret = { hint: none, secret: true, placeholder: '' } as const;

/** The settings that ways take, as the platforms' consoles call them. */
export const ASKED_SETTINGS: Readonly<Partial<Record<SettingName, AskedSetting>>> = {
  PUBLIC_URL: {
    label: { zh: '公网地址', en: 'Public address' },
    hint: {
      zh: '平台从公网访问这个服务的地址，https 开头，不带路径。',
      en: 'Where the platform reaches this service from the internet: https, without a path.',
    },
    secret: false,
    placeholder: 'https://redeem.example.com',
  },
  WECOM_CORP_ID: {
    ...plain,
    label: { zh: '企业 ID', en: '企业 ID (corp id)' },
    hint: {
      zh: '管理后台「我的企业 → 企业信息」最下面，ww 开头。填了以后，别的企业的人没有任何权限。',
      en: 'At the bottom of 我的企业 → 企业信息; it begins with ww. People of other companies then have no rights.',
    },
    placeholder: 'ww…',
  },
  WECOM_BOT_ID: { ...plain, label: own('Bot ID'), placeholder: 'aib…' },
  WECOM_BOT_SECRET: { ...secret, label: own('Secret') },
  WECOM_APP_AGENT_ID: { ...plain, label: own('AgentId'), placeholder: '1000002' },
  WECOM_APP_SECRET: { ...secret, label: own('Secret') },
  DINGTALK_CLIENT_ID: {
    ...plain,
    label: own('Client ID'),
    hint: { zh: '以前叫 AppKey。', en: 'Formerly AppKey.' },
    placeholder: 'ding…',
  },
  DINGTALK_APP_SECRET: {
    ...secret,
    label: own('Client Secret'),
    hint: { zh: '以前叫 AppSecret。', en: 'Formerly AppSecret.' },
  },
  DINGTALK_ROBOT_CODE: {
    ...plain,
    label: own('RobotCode'),
    hint: {
      zh: '「机器人」那一页上有；一般就是 Client ID，不用填。',
      en: 'On the page of the robot; usually the Client ID, and not needed.',
    },
    placeholder: 'ding…',
  },
  DINGTALK_CORP_ID: {
    ...plain,
    label: own('CorpId'),
    hint: {
      zh: '开发者后台首页右上角，ding 开头。填了以后，别的企业的机器人发来的消息一概不理。',
      en: 'At the top right of the developer console; it begins with ding. What robots of other companies send is then refused.',
    },
    placeholder: 'ding…',
  },
  BOT_NAMES: {
    ...plain,
    label: { zh: '机器人在群里的名字', en: 'The name of the bot in the group' },
    hint: {
      zh: '名字中间有空格才要填，例如：核销 助手。有几个名字就用逗号隔开。',
      en: 'Needed only where the name has a blank in it, such as 核销 助手. Several names are separated by commas.',
    },
  },
  FEISHU_APP_ID: { ...plain, label: own('App ID'), placeholder: 'cli_…' },
  FEISHU_APP_SECRET: { ...secret, label: own('App Secret') },
  FEISHU_ENCRYPT_KEY: { ...secret, label: own('Encrypt Key') },
  FEISHU_VERIFICATION_TOKEN: { ...secret, label: own('Verification Token') },
  WECOM_SOCKET_URL: {
    ...plain,
    label: { zh: '企业微信长连接的地址', en: 'Address of the long connection' },
    hint: { zh: '只有测试时才填。', en: 'For tests only.' },
    placeholder: 'wss://openws.work.weixin.qq.com',
  },
  WECOM_API_URL: {
    ...plain,
    label: { zh: '企业微信接口的地址', en: 'Address of the WeCom API' },
    hint: {
      zh: '私有部署，或者出口 IP 固定的代理，才填。',
      en: 'For private deployments, or a proxy with a fixed outgoing IP.',
    },
    placeholder: 'https://qyapi.weixin.qq.com',
  },
  DINGTALK_API_URL: {
    ...plain,
    label: { zh: '钉钉接口的地址', en: 'Address of the DingTalk API' },
    hint: { zh: '只有专有钉钉才填。', en: 'For private deployments only.' },
    placeholder: 'https://api.dingtalk.com',
  },
  FEISHU_API_URL: {
    ...plain,
    label: { zh: '飞书接口的地址', en: 'Address of the Feishu API' },
    hint: {
      zh: '用 Lark 的填 https://open.larksuite.com；用飞书的不用填。',
      en: 'For Lark https://open.larksuite.com; empty for Feishu.',
    },
    placeholder: 'https://open.feishu.cn',
  },
};
