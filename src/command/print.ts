import type { Binding, DeskCommand, RecordsOf, Redeem } from './command.ts';
import { printPeriod } from './day.ts';

/** The line in its plainest form; the grammar reads it as the same command again. */
export function printCommand(command: Redeem | DeskCommand): string {
  return printParts(command)
    .filter((part) => part !== null && part !== '')
    .join(' ');
}

function printParts(command: Redeem | DeskCommand): (string | number | null)[] {
  switch (command.kind) {
    case 'redeem':
      return ['核销', command.card, command.count, command.remark];
    case 'query':
      return ['查询', command.card];
    case 'check':
      return ['核对', command.receipt, printVerdict(command.verdict)];
    case 'confirm':
      return ['确认', command.receipt];
    case 'cancel':
      return ['取消', command.receipt];
    case 'records':
      return ['记录', ...printRecordsOf(command.of)];
    case 'statistics':
      return ['统计', printPeriod(command.period)];
    case 'me':
      return ['我'];
    case 'staff-list':
      return ['员工'];
    case 'bind-request':
      return ['绑定', ...printBinding(command)];
    case 'bind':
      return ['绑定', command.user, ...printBinding(command)];
    case 'unbind':
      return ['解绑', command.user];
    case 'agree':
      return ['同意', command.number];
    case 'reject':
      return ['拒绝', command.number];
    case 'notify-test':
      return ['通知', '测试'];
  }
}

function printVerdict(verdict: Extract<DeskCommand, { kind: 'check' }>['verdict']): string | null {
  if (verdict === null) return null;
  return verdict === 'consumed' ? '已核销' : '未核销';
}

function printRecordsOf(of: RecordsOf): string[] {
  switch (of.kind) {
    case 'mine':
      return [printPeriod(of.day)];
    case 'store':
      return ['全店', printPeriod(of.day)];
    case 'card':
      return [of.card];
    case 'receipt':
      return [of.receipt];
  }
}

function printBinding({ employeeId, store, name }: Binding): (string | number | null)[] {
  return [employeeId, store, name];
}
