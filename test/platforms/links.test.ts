import { describe, expect, test } from 'vitest';
import { digestText, newsText } from '../../src/command/sentences/groups.ts';
import { EXAMPLE_RECEIPT } from '../../src/command/commands/examples.ts';
import { cardMessage } from '../../src/platforms/dingtalk/bot/card.ts';
import { textMessage } from '../../src/platforms/dingtalk/bot/render.ts';
import { textContent } from '../../src/platforms/feishu/bot/render.ts';
import { createConsoleLinks, NO_LINKS, type ConsoleLinks } from '../../src/platforms/links.ts';
import { ROBOTS } from '../../src/platforms/robots.ts';
import { shownMarkdown } from '../../src/platforms/wecom/ai-bot/render.ts';
import { MAX_TEXT_BYTES } from '../../src/platforms/wecom/limits.ts';
import { shownText } from '../../src/platforms/wecom/app/render.ts';
import { addressOf, startSimulatedRobots, type Shown } from '../../src/sandbox/robots.ts';
import { SUCCEEDED, UNKNOWN } from '../command/sentences/fixtures.ts';

const RECEIPT = 'R-72WXPEPP';
const PUBLIC = 'https://bot.example.com/a';
const LINKS = createConsoleLinks({ publicUrl: PUBLIC, address: () => PUBLIC });
const LINE = `${PUBLIC}/console/r/${RECEIPT}`;
const REPLY = `核销成功\n尾号4024，2次，人民路店，${RECEIPT}`;
const QUESTION = { id: 'q', title: '待确认', detail: '', buttons: [{ label: '确认', says: '确认' }] };
const LOGIN = `${PUBLIC}/console/login/${'aB_-'.repeat(10)}abc`;
const OFFER = `控制台：\n${LOGIN}\n5分钟内有效`;

/** How each kind of message shows a text. */
const KINDS: Readonly<Record<string, (text: string, links: ConsoleLinks) => string>> = {
  'WeCom app, text': (text, links) => shownText(text, links),
  'WeCom AI bot, markdown': (text, links) => shownMarkdown(text, links),
  'DingTalk, text': (text, links) => JSON.stringify(textMessage(text, null, links)),
  'DingTalk, card': (text, links) => JSON.stringify(cardMessage(text, QUESTION, links)),
  'Feishu, text': (text, links) => JSON.stringify(textContent(text, null, links)),
};
const LINK: Readonly<Record<string, string | null>> = {
  'WeCom app, text': `<a href="${LINE}">${RECEIPT}</a>`,
  'WeCom AI bot, markdown': `[${RECEIPT}](${LINE})`,
  'DingTalk, text': null,
  'DingTalk, card': `[${RECEIPT}](${LINE})`,
  'Feishu, text': `[${RECEIPT}](${LINE})`,
};

describe.each(Object.entries(KINDS))('%s', (kind, show) => {
  const link = LINK[kind] ?? null;

  test(link === null ? 'leaves a receipt as it is' : 'leads from a receipt to its time line', () => {
    const shown = show(REPLY, LINKS);
    expect(shown).toContain(link ?? RECEIPT);
    if (link === null) expect(shown).toBe(show(REPLY, NO_LINKS));
    else expect(shown.replace(link, RECEIPT)).toBe(show(REPLY, NO_LINKS));
  });

  test('makes no link of an example, of what is to be typed, nor of anything that people wrote', () => {
    for (const text of [
      `例：核对 ${EXAMPLE_RECEIPT}`,
      `请发「核对 ${RECEIPT}」`,
      `X${RECEIPT} ${RECEIPT}9 R-0000OOOO`,
      'https://evil.example/console/login/abcdefghijklmnopqrstuvwxyz',
      `看 ${LOGIN}`,
      `[点我](https://evil.example) <a href="x">y</a>`,
    ])
      expect([text, show(text, LINKS)]).toEqual([text, show(text, NO_LINKS)]);
  });

  test('shows the way into the console so that it can be followed', () => {
    expect(show(OFFER, LINKS)).toContain(LOGIN);
    expect(show(OFFER, NO_LINKS)).not.toContain('https://');
  });
});

