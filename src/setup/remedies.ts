import type { Text } from '../pages/text.ts';

/**
 * The remedies that the platforms' tables of errors and their connections name, in Chinese. Those are written in English where they
 * are known, for the log; pages and checks show both.
 */
const CHINESE: Readonly<Record<string, string>> = {
  // WeCom
  'WECOM_APP_SECRET is not the secret of this app': 'WECOM_APP_SECRET 不是这个应用的 Secret，请到应用的页面重新复制',
  'WECOM_CORP_ID is wrong': '企业 ID（WECOM_CORP_ID）不对，请到「我的企业 → 企业信息」最下面复制',
  'WECOM_APP_AGENT_ID is not the AgentId of this app': 'WECOM_APP_AGENT_ID 不是这个应用的 AgentId',
  'WECOM_APP_AGENT_ID and WECOM_APP_SECRET are of different apps: copy both from the page of the same one':
    'AgentId 和 Secret 不是同一个应用的，请在同一个应用的页面上复制这两项',
  'add the address in the message to 企业可信IP of the app in the WeCom console':
    '请把上面的 IP 地址加到应用页面的「企业可信IP」里',
  'take the secret of the app itself, and give the app the permission to do this in the WeCom console':
    '请用这个应用自己的 Secret，并在企业微信后台给应用开通这项权限',
  'put the member into the visible range of the app': '请把这位成员加到应用的「可见范围」里',
  'WECOM_BOT_ID and WECOM_BOT_SECRET are not those of a bot in 长连接 mode: copy both from its page':
    'Bot ID 和 Secret 不对，或者机器人没有选「长连接」。请打开机器人的「API 设置」，选「长连接」，重新复制 Bot ID 和 Secret',
  'have the person write to the bot once: it may not write first':
    '机器人不能先给没说过话的人发消息，请这个人先给机器人发一条',
  'put the bot into the group again, or write to it there once': '请把机器人重新拉进群，或者在群里先 @ 它一次',
  'stop the other program that uses WECOM_BOT_ID, or give this service a bot of its own; then restart it':
    '请停掉正在用这个机器人的另一个程序，或者新建一个机器人给这里用，然后重新启动',
  // DingTalk
  'DINGTALK_CLIENT_ID and DINGTALK_APP_SECRET are not of one app: copy both from the same page':
    'Client ID 和 Client Secret 不是同一个应用的，请在应用的「凭证与基础信息」页面重新复制这两项',
  'give the app the permission qyapi_robot_sendmsg in the developer console, and publish a new version of it':
    '请在开放平台给应用开通「企业内机器人发送消息」权限（qyapi_robot_sendmsg），再发布一个新版本',
  'the calls of this month are used up: buy more, or wait for the next month':
    '这个月的接口调用次数用完了，请购买次数，或者等到下个月',
  'add the robot to the group again': '请把机器人重新加到群里',
  'set DINGTALK_ROBOT_CODE to the robotCode of this app; it normally is its Client ID':
    'DINGTALK_ROBOT_CODE 不对，一般就是应用的 Client ID',
  'start the robot again in the developer console': '请在开放平台重新启用机器人',
  'in a private deployment, set DINGTALK_API_URL to its address; otherwise see who answers in its place':
    '专属钉钉请把 DINGTALK_API_URL 改成专属的地址；不是专属钉钉的话，请检查网络里是谁冒充钉钉在回答',
  // Feishu
  'put the person into the 可用范围 of the app, and publish a version':
    '请把这个人加到应用的「可用范围」里，再发布一个版本',
  'give the app the permissions im:message:send_as_bot and im:message, and im:message.group_msg for pictures that are quoted in groups, and publish a version':
    '请给应用开通 im:message:send_as_bot 和 im:message 权限（要读群里引用的图片再开 im:message.group_msg），再发布一个版本',
  'turn the 机器人 ability of the app on, and publish a version': '请给应用添加「机器人」能力，再发布一个版本',
  'FEISHU_APP_ID or FEISHU_APP_SECRET is wrong, or no version of the app is published with 长连接 as its way to receive events':
    'App ID 或 App Secret 不对，或者应用还没有发布用「长连接」接收事件的版本。请到「凭证与基础信息」重新复制，在「事件与回调」选「使用长连接接收事件」，再发布一个版本',
  'other programs hold connections of this app: end them, or give the bot an app of its own':
    '这个应用的连接被别的程序占满了，请停掉那些程序，或者给机器人单独建一个应用',
  'add the bot to the group': '请把机器人加到群里',
  'turn 防泄密模式 of the group off, or have the code typed': '请关掉群的「防泄密模式」，或者让大家打字发核销码',
  'set FEISHU_API_URL to https://open.feishu.cn or https://open.larksuite.com':
    '请把 FEISHU_API_URL 改成 https://open.feishu.cn（飞书）或 https://open.larksuite.com（Lark）',
  // Of any connection
  'check the bot’s id and secret, and that its long connection is switched on in the console':
    '请检查机器人的 ID 和密钥，并在后台确认已经打开长连接',
};

/** A remedy in both languages; one that is not known here stays in English. */
export function remedyText(remedy: string): Text {
  return { zh: CHINESE[remedy] ?? remedy, en: `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}` };
}
