import type { Redemption, SettledBy } from '../../redemption/redemption.ts';
import { OUTCOME_WORDS, REASONS, SHORT_OUTCOMES } from './words.ts';

/** What stands above the columns of an exported spreadsheet. */
export const EXPORT_HEADINGS = {
  time: '时间',
  receipt: '单号',
  outcome: '结果',
  reason: '原因',
  card: '卡号',
  realCard: '实际卡号',
  count: '次数',
  remaining: '剩余次数',
  store: '门店编号',
  storeName: '门店',
  user: '账号',
  userName: '姓名',
  employeeId: '工号',
  remark: '备注',
  vendorMsg: '核销系统答复',
  settled: '出结果时间',
  settledBy: '核对方式',
} as const;

/** What stands in the column of the outcome, below a Chinese heading. */
export const EXPORT_OUTCOMES: Readonly<Record<Redemption['state'], string>> = {
  ...SHORT_OUTCOMES,
  unknown: OUTCOME_WORDS.unknown,
};

export const EXPORT_REASONS = REASONS;

/** How a redemption was settled that is not by a person, who goes by their name. */
export const EXPORT_SETTLED: Readonly<Record<Exclude<SettledBy['how'], 'hand'>, string>> = {
  look: '按余次核对',
  list: '按后台清单核对',
  overruled: '核销系统后来答复',
};
