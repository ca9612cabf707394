import type { NewBindingRequest } from '../../src/redemption/people.ts';
import type { Claim, NewLine, NewMessage } from '../../src/redemption/message.ts';
import type { RowInHand } from '../../src/redemption/redemption.ts';

let serial = 0;

export function newMessage(change: Partial<NewMessage> = {}): NewMessage {
  return {
    channel: 'wecom-bot',
    account: 'aib1',
    messageId: `m${++serial}`,
    user: 'wecom:zhangsan',
    conversation: 'wecom:wr1',
    text: '核销 914095353294404024 2',
    returnAddress: { responseUrl: 'https://qyapi.weixin.qq.com/x' },
    ...change,
  };
}

export function newLine(change: Partial<NewLine> = {}): NewLine {
  return {
    line: 0,
    card: '914095353294404024',
    count: 2,
    remark: '',
    store: { code: 'EW_N1', name: '人民路店' },
    employeeId: 11,
    unsent: null,
    ...change,
  };
}

/** A line of a claim, to be worked on. */
export function lineOf({ message }: Pick<Claim, 'message'> & Partial<Claim>, line = 0): RowInHand {
  const row = message.redemptions[line];
  if (row === undefined) throw new Error('no such line');
  return row;
}

export function newRequest(change: Partial<NewBindingRequest> = {}): NewBindingRequest {
  return {
    user: 'wecom:xiaoxin',
    employeeId: 21,
    storeCode: 'EW_N1',
    name: '小新',
    channel: 'wecom-bot',
    returnAddress: { responseUrl: 'https://qyapi.weixin.qq.com/x' },
    ...change,
  };
}
