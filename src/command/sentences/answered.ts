import type { NoEffect, Withdrawn } from '../../desk/questions.ts';
import { printCommand } from '../print.ts';
import type { Role } from '../../redemption/role.ts';
import { redemptionText } from './redemption-text.ts';
import { facts } from './redemption.ts';
import { cardTail, joinParts, OUTCOME_WORDS, whoUndoes } from './words.ts';

/** The answer to `取消`: it will not be carried out. */
export function withdrawn({ redemption }: Withdrawn): string {
  return `${OUTCOME_WORDS.unsent}：已取消\n${facts(redemption)}`;
}

/** The answer to a `确认` or `取消` that does nothing. */
export function noEffect({ said, why }: NoEffect, role: Role): string {
  switch (why.kind) {
    case 'none-open':
      return said === 'confirm'
        ? '没有等您确认的核销。'
        : `没有可以取消的核销；已经核销的取消不了，${whoUndoes(role)}。`;
    case 'several-open':
      return joinParts(
        [
          why.open.length === 1 ? '这一笔还在等您确认，看清楚再回：' : '有几条在等，请带上单号：',
          ...why.open.map(
            ({ receipt, card, count }) =>
              `${cardTail(card)}，${count}次：回「${printCommand({ kind: said, receipt })}」`,
          ),
        ],
        '\n',
      );
    case 'expired':
      return `${OUTCOME_WORDS.unsent}：${why.receipt} 超过${why.validMinutes}分钟没有确认，已作废，次数没有扣，可重新发送。`;
    case 'not-yours':
      return why.open ? '这一笔不是您发的，请让发的人来回。' : '这一笔不是您发的，也不用再回了。';
    case 'elsewhere':
      return '这一笔请在原来发核销的聊天里回。';
    case 'confirmed-before':
      return said === 'cancel'
        ? `${why.receipt} 已经确认过，取消不了，${whoUndoes(role)}。`
        : `${why.receipt} 已经确认过了，${whereToLook(why.receipt)}。`;
    case 'not-asked':
      return said === 'cancel'
        ? `${why.receipt} 没有在等确认，取消不了，${whoUndoes(role)}。`
        : `${why.receipt} 不用确认，${whereToLook(why.receipt)}。`;
    case 'came-to':
      return redemptionText(why.redemption);
    case 'cancelled-before':
      return `${OUTCOME_WORDS.unsent}：${why.receipt} 已经取消了。要核销请重新发送。`;
  }
}

function whereToLook(receipt: string): string {
  return `结果请发「${printCommand({ kind: 'check', receipt, verdict: null })}」查看`;
}
