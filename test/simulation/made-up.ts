import type { Request } from './books.ts';
import type { Evidence, FinalRow, Told } from './evidence.ts';

/** Made-up evidence, for tests of what is concluded from it. */
export const RECEIPT = 'R-7K3M9Q2A';
const CARD = '914095353294404020';

export const request = (change: Partial<Request> = {}): Request => ({
  receipt: RECEIPT,
  card: CARD,
  count: 1,
  leftAt: 1_000,
  process: 'A1',
  bookedAt: 1_100,
  answer: { yes: true, at: 1_200 },
  ...change,
});

export const row = (change: Partial<FinalRow> = {}): FinalRow => ({
  id: 1,
  receipt: RECEIPT,
  otherReceipt: null,
  message: 'm1',
  askedMessage: null,
  user: 'wecom:p1',
  card: CARD,
  count: 1,
  state: 'succeeded',
  reason: null,
  settledHow: null,
  settledAt: 1_300,
  ...change,
});

export const told = (text: string, change: Partial<Told> = {}): Told => ({
  user: 'wecom:p1',
  message: 'm1',
  way: 'response',
  by: null,
  text,
  composedAt: 1_400,
  seen: true,
  handedOver: true,
  heard: false,
  process: 'A1',
  ...change,
});

export const says = (words: string, receipt = RECEIPT) => `${words}\n尾号4020，1次，人民路店，${receipt}`;

/** One line that was redeemed as it should be, unless something is changed. */
export const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  requests: [request()],
  changes: [],
  sights: [],
  told: [told(says('核销成功'))],
  accepted: [],
  handedToSeveral: new Set(),
  rows: [row()],
  messages: [{ id: 'm1', user: 'wecom:p1', replyState: 'answered', answers: null }],
  leftWaiting: [],
  isCalm: true,
  living: new Set(['A1']),
  cardOf: (typed) => typed,
  ...change,
});
