import type { Notice } from '../../desk/notice.ts';
import type { VendorTroubleKind } from '../../redemption/people.ts';
import { dayAndTime, type Moment } from './when.ts';
import { shortName } from './words.ts';

const WHAT: Readonly<Record<VendorTroubleKind, string>> = {
  signature: '核销系统说我们的密钥不对，请核对 LIANTUOFU_APP_ID 和 LIANTUOFU_KEY',
  app: '核销系统说找不到我们的商户，请核对 LIANTUOFU_APP_ID 和门店编号，并问联拓富商户是否停用',
  permission: '核销系统没有给我们开通次卡接口，请联系联拓富开通',
  store: '核销系统说找不到这家门店，请核对门店编号',
  address: '核销系统的地址不对，请核对 LIANTUOFU_URL',
};

/** Tells a manager that no redemption has worked since then, and what has to be mended; `store` where it is that store's alone. */
export function vendorTrouble(
  { trouble, store, since }: Extract<Notice, { kind: 'vendor-trouble' }>,
  moment: Moment,
): string {
  const where = store === null ? '' : `${shortName(store)}：`;
  return `【系统提醒】${where}从 ${dayAndTime(since, moment)} 起核销不了。\n${WHAT[trouble]}。\n请转给负责这个机器人的同事；修好之前，请店员先不要用机器人核销。`;
}
