import type { SettingName } from '../config/settings.ts';
import type { FieldProblem } from './ports.ts';

/** What a value must look like, for those who copy it from a Chinese console. */
const MUST: Readonly<Partial<Record<SettingName, string>>> = {
  LIANTUOFU_URL: '核销系统地址应以 https:// 开头，例如 https://api.liantuofu.com；一般留空即可',
  LIANTUOFU_APP_ID: 'appId 只有字母、数字和符号，中间没有空格，请重新复制',
  LIANTUOFU_KEY: '密钥只有字母、数字和符号，中间没有空格，请重新复制',
  WECOM_CORP_ID: '企业ID 形如 ww5823bf96d3bd56c7，请到管理后台「我的企业」最下面重新复制',
  WECOM_APP_AGENT_ID: 'AgentId 是一串数字，例如 1000002',
  WECOM_APP_SECRET: 'Secret 只有字母、数字和符号，中间没有空格，请重新复制',
  WECOM_APP_TOKEN: 'Token 是 1 到 32 位字母和数字',
  WECOM_APP_AES_KEY: 'EncodingAESKey 正好是 43 位字母和数字',
  WECOM_BOT_ID: 'Bot ID 只有字母、数字和符号，中间没有空格，请重新复制',
  WECOM_BOT_SECRET: 'Secret 只有字母、数字和符号，中间没有空格，请重新复制',
  WECOM_BOT_TOKEN: 'Token 是 1 到 32 位字母和数字',
  WECOM_BOT_AES_KEY: 'EncodingAESKey 正好是 43 位字母和数字',
  WECOM_SOCKET_URL: '长连接地址应以 wss:// 开头；一般留空即可',
  WECOM_API_URL: '企业微信接口地址应以 https:// 开头；一般留空即可',
  DINGTALK_CLIENT_ID: 'Client ID 只有字母、数字和符号，中间没有空格，请重新复制',
  DINGTALK_APP_SECRET: 'Client Secret 只有字母、数字和符号，请重新复制',
  DINGTALK_ROBOT_CODE: 'robotCode 只有字母、数字和符号，中间没有空格，请重新复制',
  DINGTALK_API_URL: '钉钉接口地址应以 https:// 开头；一般留空即可',
  DINGTALK_CORP_ID: 'CorpId 形如 dingd8e1123006514592，请到开发者后台首页重新复制',
  BOT_NAMES: '机器人的名字不能是空的，几个名字用逗号隔开',
  FEISHU_APP_ID: 'App ID 形如 cli_a1b2c3d4e5f60718，请重新复制',
  FEISHU_APP_SECRET: 'App Secret 只有字母、数字和符号，中间没有空格，请重新复制',
  FEISHU_ENCRYPT_KEY: 'Encrypt Key 只有字母、数字和符号，请重新复制',
  FEISHU_VERIFICATION_TOKEN: 'Verification Token 只有字母、数字和符号，中间没有空格，请重新复制',
  FEISHU_API_URL: '飞书接口地址应以 https:// 开头；Lark 用 https://open.larksuite.com，一般留空即可',
  PUBLIC_URL: '外网地址应以 https:// 开头，例如 https://bot.example.com，后面不带 ? 和 #',
};

/** A setting whose value does not fit; `message` is what the settings say of it. */
export function wrongValue(name: SettingName, message: string, field: string = name): FieldProblem {
  return {
    field,
    message: { zh: `${MUST[name] ?? `${name} 的格式不对`}。`, en: `It ${message}.` },
  };
}

export function missingValue(field: string): FieldProblem {
  return { field, message: { zh: '这一项还没有填。', en: 'This is missing.' } };
}

/** A setting that the environment keeps at something else. */
export function overruledValue(name: SettingName, field: string = name): FieldProblem {
  return {
    field,
    message: {
      zh: `启动服务的环境变量里已经设了 ${name}，写进 .env 不起作用。请先去掉环境变量 ${name} 再重新启动，或把那里的值改对。`,
      en: `The environment sets ${name} to another value, and .env cannot change that. Take ${name} out of the environment and start again, or change it there.`,
    },
  };
}

/** Something about a setting that was not typed here. */
export function otherSetting(name: string, message: string): FieldProblem {
  return {
    field: '',
    message: {
      zh: `设置 ${name} 有问题，请先在 .env 或环境变量里改好，再回到这里：${message}`,
      en: `${name} ${message}. Mend that in .env or in the environment first.`,
    },
  };
}
