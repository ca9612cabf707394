import type { Text } from '../../pages/text.ts';

export const TOO_LONG: Text = {
  zh: '粘贴的内容太多，请分几次粘贴。',
  en: 'That is too much at once: paste it in parts.',
};

export const NOT_CELLS: Text = {
  zh: '这是网页代码，不是单元格。请在表格里选中单元格，复制，再粘贴到这里。',
  en: 'This is the code of a web page. Select the cells in the spreadsheet, copy them, and paste them here.',
};

export const NOT_A_CODE: Text = {
  zh: '这不像门店编号：门店编号在联拓富商户后台的门店列表里，像 EW_N2949193145。',
  en: 'This cannot be the code of a store. It stands in the list of stores of the vendor’s back office, such as EW_N2949193145.',
};

export const NO_SUCH_PLATFORM: Text = {
  zh: '平台只能是企业微信、钉钉或飞书。',
  en: 'A platform is WeCom, DingTalk or Feishu.',
};

export const NOT_COUNTED: Text = {
  zh: '序号这一列里不是序号，没有用上。是员工编号的话，请把标题改成「员工编号」。',
  en: 'This is no number of a row, so it was not used. Is it an employee id, then name the column so.',
};

export const NO_HEADING: Text = {
  zh: '这一格不知道是什么，没有用上。请在第一行写上标题，例如：门店编号、门店名称、姓名、员工编号、账号、角色。',
  en: 'It is not clear what this cell is, so it was not used. Put headings into the first row, such as: store code, store name, name, employee id, user, role.',
};

export const NOTHING_USED: Text = {
  zh: '这一行没有门店，也没有人，没有用上。',
  en: 'This row has neither a store nor a person, so it was not used.',
};

export const NOT_A_NUMBER: Text = {
  zh: '员工编号应是一个整数，例如 11；没有就留空。',
  en: 'An employee id is a whole number, such as 11; leave it empty if there is none.',
};

export const SCIENTIFIC: Text = {
  zh: '表格把这个数字缩写了，后面的数字已经丢失。请在表格里把这一列设成「文本」，重新填好再粘贴。',
  en: 'The spreadsheet has shortened this number, and its last digits are lost. Make the column one of text, fill it in again and paste it.',
};

export const NO_USER: Text = {
  zh: '没有账号，请补上；不知道时让本人在群里发一句，机器人会回复他的账号。',
  en: 'The user id is missing. Who does not know it writes to the bot, which replies with it.',
};

export const NO_PLATFORM: Text = {
  zh: '账号前面要写平台，例如 wecom:zhangsan、dingtalk:manager01、feishu:ou_7d8a6e6d。',
  en: 'Write the platform in front of the id, such as wecom:zhangsan, dingtalk:manager01 or feishu:ou_7d8a6e6d.',
};

export const NOT_A_USER: Text = {
  zh: '这不像一个人的账号（不能是手机号加空格、多个人或中文姓名），请按平台显示的账号填写。',
  en: 'This cannot be the id of one person: write it as the platform shows it.',
};

export const NO_ROLE: Text = {
  zh: '看不懂这个角色，先当作店员。店长请写「店长」。',
  en: 'This role is not known and was read as staff. Write "manager" for a manager.',
};

export function carriedDown(rows: readonly number[]): Text {
  const { zh, en } = listed(rows);
  return {
    zh: `第 ${zh} 行没有写门店（可能是合并单元格），按上面一行的门店算。`,
    en: `Row ${en} has no store (cells may have been merged): the store of the row above was taken.`,
  };
}

export function withoutZeros(rows: readonly number[]): Text {
  const { zh, en } = listed(rows);
  return {
    zh: `第 ${zh} 行的员工编号前面有 0：联拓富的员工编号是数字，按去掉前面的 0 算，例如 007 就是 7。`,
    en: `In row ${en} the employee id begins with 0. The vendor’s employee ids are numbers: 007 was read as 7.`,
  };
}

export function capitals(rows: readonly number[]): Text {
  const { zh, en } = listed(rows);
  return {
    zh: `第 ${zh} 行的门店编号按联拓富的写法改成了大写、去掉了空格。`,
    en: `In row ${en} the store code was put into capitals without blanks, as the vendor writes it.`,
  };
}

export function totalRow(row: number, said: string): Text {
  return {
    zh: `第 ${row} 行「${said}」是合计，没有当作数据。`,
    en: `Row ${row} (${said}) is a total and was left out.`,
  };
}

export function aboveHeadings(row: number, said: string): Text {
  return {
    zh: `第 ${row} 行「${said}」在标题上面，没有当作数据。`,
    en: `Row ${row} (${said}) stands above the headings and was left out.`,
  };
}

export function unusedColumns(headings: readonly string[]): Text {
  return {
    zh: `没有用到这些列：${headings.join('、')}。`,
    en: `These columns were not used: ${headings.join(', ')}.`,
  };
}

export function twoNames(code: string, name: string, row: number): Text {
  return {
    zh: `门店编号 ${code} 在第 ${row} 行叫「${name}」，这里是另一个名字。先用了第 ${row} 行的。`,
    en: `Store ${code} is called ${name} in row ${row} and otherwise here. The name of row ${row} was taken.`,
  };
}

export function noCode(name: string): Text {
  return {
    zh: `不知道门店「${name}」的编号，请补上门店编号。`,
    en: `The code of the store ${name} is not known: add it.`,
  };
}

export function severalCodes(name: string, codes: readonly string[]): Text {
  return {
    zh: `叫「${name}」的门店有好几家（${codes.join('、')}），请写门店编号。`,
    en: `Several stores are called ${name} (${codes.join(', ')}): write the code.`,
  };
}

export function sameRow(row: number, first: number): Text {
  return {
    zh: `第 ${row} 行和第 ${first} 行一样，只算一次。`,
    en: `Row ${row} is the same as row ${first} and counts once.`,
  };
}

export function samePerson(user: string, first: number): Text {
  return {
    zh: `${user} 在第 ${first} 行已经有了，内容不一样，请删掉一行。`,
    en: `${user} stands in row ${first} already, with something else: remove one of the rows.`,
  };
}

const SHOWN = 10;

function listed(rows: readonly number[]): Text {
  const shown = rows.slice(0, SHOWN);
  const rest = rows.length - shown.length;
  return {
    zh: `${shown.join('、')}${rest > 0 ? ` 等 ${rows.length} ` : ''}`,
    en: `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
  };
}
