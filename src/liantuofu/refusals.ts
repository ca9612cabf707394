import type { CallResult } from './outcome.ts';

/**
 * Why the vendor refuses all of our requests, for every card. `signature`: the key is not the right
 * one. `app`: it does not know the merchant, or not any more. `permission`: the merchant may not call the endpoint.
 * `store`: it does not know the store of the request as one of the merchant's. `address`: there is no such endpoint.
 */
export type Trouble = 'signature' | 'app' | 'permission' | 'store' | 'address';

const NOT_IN_ORDER =
  '(?:不存在|不正确|不合法|不匹配|不能为空|无效|错误|有误|异常|非法|未绑定|没有绑定|未关联|未激活|未启用|未审核|未认证|未生效|停用|禁用|冻结|注销|关闭|过期|到期|欠费|不可用|不属于(?:该|本|此|当前)?(?:核心)?商户)';

/**
 * The documents list no codes, only sentences such as `签名错误`: these are the words by which such platforms say so. The
 * first that fits counts. The plain ones name what is wrong with the merchant; the others do so only where they are not
 * about something of which one person at a counter may type anything.
 */
const PLAIN: readonly (readonly [Trouble, RegExp])[] = [
  [
    'signature',
    /验签|签名.{0,4}(?:错|失败|不|无效|校验|验证|异常|有误|非法|过期)|(?:错误|无效|非法)的?签名|密钥|秘钥/u,
  ],
  ['permission', /(?:接口|功能|api).{0,12}(?:权限|授权|开通)|(?:权限|授权|开通).{0,12}(?:接口|功能|api)|白名单/iu],
  ['permission', /商户.{0,8}(?:未|没有|尚未)(?:开通|授权)/u],
];
const OTHERS: readonly (readonly [Trouble, RegExp])[] = [
  ['signature', /签名|\bsign(?:ature)?\b/iu],
  ['store', new RegExp(`(?:门店|店铺|merchant_?code).{0,12}${NOT_IN_ORDER}|商户.{0,8}(?:未|没有)(?:绑定|关联)`, 'iu')],
  ['app', new RegExp(`(?:商户|应用|账户|账号|服务|app_?id).{0,12}${NOT_IN_ORDER}`, 'iu')],
  [
    'app',
    /(?:无效|错误|非法|未知|不存在)的?[:： ]?(?:核心商户|商户|应用|app_?id)|(?:invalid|unknown|disabled) (?:merchant|app)/iu,
  ],
  ['permission', /权限|无权|未授权|没有授权|permission|unauthori[sz]ed|forbidden|access denied/iu],
];
const ABOUT_A_CARD = /卡|动态码|核销码|券|次数|余次|会员|顾客|客户|用户/u;
/** Whom or which of our stores a card does not allow something is no trouble with the merchant either. */
const OF_SOMEBODY = /员工|店员|收银|操作员|门店|店铺/u;

/** What a refusal says about the merchant; null where it is about the card, the customer or this one request. */
export function troubleIn(vendorMsg: string | null): Trouble | null {
  if (vendorMsg === null) return null;
  const plain = PLAIN.find(([, words]) => words.test(vendorMsg));
  if (plain !== undefined) return plain[0];
  if (ABOUT_A_CARD.test(vendorMsg)) return null;
  const [trouble = null] = OTHERS.find(([, words]) => words.test(vendorMsg)) ?? [];
  return trouble === 'permission' && OF_SOMEBODY.test(vendorMsg) ? null : trouble;
}

/** What came of a call says about the merchant; also where it is not the vendor's own answer, by its status. */
export function troubleOf({ outcome, cause }: CallResult): Trouble | null {
  if (outcome.state === 'refused') return troubleIn(outcome.vendorMsg);
  if (cause === 'http-401' || cause === 'http-403') return 'permission';
  return cause === 'http-404' || cause === 'http-405' || cause === 'http-410' ? 'address' : null;
}

/** What an operator does about it. */
export const REMEDIES: Readonly<Record<Trouble, string>> = {
  signature: 'compare LIANTUOFU_APP_ID and LIANTUOFU_KEY with what Liantuofu gave you: they belong together',
  app: 'compare LIANTUOFU_APP_ID with what Liantuofu gave you and the stores of the mapping with its list; ask Liantuofu whether the merchant is active',
  permission:
    'ask Liantuofu to let this LIANTUOFU_APP_ID call the times card endpoints, from the address of this server',
  store: 'compare the code of the store in the mapping with Liantuofu’s list of this merchant’s stores',
  address: 'check LIANTUOFU_URL',
};
