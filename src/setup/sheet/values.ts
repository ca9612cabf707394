import type { Text } from '../../pages/text.ts';
import { isUser, type Platform } from '../../redemption/user-id.ts';
import { MANAGER, STAFF } from './columns.ts';
import * as words from './words.ts';

/** What a cell comes to, and what is wrong with it. */
export interface Value<Read> {
  readonly value: Read;
  readonly problem: Text | null;
}

const PLATFORM_WORDS: readonly (readonly [RegExp, Platform])[] = [
  [/^(?:wecom|wework|wx|企业微信|企微|微信)$/iu, 'wecom'],
  [/^(?:dingtalk|ding|钉钉)$/iu, 'dingtalk'],
  [/^(?:feishu|lark|飞书)$/iu, 'feishu'],
];
const PLATFORM_OF_HEADING: readonly (readonly [RegExp, Platform])[] = [
  [/企业微信|企微|wecom|wework/iu, 'wecom'],
  [/钉钉|dingtalk/iu, 'dingtalk'],
  [/飞书|feishu|lark|open[ _-]?id/iu, 'feishu'],
];
/** The vendor writes its codes in capitals. */
const VENDOR_CODE = /^ew_n\d+$/iu;

export function platformIn(text: string): Platform | null {
  return PLATFORM_WORDS.find(([word]) => word.test(text.trim()))?.[1] ?? null;
}

/** The platform that the heading of a column of accounts names. */
export function platformOfHeading(text: string): Platform | null {
  return PLATFORM_OF_HEADING.find(([word]) => word.test(text))?.[1] ?? null;
}

/** `place`: of accounts that do not say their platform themselves. */
export function userIn(text: string, place: Platform | null): Value<string> {
  const colon = text.indexOf(':');
  const said = platformIn(text.slice(0, Math.max(0, colon)));
  const bare = (said === null ? text : text.slice(colon + 1).trim()).replace(/^(\d+)\.0+$/u, '$1');
  const own = said ?? (/^ou_[0-9a-f]{8,}$/u.test(bare) ? 'feishu' : place);
  const value = own === null ? bare : `${own}:${bare}`;
  return { value, problem: isUser(value) ? null : own === null ? words.NO_PLATFORM : words.NOT_A_USER };
}

/** The vendor's employee ids are whole numbers: zeros in front mean nothing to it. */
export function employeeIdIn(text: string): Value<number | null> {
  const bare = text.replace(/\s/gu, '').replace(/^(?:no\.?|#)|号$/giu, '');
  const digits = /^\d{1,3}(?:,\d{3})+$/u.test(bare) ? bare.replaceAll(',', '') : bare.replace(/\.0+$/u, '');
  const value = Number(digits);
  if (/^\d+$/u.test(digits) && Number.isSafeInteger(value)) return { value, problem: null };
  if (/^[-—/无]+$/u.test(bare)) return { value: null, problem: null };
  return { value: null, problem: /^[\d.]+e\+?\d+$/iu.test(bare) ? words.SCIENTIFIC : words.NOT_A_NUMBER };
}

export function roleIn(text: string): Value<'staff' | 'manager'> {
  const bare = text.replace(/\s/gu, '');
  if (MANAGER.test(bare)) return { value: 'manager', problem: null };
  return { value: 'staff', problem: STAFF.test(bare) ? null : words.NO_ROLE };
}

/** `spelled`: the codes that are there already, by their own spelling and by capitals; they are kept as they are. */
export function storeCodeIn(text: string, spelled: ReadonlyMap<string, string>): string | null {
  const bare = text.replace(/\s/gu, '');
  const known = spelled.get(bare);
  if (known !== undefined) return known;
  if (!/^[!-~]+$/u.test(bare)) return null;
  if (!VENDOR_CODE.test(bare)) return bare;
  const capitals = bare.toUpperCase();
  return spelled.get(capitals) ?? capitals;
}
