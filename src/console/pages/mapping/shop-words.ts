import type { NotMade } from '../../../desk/shop-edits.ts';
import { html, type Html } from '../../../pages/html.ts';
import type { Store } from '../../../redemption/redemption.ts';
import type { ConversationItem, RobotView, ShopList, StoreItem } from '../../../redemption/shops.ts';
import { BROKEN, KIND_WORDS, PLATFORM_WORDS, SHOP_REFUSED, storeName } from './words.ts';

/** What an entry says, field by field; `shown` is its JSON as it may be shown. */
export function entryRows(
  stores: readonly Store[],
  list: ShopList,
  shown: string | null,
): readonly (readonly [string, string])[] {
  const entry = shown === null ? null : (JSON.parse(shown) as unknown);
  switch (list) {
    case 'store': {
      const store = entry as Pick<StoreItem, 'code' | 'name'> | null;
      return [
        ['门店编号', store?.code ?? '没有'],
        ['名字', store === null ? '' : (store.name ?? '没有填，显示编号')],
      ];
    }
    case 'conversation': {
      const conversation = entry as Pick<ConversationItem, 'storeCode'> | null;
      return [['群里的核销记在', conversation === null ? '本人的门店' : storeName(stores, conversation.storeCode)]];
    }
    case 'robot': {
      const robot = entry as RobotView | null;
      return [
        ['平台', robot === null ? '没有' : PLATFORM_WORDS[robot.platform]],
        ['地址最后四位', robot === null ? '' : robot.ends],
        ['加签密钥', robot === null ? '' : robot.secretEnds === null ? '没有' : `最后四位 ${robot.secretEnds}`],
        ['通知', robot === null ? '' : kindsWords(robot)],
        ['结果未知时 @', robot === null ? '' : robot.mention.length === 0 ? '谁都不 @' : robot.mention.join('、')],
      ];
    }
  }
}

export function kindsWords({ kinds }: Pick<RobotView, 'kinds'>): string {
  return kinds.length === 0 ? '什么都不通知' : kinds.map((kind) => KIND_WORDS[kind]).join('、');
}

/** What an entry says in one line. */
export function entryLine(stores: readonly Store[], list: ShopList, shown: string | null): string {
  if (shown === null) return '没有';
  return entryRows(stores, list, shown)
    .map(([label, text]) => `${label} ${text}`)
    .join('，');
}

export function compared(stores: readonly Store[], list: ShopList, one: string | null, other: string | null) {
  const others = entryRows(stores, list, other);
  // Two addresses may end alike: what they are told apart by is not shown.
  const isMoved = list === 'robot' && one !== null && other !== null && idOf(one) !== idOf(other);
  return entryRows(stores, list, one).map(([label, text], at) => {
    const to = others[at]?.[1] ?? '';
    return { label, one: text, other: isMoved && label === '地址最后四位' ? `${to}（换了地址或密钥）` : to };
  });
}

const idOf = (shown: string) => (JSON.parse(shown) as RobotView).id;

/** Why something was not changed. */
export function whyNotMade(stores: readonly Store[], list: ShopList, why: NotMade): string {
  switch (why.kind) {
    case 'refused':
      return SHOP_REFUSED[why.why];
    case 'unchanged':
      return '现在就是这样，不用改。';
    case 'mapping-broken':
      return BROKEN;
    case 'no-such-change':
      return '没有这条变更，或者已经过了30天不能撤销。';
    case 'stale': {
      const since = why.since.map(({ id }) => `第${id}条变更`).join('、');
      return `您看的时候，别人刚改过，所以没有保存。现在是：${entryLine(stores, list, why.now)}。${since === '' ? '' : `最近的是${since}。`}`;
    }
  }
}

export function told(kind: 'ok' | 'warn' | 'fail', sentence: string): Html {
  return html`<div class="notice ${kind}" role="status"><p>${sentence}</p></div>`;
}
