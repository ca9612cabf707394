/** In Chinese, what the mapping's rules say of a place. `sentence` is theirs, in English. */
export function inChinese(place: string, sentence: string): string {
  const [, list = '', index = ''] = /^(stores|staff|conversations|notify)\[(\d+)\]/u.exec(place) ?? [];
  const field = place.slice(place.lastIndexOf('.') + 1);
  const twice = /^\w+\[(\d+)\] and \w+\[\d+\] are both (.+?)(?:, written .*)?$/u.exec(sentence);
  if (twice !== null) {
    const [, first = '0', what = ''] = twice;
    return `${NAMES[list]?.key ?? ''} ${what} 重复了：第 ${Number(first) + 1} 行和第 ${Number(index) + 1} 行是同一个，请删掉一行。`;
  }
  if (field === 'store') {
    const [, code = ''] = / is (.+), which is not the code of a store$/u.exec(sentence) ?? [];
    return code === '' ? '请选择门店。' : `没有编号为 ${code} 的门店：请先加上这家门店，或改成已有的门店编号。`;
  }
  return MUST[`${list}.${field}`] ?? '这一项填得不对，请改一下。';
}

/** Without the place, which the page shows by itself. */
export function inEnglish(place: string, sentence: string): string {
  if (/^\S+ is , which is not/u.test(sentence)) return 'Choose a store.';
  const said = sentence.startsWith(`${place} `) ? `It ${sentence.slice(place.length + 1)}` : sentence;
  const fromOne = said.replace(/\[(\d+)\]/gu, (_, index: string) => ` ${Number(index) + 1}`);
  return `${fromOne.charAt(0).toUpperCase()}${fromOne.slice(1)}.`;
}

const NAMES: Readonly<Record<string, { readonly key: string }>> = {
  stores: { key: '门店编号' },
  staff: { key: '账号' },
  conversations: { key: '群' },
};

const MUST: Readonly<Record<string, string>> = {
  'stores.code': '门店编号还没有填，或前后有空格。',
  'staff.user':
    '账号应是平台和这个人的 ID，例如 wecom:zhangsan、dingtalk:manager01、feishu:ou_7d8a6e6d；不知道时让本人在群里发一句，机器人会回复他的账号。',
  'staff.employeeId': '员工编号是一个整数，例如 11；没有就留空。',
  'staff.role': '角色只能是店员或店长。',
  'conversations.id': '群的 ID 应是平台和收到的群 ID，例如 wecom:wrGROUP。',
  'notify.robot': '平台只能是企业微信、钉钉或飞书。',
  'notify.url': '这不是该平台群机器人的 Webhook 地址，请到群设置里重新复制整个地址。',
  'notify.secret': '加签密钥中间没有空格，请重新复制；没有开启加签就留空。',
};
