import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Router from '@koa/router';
import type { VendorAccess, WecomBotConfig } from '../config/types.ts';
import type { Log } from '../log.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../private-files.ts';
import { openBooksFile } from './books-file.ts';
import { SANDBOX_CARDS } from './cards.ts';
import { enterConsole, type EnterConsole } from './enter-console.ts';
import { createGroupChat } from './group-chat.ts';
import { GROUP_ROBOTS } from './groups.ts';
import { createNoticeBoard } from './notice-board.ts';
import { PEOPLE, SAMPLE_MAPPING } from './people.ts';
import { createPictures } from './pictures.ts';
import { startSimulatedRobots } from './robots.ts';
import { createSandboxRoutes, type PageMessage } from './routes.ts';
import { readSamplePictures, SAMPLE_PICTURES } from './samples.ts';
import { startSimulatedVendor } from './vendor.ts';
import { startSimulatedWecom } from './wecom.ts';

const BOT_NAME = '核销助手';
const GROUP = { id: 'wrSANDBOX', name: '门店核销群' };

export interface SandboxOptions {
  /** Gets a sample `mapping.json` when it has none. */
  readonly dataDir: string;
  readonly log: Log;
}

/** A simulated world: the settings that lead the service into it, and the page that shows it. */
export interface Sandbox {
  readonly liantuofu: VendorAccess;
  readonly bot: WecomBotConfig;
  readonly wecomApiUrl: string;
  readonly botName: string;
  /** `host:port` of the pictures that the simulated WeCom serves. */
  readonly mediaHost: string;
  readonly addRoutes: (router: Router) => void;
  /** Sends every address to the simulated groups: nothing of the sandbox reaches a real group. */
  readonly locateRobot: (address: string) => string;
  /** Tells the simulated WeCom where the service listens. Rejects when the bot's URL check fails there. */
  connect(serviceUrl: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts a simulated vendor, WeCom and groups' robots with made-up credentials. Rejects, with all closed, when one cannot start. */
export async function startSandbox({ dataDir, log }: SandboxOptions): Promise<Sandbox> {
  const parts = new AsyncDisposableStack();
  try {
    return await start(dataDir, log, parts);
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

async function start(dataDir: string, log: Log, parts: AsyncDisposableStack): Promise<Sandbox> {
  await writeSampleMapping(dataDir);
  const account = { appId: 'EW_N0000000001', key: randomBytes(16).toString('hex') };
  // An EncodingAESKey has 43 letters and digits; hex digits are as good as any.
  const aesKey = randomBytes(32).toString('hex').slice(0, 43);
  const bot = { corpId: null, token: randomBytes(16).toString('hex'), aesKey };

  const books = openBooksFile(dataDir, SANDBOX_CARDS, Date.now);
  if (books.setAside !== null)
    log.warn(
      { former: books.setAside },
      'sandbox: what was taken off its cards is not known any more, so cards and ledger begin anew',
    );
  const vendor = await startSimulatedVendor({ ...account, cards: books.cards, onBooked: books.save, log });
  parts.defer(() => vendor.close());
  const chat = createGroupChat();
  const pictures = createPictures({ samples: readSamplePictures() });
  const wecom = await startSimulatedWecom({ botName: BOT_NAME, onBubble: chat.showBubble, log });
  parts.defer(() => wecom.close());
  const board = createNoticeBoard();
  const robots = await startSimulatedRobots({ robots: GROUP_ROBOTS, onShown: board.add });
  parts.defer(() => robots.close());

  let serviceUrl = '';
  const cards = SANDBOX_CARDS.map(({ card, label, dynamicCode }) => ({ card, label, code: dynamicCode ?? card }));
  const addRoutes = createSandboxRoutes({
    groupName: GROUP.name,
    botName: BOT_NAME,
    people: PEOPLE,
    cards: cards.map(({ label, code }) => ({ label, code })),
    samples: SAMPLE_PICTURES,
    chat,
    board,
    balances: () => Object.fromEntries(cards.map(({ card, code }) => [code, vendor.books.balance(card) ?? 0])),
    say,
    addPicture: (bytes) => pictures.add({ bytes, alt: '自己的图片' }),
    findPicture: (id) => pictures.find(id),
    tap: (person, taskId, key) => wecom.tap({ userId: person, taskId, key }),
    enterConsole: (person, agent) =>
      enter({ dataDir, serviceUrl, user: person === null ? undefined : `wecom:${person}`, agent }),
  });

  let entering: Promise<unknown> = Promise.resolve();
  /** One after the other: there is one place where a link can be left. */
  function enter(visit: EnterConsole): Promise<readonly string[] | null> {
    const entered = entering.then(() => enterConsole(visit));
    entering = entered.catch(() => undefined);
    return entered;
  }

  const find = (id: string | undefined) => (id === undefined ? undefined : pictures.find(id));

  function say({ person, text, picture: id, quote: quotedId, mention }: PageMessage): boolean {
    const quoted = quotedId === undefined ? undefined : chat.find(quotedId);
    const [picture, quotedPicture] = [find(id), find(quoted?.picture?.id)];
    if ((id !== undefined && picture === undefined) || (quotedId !== undefined && quoted === undefined)) return false;
    if (quoted?.picture != null && quotedPicture === undefined) return false;
    // The mention is added here: without it a real group message would not reach the bot.
    const said = text.includes(`@${BOT_NAME}`) || !mention ? text : `@${BOT_NAME} ${text}`;
    const quote = quoted && { text: quoted.text, picture: quotedPicture?.bytes };
    const messageId = wecom.say({ userId: person, chatId: GROUP.id, text: said, picture: picture?.bytes, quote });
    chat.addMessage(messageId, person, said, {
      picture: id !== undefined && picture !== undefined ? { id, alt: picture.alt } : null,
      inReplyTo: quotedId ?? null,
    });
    return true;
  }

  return {
    liantuofu: { ...account, url: vendor.url },
    bot,
    wecomApiUrl: wecom.url,
    botName: BOT_NAME,
    mediaHost: new URL(wecom.url).host,
    addRoutes,
    locateRobot: (address) => robots.locate(address),
    async connect(url) {
      serviceUrl = url;
      await wecom.connect({ callbackUrl: `${serviceUrl}/wecom/bot`, ...bot });
      // The real one greets in one-to-one chats only; here the greeting tells a visitor what to type.
      wecom.enterChat('zhangsan');
    },
    close: () => parts.disposeAsync(),
  };
}

async function writeSampleMapping(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: PRIVATE_FOLDER });
  try {
    const text = `${JSON.stringify(SAMPLE_MAPPING, null, 2)}\n`;
    await writeFile(join(dataDir, 'mapping.json'), text, { flag: 'wx', mode: PRIVATE_FILE });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!exists) throw error;
  }
}
