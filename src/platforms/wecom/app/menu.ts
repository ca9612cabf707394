import { z } from 'zod';
import { MENU, type MenuItem } from '../../../command/menu.ts';
import type { PostResult } from '../../http.ts';
import type { WecomApi } from '../api.ts';

/** What `menu/get` says where there is no menu. */
const NO_MENU = 46003;

const Leaf = z.object({
  name: z.string(),
  type: z.string().catch(''),
  key: z.string().optional().catch(undefined),
  url: z.string().optional().catch(undefined),
});
// An item that opens others has them in `sub_button`, and the others have it empty, or not at all.
const Button = Leaf.extend({ sub_button: z.array(Leaf).catch([]) });
const Menu = z.object({ button: z.array(Button) });

/** An item of a menu as people read it, such as `更多 › 记录 (click records)`. */
export type MenuLine = string;

/** What `menu/create` takes (document 90231): the menu that this service understands. */
const OUR_MENU = {
  button: [...MENU.top.map(toButton), { name: MENU.more.label, sub_button: MENU.more.items.map(toButton) }],
};
/** The same as lines. */
export const OUR_LINES: readonly MenuLine[] = toLines(Menu.parse(OUR_MENU));

export type MenuRead = { readonly kind: 'menu'; readonly lines: readonly MenuLine[] } | PostResult;

/** The menu that the app has now; an answer that is no menu as WeCom gave it. */
export async function readMenu(api: WecomApi, agentId: number): Promise<MenuRead> {
  const result = await api.get('/cgi-bin/menu/get', { agentid: String(agentId) });
  if (result.kind === 'silence') return result;
  if (result.errcode === NO_MENU) return { kind: 'menu', lines: [] };
  if (result.errcode !== 0) return result;
  const menu = Menu.safeParse(result.body);
  if (!menu.success) return { kind: 'silence', left: true, cause: 'an answer without a menu' };
  return { kind: 'menu', lines: toLines(menu.data) };
}

/** Puts our menu in the place of the one that the app has. */
export function writeMenu(api: WecomApi, agentId: number): Promise<PostResult> {
  return api.post('/cgi-bin/menu/create', OUR_MENU, { agentid: String(agentId) });
}

function toButton({ key, label, scans }: MenuItem) {
  return { type: scans === undefined ? 'click' : 'scancode_waitmsg', name: label, key };
}

function toLines({ button }: z.infer<typeof Menu>): MenuLine[] {
  return button.flatMap(({ sub_button: below, ...item }) =>
    below.length === 0 ? [toLine(item)] : below.map((one) => `${item.name} › ${toLine(one)}`),
  );
}

function toLine({ name, type, key, url }: z.infer<typeof Leaf>): MenuLine {
  const what = [type, key ?? url ?? ''].filter((word) => word !== '').join(' ');
  return what === '' ? name : `${name} (${what})`;
}
