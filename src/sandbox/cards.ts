/** What a card does to its caller, so that every outcome can be seen and tested. All but `reset-before` book first. */
export const CARD_MANNERS = [
  'normal',
  'slow',
  'silent',
  'reset-after',
  'reset-before',
  'html-500',
  'truncated',
  'odd-code',
] as const;

export type CardManner = (typeof CARD_MANNERS)[number];

/** How the card answers a look: with the truth, after a long time, or not to this merchant. */
export const DETAIL_MANNERS = ['shown', 'slow', 'denied'] as const;

export type DetailManner = (typeof DETAIL_MANNERS)[number];

export interface SandboxCard {
  readonly card: string;
  /** Shown on the sandbox page. */
  readonly label: string;
  /** Times left. */
  readonly balance: number;
  readonly expired: boolean;
  readonly manner: CardManner;
  /** Default: shown. */
  readonly detail?: DetailManner;
  /** Stands for the code on the customer's phone; null where the customer has none. */
  readonly dynamicCode: string | null;
}

const ordinary = { balance: 20, expired: false, manner: 'normal', dynamicCode: null } as const;

/** The cards that the simulated vendor starts with. No two end in the same four digits. */
export const SANDBOX_CARDS: readonly SandboxCard[] = [
  { ...ordinary, card: '914095353294404024', label: '正常次卡' },
  { ...ordinary, card: '914095353294405137', label: '只剩一次的次卡', balance: 1 },
  { ...ordinary, card: '914095353294406241', label: '已过期', expired: true },
  {
    ...ordinary,
    card: '914095353294407358',
    label: '动态核销码 286104937502，用一次就失效，一分钟后刷新',
    dynamicCode: '286104937502',
  },
  { ...ordinary, card: '914095353294408469', label: '扣次后 6 秒才应答', manner: 'slow' },
  { ...ordinary, card: '914095353294409573', label: '扣次后一直不应答，之后按余次核对为成功', manner: 'silent' },
  { ...ordinary, card: '914095353294410686', label: '扣次后连接中断', manner: 'reset-after' },
  {
    ...ordinary,
    card: '914095353294411792',
    label: '未扣次，连接中断，5 分钟后按余次核对为没扣',
    manner: 'reset-before',
  },
  { ...ordinary, card: '914095353294412805', label: '扣次后返回 500 网页', manner: 'html-500' },
  { ...ordinary, card: '914095353294413918', label: '扣次后应答只有一半', manner: 'truncated' },
  { ...ordinary, card: '914095353294414020', label: '扣次后返回未知结果码', manner: 'odd-code' },
  { ...ordinary, card: '914095353294415135', label: '查不到余次（详情接口未授权）', detail: 'denied' },
  { ...ordinary, card: '914095353294416247', label: '查余次很慢，不等它', detail: 'slow' },
];
