import type { NotUndone, WithdrawnInstead } from '../../desk/undo.ts';
import type { Role } from '../../redemption/role.ts';
import { choiceLines, withdrawn } from './answered.ts';
import { cardTail, joinParts, plainLine, SHORT_OUTCOMES, shortName } from './words.ts';
import { dayAndTime, type Moment } from './when.ts';

/** Nothing had been sent: the question that waited is withdrawn. */
export function withdrawnInstead({ redemption }: WithdrawnInstead): string {
  return `${withdrawn({ kind: 'withdrawn', redemption })}\n要退的是之前核销的，就再发一次「撤销」`;
}

/** It cannot be done from here: who can, and what they need for it. */
export function notUndone(
  { redemption, named, helpers, ofStore, open }: NotUndone,
  reader: Moment & { readonly role: Role },
): string {
  const who = `${ofStore ? '店长' : '管理员'}${helpers.map(shortName).join('、')}`;
  const where = '到联拓富后台处理';
  // Who manages a store can do it, also where nobody has a name.
  const isManager = reader.role === 'manager' || reader.role === 'admin';
  const help = isManager ? `请${where}` : `请找${who}${where}`;
  return [
    `核销过的，机器人退不回来，${help}。`,
    ...(redemption === null
      ? [named ? '没有找到这一笔。' : '您今天没有核销记录。']
      : [
          ...(helpers.length > 0 ? ['可以把下面转发过去：'] : []),
          `单号 ${redemption.receipt}`,
          joinParts(
            [
              cardTail(redemption.card),
              `${redemption.count}次`,
              redemption.store === null ? null : plainLine(redemption.store.name),
            ],
            '，',
          ),
          `${dayAndTime(redemption.claimedAt, reader)}，${SHORT_OUTCOMES[redemption.state]}`,
          ...(redemption.state === 'refused' ? ['这一笔没有扣次数，不用退'] : []),
        ]),
    ...(open.length > 0 ? ['还没核销、在等您确认的，可以取消：', ...choiceLines('cancel', open)] : []),
  ].join('\n');
}
