/** An item of the menu of a chat app that has one. */
export interface MenuItem {
  readonly key: string;
  readonly label: string;
  /** What a tap says, as if it were typed. */
  readonly says: string;
  /** Where a tap opens the scanner instead: what is wanted of the code. */
  readonly scans?: 'redeem' | 'query';
}

/** What stands in the menu at once, and what under one more label: an app has room for three. */
export const MENU: {
  readonly top: readonly MenuItem[];
  readonly more: { readonly label: string; readonly items: readonly MenuItem[] };
} = {
  top: [
    { key: 'redeem', label: '扫码核销', says: '核销', scans: 'redeem' },
    { key: 'query', label: '查询', says: '查询', scans: 'query' },
  ],
  more: {
    label: '更多',
    items: [
      { key: 'records', label: '记录', says: '记录' },
      { key: 'help', label: '帮助', says: '帮助' },
    ],
  },
};

const ITEMS = [...MENU.top, ...MENU.more.items];

/** By its key, or by its label where the menu was made by hand; undefined where it is no item of ours. */
export function findMenuItem(key: string): MenuItem | undefined {
  return ITEMS.find((item) => item.key === key || item.label === key);
}
