import type { CardFound, CardNotShown, LastUse, WhyNotShown } from '../../desk/query.ts';
import type { Role } from '../../redemption/role.ts';
import { dayAndTime, type Moment } from './when.ts';
import {
  cardLabel,
  joinParts,
  maskName,
  maskPhone,
  plainLine,
  vendorWords,
  SHORT_OUTCOMES,
  shortName,
} from './words.ts';

/** The answer to `查询`. */
export function card(found: CardFound, moment: Moment & Asker): string {
  const { card, cardName, remaining, validUntil, expired, last } = found;
  const until = validUntil === null ? null : `有效期至 ${plainLine(validUntil)}`;
  const member = joinParts([maskName(found.memberName ?? ''), maskPhone(found.memberPhone ?? '')], ' ');
  return joinParts(
    [
      joinParts([remaining === null ? '剩余次数不明' : `剩余${remaining}次`, expired ? '已过期' : null, until], '，'),
      cardLabel(cardName, card),
      member === '' ? null : `顾客 ${member}`,
      lastLine(last, moment),
    ],
    '\n',
  );
}

/** The answer to `查询` when the vendor does not tell; what our ledger knows is said all the same. */
export function cardNotShown({ card, why, last }: CardNotShown, moment: Moment & Asker): string {
  return joinParts([whyNotShown(why, card), cardLabel(null, card), lastLine(last, moment)], '\n');
}

function whyNotShown(why: WhyNotShown, card: string): string {
  switch (why.kind) {
    case 'refused':
      return isAboutPermission(why.vendorMsg)
        ? '没有开通查询次数的权限，请到联拓富后台查'
        : `查不到这张卡${vendorWords({ vendorMsg: why.vendorMsg, card })}`;
    case 'no-answer':
      return '核销系统没有答复，剩余次数没查到，请稍后再查';
    case 'off':
      return '机器人查不了剩余次数，请到联拓富后台查';
  }
}

interface Asker {
  readonly role: Role;
}

/** All but admins are told of their own store only: the card may have been used in another since. */
function lastLine(last: LastUse | null, { role, ...moment }: Moment & Asker): string {
  const isOfAll = role === 'admin';
  if (last === null) return `没有查到这张卡的核销记录${isOfAll ? '' : '，也可能不是您门店的'}`;
  return `${isOfAll ? '上次' : '本店上次'} ${lastUse(last, moment)}`;
}

/** Whether the vendor says that nobody here may look, such as `无接口权限`: that is no fault of the card. */
function isAboutPermission(vendorMsg: string | null): boolean {
  return /接口权限|(?:无|没有|未开通|未授权).{0,6}(?:权限|接口)|权限不足|未授权|permission|unauthori[sz]ed|forbidden/iu.test(
    vendorMsg ?? '',
  );
}

/** `11-20 14:03 张三 2次 成功 人民路店`. */
function lastUse({ at, who, store, count, state }: LastUse, moment: Moment): string {
  const [person, where] = [who, store].map((name) => (name === null ? null : shortName(name)));
  return joinParts(
    [dayAndTime(at, moment), person ?? '别的门店', `${count}次`, SHORT_OUTCOMES[state], where ?? null],
    ' ',
  );
}
