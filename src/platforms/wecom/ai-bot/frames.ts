import { z } from 'zod';
import { parseJson } from '../../json.ts';

/** Commands of the long connection (document 101463). */
export const COMMANDS = {
  subscribe: 'aibot_subscribe',
  ping: 'ping',
  answer: 'aibot_respond_msg',
  greet: 'aibot_respond_welcome_msg',
  update: 'aibot_respond_update_msg',
  push: 'aibot_send_msg',
} as const;

export type Command = (typeof COMMANDS)[keyof typeof COMMANDS];

const CALLBACKS = ['aibot_msg_callback', 'aibot_event_callback'] as const;

const Headers = z.object({ req_id: z.string().min(1) });

const Callback = z.object({ cmd: z.enum(CALLBACKS), headers: Headers, body: z.unknown() });
/** It has no command. */
const Acknowledgement = z.object({
  cmd: z.undefined().optional(),
  headers: Headers,
  errcode: z.int(),
  errmsg: z.string().catch(''),
});

export type Callback = z.infer<typeof Callback>;
export type Acknowledgement = z.infer<typeof Acknowledgement>;
export type Frame = Callback | Acknowledgement;

/** Null where it is not understood. */
export function readFrame(data: Buffer): Frame | null {
  const text = data.toString();
  const json = parseJson(text) ?? parseJson(withoutControls(text));
  if (typeof json !== 'object' || json === null) return null;
  // A union would be tried one by one, and made anew for each frame.
  return ('cmd' in json ? Callback : Acknowledgement).safeParse(json).data ?? null;
}

/**
 * WeCom's own client takes these out of what it receives, which JSON does not allow to stand bare. A blank in their place
 * keeps apart what they keep apart.
 */
function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f]/gu, ' ');
}

const Event = z.object({ event: z.object({ eventtype: z.string() }) });

/** Whether the callback says that another client has taken the bot's only connection. */
export function saysDisconnected({ cmd, body }: Callback): boolean {
  return cmd === 'aibot_event_callback' && Event.safeParse(body).data?.event.eventtype === 'disconnected_event';
}

const Place = z.object({
  chatid: z.string().min(1).optional().catch(undefined),
  from: z.object({ userid: z.string() }).optional().catch(undefined),
});

/** The chat from which a callback comes, as it is named for pushes; empty where it says none. */
export function chatOf({ body }: Callback): string {
  const { chatid, from } = Place.safeParse(body).data ?? {};
  return chatid ?? from?.userid ?? '';
}