test('where links make a message too long it is shown without them, and never cut in one', () => {
  const many = Array.from({ length: 30 }, (_, nth) => `第${nth}笔，尾号4024，2次，${RECEIPT}`).join('\n');
  expect(Buffer.byteLength(shownText(many, NO_LINKS))).toBeLessThan(MAX_TEXT_BYTES);
  expect(shownText(many, LINKS)).toBe(shownText(many, NO_LINKS));
  const few = `${REPLY}\n`.repeat(10);
  expect(shownText(few, LINKS).match(/<a href="[^"]+">R-[^<]+<\/a>/gu)).toHaveLength(10);
});

test('an address in markup cannot end it', () => {
  const odd = createConsoleLinks({ publicUrl: 'https://x.example/a(b)"c', address: () => null });
  expect(shownMarkdown(RECEIPT, odd)).toBe(`[${RECEIPT}](https://x.example/a%28b%29%22c/console/r/${RECEIPT})`);
});

test('without PUBLIC_URL the way into the console is still one, and a receipt is not', () => {
  const local = createConsoleLinks({ publicUrl: null, address: () => 'http://192.168.1.5:3000' });
  const login = `http://192.168.1.5:3000/console/login/${'x'.repeat(43)}`;
  expect(shownText(`控制台：\n${login}\n${RECEIPT}`, local)).toBe(
    `控制台：\n<a href="${login}">http://192.168.1.5:3000/console/login</a>\n${RECEIPT}`,
  );
});

describe('group robots', () => {
  const news = (redemption: typeof SUCCEEDED) =>
    ({
      kind: 'redemption',
      redemption: { ...redemption, receipt: RECEIPT },
      settledLater: false,
      who: '张_三[x](y)',
      when: '14:03',
    }) as const;
  const TEXT = { ...newsText(news(SUCCEEDED)), mentions: ['zhangsan'] };

  test.each(['wecom', 'dingtalk', 'feishu'] as const)('of %s say it in what their platform takes', async (platform) => {
    const shown: Shown[] = [];
    const robot = { platform, key: '123', group: '群' };
    await using stack = new AsyncDisposableStack();
    const robots = await startSimulatedRobots({ robots: [robot], onShown: (one) => void shown.push(one) });
    stack.defer(() => robots.close());
    const say = async (links: ConsoleLinks) => {
      const address = { platform, url: addressOf(robot), secret: null };
      const { url, body } = ROBOTS[platform].post(address, TEXT, 'uuid', Date.now(), links);
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(robots.locate(url), { method: 'POST', headers, body: JSON.stringify(body) });
      return { body: JSON.stringify(body), answer: ROBOTS[platform].judge(await response.json()) };
    };
    const { answer, body } = await say(LINKS);
    expect(answer?.kind).toBe('sent');
    expect(shown[0]?.text).toContain(`[${RECEIPT}](${LINE})`);
    expect(shown[0]?.mentions).toEqual(['zhangsan']);
    expect(body).not.toContain('](y)');
    const plain = await say(NO_LINKS);
    expect(plain.body).not.toContain(LINE);
    expect(plain.body).toBe(
      JSON.stringify(ROBOTS[platform].post({ platform, url: addressOf(robot), secret: null }, TEXT, 'uuid', 0).body),
    );
  });

  test.each(['wecom', 'dingtalk', 'feishu'] as const)('of %s leave links out where there is no room', (platform) => {
    let text = { ...digestText([news(UNKNOWN)], 0), mentions: [] as string[] };
    const longer = () => ({ ...text, lines: [...text.lines, ...text.lines.slice(-1)] });
    while (ROBOTS[platform].fits(longer())) text = longer();
    const at = { platform, url: addressOf({ platform, key: '1', group: '' }), secret: null };
    const bodyOf = (links?: ConsoleLinks) => ROBOTS[platform].post(at, text, 'uuid', 0, links).body;
    expect(bodyOf(LINKS)).toEqual(bodyOf());
  });
});
