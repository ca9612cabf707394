import { z } from 'zod';
import type { PlatformResponse } from '../platforms.ts';
import type { ApiAnswer } from './dingtalk-api.ts';
import { parseJson } from './json.ts';

const bytes = (most: number) =>
  z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= most, `over ${most} bytes`);
const key = bytes(128);
const item = <Name extends z.ZodType>(name: Name) =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.enum(['click', 'scancode_push', 'scancode_waitmsg', 'pic_sysphoto']), name, key }),
    z.strictObject({ type: z.literal('view'), name, url: bytes(1024) }),
  ]);
const top = bytes(16);
const Menu = z.strictObject({
  button: z
    .array(
      z.union([
        item(top),
        z.strictObject({
          name: top,
          sub_button: z
            .array(item(bytes(40)))
            .min(1)
            .max(5),
        }),
      ]),
    )
    .min(1)
    .max(3),
});
export type Menu = z.infer<typeof Menu>;

const NO_MENU: PlatformResponse = { errcode: 46003, errmsg: 'no menu' };

/** The menu of an app (documents 90231 and 90232). */
export function createWecomMenu({ agentId }: { readonly agentId: number }) {
  let menu: Menu | null = null;
  const isOurs = (query: URLSearchParams) => query.get('agentid') === String(agentId);
  return {
    current: () => menu,
    set(given: Menu | null): void {
      menu = given;
    },
    get(query: URLSearchParams): PlatformResponse | ApiAnswer {
      if (!isOurs(query)) return { errcode: 301002, errmsg: 'not allow operate another agent with this accesstoken' };
      // Its document shows no errcode.
      return menu === null ? NO_MENU : { status: 200, body: menu };
    },
    create(query: URLSearchParams, body: string): PlatformResponse {
      if (!isOurs(query)) return { errcode: 301002, errmsg: 'not allow operate another agent with this accesstoken' };
      const parsed = Menu.safeParse(parseJson(body));
      if (!parsed.success) return { errcode: 40058, errmsg: z.prettifyError(parsed.error) };
      menu = parsed.data;
      return { errcode: 0, errmsg: 'ok' };
    },
  };
}
