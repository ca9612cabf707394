import { readFileSync } from 'node:fs';
import type Router from '@koa/router';
import type { Context, Next } from 'koa';
import { z } from 'zod';
import { BodyTooLarge, readBody } from '../transports/webhook/body.ts';
import type { GroupChat } from './group-chat.ts';
import { isFromThisMachine } from './guard.ts';
import type { NoticeBoard } from './notice-board.ts';
import type { Person } from './people.ts';
import { parseJson } from './wecom-responses.ts';

const MAX_TEXT_BYTES = 4096;
/** JSON may write one byte of text as six. */
const MAX_BODY_BYTES = 6 * MAX_TEXT_BYTES + 1024;

const ASSETS = [
  { path: '/', file: 'index.html', type: 'text/html' },
  { path: '/sandbox/style.css', file: 'style.css', type: 'text/css' },
  { path: '/sandbox/chat.js', file: 'chat.js', type: 'text/javascript' },
  { path: '/sandbox/notices.js', file: 'notices.js', type: 'text/javascript' },
  { path: '/sandbox/icon.svg', file: 'icon.svg', type: 'image/svg+xml' },
];

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A card as the page lists it. */
export interface ListedCard {
  /** What is typed to redeem it: its number, or the code on the customer's phone. */
  readonly code: string;
  readonly label: string;
}

export interface SandboxRoutesOptions {
  readonly groupName: string;
  readonly botName: string;
  readonly people: readonly Person[];
  readonly cards: readonly ListedCard[];
  readonly chat: GroupChat;
  readonly board: NoticeBoard;
  /** Times left, by the cards' codes. */
  readonly balances: () => Readonly<Record<string, number>>;
  /** Takes what a person of the list types. */
  readonly say: (person: string, text: string) => void;
  /** Takes a tap on a button; false when this person sees no such button. */
  readonly tap: (person: string, taskId: string, key: string) => boolean;
}

/** Reads the page's files, once, and returns what adds the sandbox's routes. Throws when a file is missing. */
export function createSandboxRoutes(options: SandboxRoutesOptions): (router: Router) => void {
  const { groupName, botName, people, cards, chat, board, balances, say, tap } = options;
  const assets = ASSETS.map(({ path, file, type }) => ({
    path,
    type,
    text: readFileSync(new URL(`page/${file}`, import.meta.url), 'utf8'),
  }));
  const Message = z.object({
    person: z.enum(people.map(({ id }) => id)),
    text: z
      .string()
      .refine((text) => text.trim() !== '')
      .refine((text) => Buffer.byteLength(text) <= MAX_TEXT_BYTES),
  });

  const Tap = z.object({ person: z.enum(people.map(({ id }) => id)), taskId: z.string(), key: z.string() });

  return (router) => {
    for (const { path, type, text } of assets) {
      router.get(path, guard, (ctx) => {
        ctx.type = type;
        ctx.body = text;
      });
    }

    router.get('/sandbox/scene', guard, (ctx) => {
      ctx.body = { groupName, botName, people, cards };
    });

    router.get('/sandbox/chat', guard, (ctx) => {
      const [after, seen] = ['after', 'seen'].map((name) => z.coerce.number().catch(0).parse(ctx.query[name]));
      ctx.body = { ...chat.changesAfter(after ?? 0), notices: board.after(seen ?? 0), balances: balances() };
    });

    router.post('/sandbox/messages', guard, onlyJson, async (ctx) => {
      const message = Message.safeParse(await readJson(ctx));
      if (message.success) say(message.data.person, message.data.text);
      respond(ctx, message.success ? 202 : 400);
    });

    router.post('/sandbox/taps', guard, onlyJson, async (ctx) => {
      const { data } = Tap.safeParse(await readJson(ctx));
      respond(ctx, data !== undefined && tap(data.person, data.taskId, data.key) ? 202 : 400);
    });
  };
}

async function guard(ctx: Context, next: Next): Promise<void> {
  if (!isFromThisMachine(ctx.req)) {
    respond(ctx, 403);
    return;
  }
  ctx.set('Content-Security-Policy', POLICY);
  ctx.set('X-Content-Type-Options', 'nosniff');
  ctx.set('Referrer-Policy', 'no-referrer');
  ctx.set('Cache-Control', 'no-store');
  await next();
}

/** Another site's form cannot send this type, and its script would have to ask first. */
async function onlyJson(ctx: Context, next: Next): Promise<void> {
  if (ctx.is('application/json') === 'application/json') await next();
  else respond(ctx, 415);
}

/** Null when it is too large, or no JSON. */
async function readJson(ctx: Context): Promise<unknown> {
  try {
    return parseJson((await readBody(ctx.req, MAX_BODY_BYTES)).toString());
  } catch (error) {
    if (error instanceof BodyTooLarge) return null;
    throw error;
  }
}

function respond(ctx: Context, status: number): void {
  ctx.status = status;
  ctx.body = '';
}
