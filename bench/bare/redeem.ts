import { hash, randomInt } from 'node:crypto';
import { Pool } from 'undici';
import { help } from '../../src/command/sentences.ts';
import { VENDOR } from '../../test/support/service.ts';

const HELP = help();

/** Resolves with the reply to a text: what became of the redemption, or help. */
export type Carry = (text: string) => Promise<string>;

/** Redeems with the vendor at this address; empty: there is none, and help is all that is said. */
export function createCarry(vendorUrl: string): Carry {
  const vendor = vendorUrl === '' ? null : new Pool(vendorUrl, { connections: 64, pipelining: 1 });
  return async (text) => {
    const [verb, card = '', count = '1'] = text.split(' ');
    return verb === '核销' && vendor !== null ? redeem(vendor, card, count) : HELP;
  };
}

async function redeem(pool: Pool, card: string, count: string): Promise<string> {
  const receipt = `R-${randomInt(10 ** 8)}`;
  const params = {
    appId: VENDOR.appId,
    cardNo: card,
    consumeEmployeeId: '11',
    consumeMerchantCode: 'EW_N2949193145',
    consumeSource: '0',
    count,
    random: String(randomInt(10 ** 14)),
    remark: receipt,
  };
  const joined = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  const sign = hash('md5', `${joined.join('&')}&key=${VENDOR.key}`);
  const { body } = await pool.request({
    path: '/open/timescard/userTimesCardConsume',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ ...params, sign }).toString(),
  });
  const { code, msg } = (await body.json()) as { code: string; msg: string };
  const outcome = code === 'SUCCESS' ? '核销成功' : '核销失败';
  return `${outcome}「${msg}」\n尾号${card.slice(-4)}，${count}次，人民路店，${receipt}`;
}
