import { readFileSync } from 'node:fs';
import type Router from '@koa/router';
import type { Context, Next } from 'koa';
import { z } from 'zod';
import { BodyTooLarge, readBody } from '../transports/webhook/body.ts';
import type { GroupChat } from './group-chat.ts';
import { isFromThisMachine } from '../pages/this-machine.ts';
import type { NoticeBoard } from './notice-board.ts';
import type { Person } from './people.ts';
import type { Picture } from './pictures.ts';
import type { SamplePicture } from './samples.ts';
import { parseJson } from './wecom-responses.ts';

const MAX_TEXT_BYTES = 4096;
/** JSON may write one byte of text as six. */
const MAX_BODY_BYTES = 6 * MAX_TEXT_BYTES + 1024;

const MAX_PICTURE_BYTES = 10 * 1024 * 1024;
/** What a browser may show of what people have chosen, by how its bytes begin. Everything else is only a file to it. */
const PICTURE_TYPES = [
  { type: 'image/png', begins: /^\x89PNG/u },
  { type: 'image/jpeg', begins: /^\xff\xd8\xff/u },
  { type: 'image/gif', begins: /^GIF8/u },
  { type: 'image/webp', begins: /^RIFF[^]{4}WEBP/u },
];

const ASSETS = [
  { path: '/', file: 'index.html', type: 'text/html' },
  { path: '/sandbox/style.css', file: 'style.css', type: 'text/css' },
  { path: '/sandbox/chat.js', file: 'chat.js', type: 'text/javascript' },
  { path: '/sandbox/attachment.js', file: 'attachment.js', type: 'text/javascript' },
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
  readonly samples: readonly SamplePicture[];
  readonly chat: GroupChat;
  readonly board: NoticeBoard;
  /** Times left, by the cards' codes. */
  readonly balances: () => Readonly<Record<string, number>>;
  /** Takes what a person of the list says; false when a picture or the quoted message is not there any more. */
  readonly say: (message: PageMessage) => boolean;
  /** Takes a tap on a button; false when this person sees no such button. */
  readonly tap: (person: string, taskId: string, key: string) => boolean;
  /** Keeps a picture that a person has chosen, and returns its id. */
  readonly addPicture: (bytes: Buffer) => string;
  readonly findPicture: (id: string) => Picture | undefined;
  /** Logs somebody in to the console; null: whoever is at the machine. Resolves with the cookies, or null: it did not work. */
  readonly enterConsole: (person: string | null, agent: string) => Promise<readonly string[] | null>;
}

/** What the page sends into the chat: something is typed, shown or quoted. */
export interface PageMessage {
  readonly person: string;
  readonly text: string;
  /** Id of a picture. */
  readonly picture?: string | undefined;
  /** Id of the message that is quoted. */
  readonly quote?: string | undefined;
  /** Whether the bot is mentioned where the text does not do so. */
  readonly mention: boolean;
}

/** Reads the page's files, once, and returns what adds the sandbox's routes. Throws when a file is missing. */
export function createSandboxRoutes(options: SandboxRoutesOptions): (router: Router) => void {
  const { groupName, botName, people, cards, chat, board, balances, say, tap, addPicture, findPicture, enterConsole } =
    options;
  const samples = options.samples.map(({ id, label, alt }) => ({ id, label, alt }));
  const assets = ASSETS.map(({ path, file, type }) => ({
    path,
    type,
    text: readFileSync(new URL(`page/${file}`, import.meta.url), 'utf8'),
  }));
  const Message = z
    .object({
      person: z.enum(people.map(({ id }) => id)),
      text: z
        .string()
        .refine((text) => Buffer.byteLength(text) <= MAX_TEXT_BYTES)
        .default(''),
      picture: z.string().optional(),
      quote: z.string().optional(),
      mention: z.boolean().default(true),
    })
    .refine(({ text, picture, quote }) => text.trim() !== '' || picture !== undefined || quote !== undefined);

  const Entry = z.object({ person: z.enum(people.map(({ id }) => id)).nullable() });

  const Tap = z.object({ person: z.enum(people.map(({ id }) => id)), taskId: z.string(), key: z.string() });

  return (router) => {
    for (const { path, type, text } of assets) {
      router.get(path, guard, (ctx) => {
        ctx.type = type;
        ctx.body = text;
      });
    }

    router.get('/sandbox/scene', guard, (ctx) => {
      ctx.body = { groupName, botName, people, cards, samples };
    });

    router.get('/sandbox/chat', guard, (ctx) => {
      const [after, seen] = ['after', 'seen'].map((name) => z.coerce.number().catch(0).parse(ctx.query[name]));
      ctx.body = { ...chat.changesAfter(after ?? 0), notices: board.after(seen ?? 0), balances: balances() };
    });

    router.post('/sandbox/messages', guard, onlyJson, async (ctx) => {
      const message = Message.safeParse(await readJson(ctx));
      if (!message.success) respond(ctx, 400);
      else respond(ctx, say(message.data) ? 202 : 410);
    });

    router.post('/sandbox/pictures', guard, onlyPictures, async (ctx) => {
      const bytes = await readUpTo(ctx, MAX_PICTURE_BYTES);
      if (bytes === null || bytes.length === 0) {
        respond(ctx, bytes === null ? 413 : 400);
        return;
      }
      ctx.status = 201;
      ctx.body = { id: addPicture(bytes) };
    });

    router.get('/sandbox/pictures/:id', guard, (ctx) => {
      const picture = findPicture(String(ctx['params'].id));
      if (picture === undefined) {
        respond(ctx, 404);
        return;
      }
      const bytes = Buffer.from(picture.bytes);
      ctx.type = typeOf(bytes);
      ctx.body = bytes;
    });

    router.post('/sandbox/console', guard, onlyJson, async (ctx) => {
      const { data } = Entry.safeParse(await readJson(ctx));
      const cookies = data === undefined ? null : await enterConsole(data.person, ctx.get('User-Agent'));
      if (cookies === null) respond(ctx, data === undefined ? 400 : 409);
      else {
        for (const cookie of cookies) ctx.append('Set-Cookie', cookie);
        respond(ctx, 204);
      }
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

/** Neither can another site's form send these. */
async function onlyPictures(ctx: Context, next: Next): Promise<void> {
  if (ctx.is('image/*', 'application/octet-stream') !== false) await next();
  else respond(ctx, 415);
}

function typeOf(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 16);
  return PICTURE_TYPES.find(({ begins }) => begins.test(start))?.type ?? 'application/octet-stream';
}

/** Null when it is too large, or no JSON. */
async function readJson(ctx: Context): Promise<unknown> {
  return parseJson((await readUpTo(ctx, MAX_BODY_BYTES))?.toString() ?? '');
}

/** Null when it is too large. */
async function readUpTo(ctx: Context, bytes: number): Promise<Buffer | null> {
  try {
    return await readBody(ctx.req, bytes);
  } catch (error) {
    if (error instanceof BodyTooLarge) return null;
    throw error;
  }
}

function respond(ctx: Context, status: number): void {
  ctx.status = status;
  ctx.body = '';
}
