import type { Refusal } from '../../../desk/staff-rules.ts';
import type { ShopRefusal } from '../../../desk/shop-rules.ts';
import { OPERATOR } from '../../../desk/operator.ts';
import { html, type Html } from '../../../pages/html.ts';
import type { RobotTest } from '../../../redemption/notices.ts';
import type { NoticeKind } from '../../../redemption/notices.ts';
import type { Store } from '../../../redemption/redemption.ts';

// What the pages of people, stores and robots say in the same words.

export const ROLE_WORDS = { staff: '店员', manager: '店长', admin: '管理员' } as const;

export const REFUSED: Readonly<Record<Refusal, string>> = {
  'own-store': '您只能管理自己门店的员工。',
  elsewhere: '这个账号在别的门店，要由那边的店长或管理员来改。',
  'no-such-store': '没有这个门店，可能刚被删掉。',
  'not-bound': '这个账号现在没有绑定。',
  'admin-entry': '管理员的资料只有管理员能改。',
  'last-manager': '这是门店最后一位店长，改了以后就没人能管这个店，请先设一位新店长。',
};

export const SHOP_REFUSED: Readonly<Record<ShopRefusal, string>> = {
  'not-an-address': '这不是群机器人的地址，请从群设置里重新复制。',
  'user-info': '地址里不能带用户名和密码。',
  'another-host': '这个地址不是该平台群机器人的地址，请核对平台，再从群设置里重新复制。',
  unencrypted: '地址要以 https:// 开头。',
  'no-key': '地址不完整，少了最后的密钥，请重新复制。',
  mention: '要 @ 的人请填平台里的账号，每行一个，只有字母、数字和 . _ @ -。',
  'too-many-mentions': '要 @ 的人最多20个。',
  secret: '加签密钥里不能有空格。',
  conversation: '群要写成平台和群的编号，例如 wecom:wrGROUP，不能有空格。',
  code: '请填门店编号，前后不能有空格。',
  'not-allowed': '您只能改自己门店的；门店本身和所有门店的机器人由管理员来改。',
  'no-such-store': '没有这个门店，可能刚被删掉。',
  gone: '已经没有了，可能刚被别人删掉。',
  'has-people': '这个门店还有员工，请先把他们改到别的门店或解绑。',
  'has-conversations': '还有群记在这个门店，请先改掉。',
  'has-robots': '这个门店还有群机器人，请先删掉。',
  'there-already': '这里已经有这个机器人了。',
};

export const PLATFORM_WORDS: Readonly<Record<RobotTest['robot'], string>> = {
  wecom: '企业微信',
  dingtalk: '钉钉',
  feishu: '飞书',
};

export const KIND_WORDS: Readonly<Record<NoticeKind, string>> = {
  refused: '核销失败',
  unknown: '结果未知',
  settled: '未知后来有了结果',
  summary: '每日汇总',
  succeeded: '核销成功',
  binding: '员工变动',
};

export const BROKEN =
  '名单文件（mapping.json）现在有错，正在用的是出错前的那一份，暂时不能修改。改好文件后再试；您填的还在下面。';

/** Where the mapping is broken by hand at the moment. */
export function brokenNotice(isBroken: boolean): Html | false {
  return (
    isBroken &&
    html`<div class="notice warn" role="status">
      <p>名单文件（mapping.json）现在有错，这里显示的是出错前的那一份，暂时不能修改。请管理员先改好文件。</p>
    </div>`
  );
}

export function storeName(stores: readonly Store[], code: string | null): string {
  if (code === null) return '所有门店';
  return stores.find((store) => store.code === code)?.name ?? code;
}

/** Who made a change. */
export function actor(nameOf: (user: string) => string, by: string): string {
  return by === OPERATOR ? '后台管理员' : nameOf(by);
}

/** What a change changes, field by field: before, after. */
export function comparison(
  heads: readonly [string, string],
  rows: readonly { readonly label: string; readonly one: string; readonly other: string }[],
): Html {
  return html`<table class="compared">
    <thead>
      <tr>
        <th scope="col"><span class="unseen">项目</span></th>
        ${heads.map((head) => html`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ label, one, other }) =>
          html`<tr class="${one === other ? 'same' : 'changed'}">
            <th scope="row">${label}</th>
            <td>${one}</td>
            <td>${one === other ? one : html`<strong>${other}</strong>`}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Fields that a form sends along unseen. */
export function hidden(fields: Readonly<Record<string, string>>): Html {
  return html`${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )}`;
}
