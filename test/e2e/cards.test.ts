import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { SANDBOX_CARDS, type SandboxCard } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startService, type Service } from '../../src/service.ts';
import { askInDingtalk, replyOfBot, sayToApp, sayToBot, tapBot } from '../support/chats.ts';
import { APP_SECRET, startPlatforms, type Platforms } from '../support/platforms.ts';
import { makeShop, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

const ASKING = { CONFIRM_COUNT_OVER: '5', CONFIRM_REPEAT_WITHIN_S: '120' };

function card(matches: (card: SandboxCard) => boolean): SandboxCard {
  const found = SANDBOX_CARDS.find(matches);
  if (found === undefined) throw new Error('no such card');
  return found;
}
const PLAIN = card(({ manner }) => manner === 'normal').card;
const SILENT = card(({ manner }) => manner === 'silent').card;
const CUT_BEFORE = card(({ manner }) => manner === 'reset-before').card;

let serial = 0;
const newId = () => `80000000000000${++serial}`;

describe('cards, around the real service and a simulated vendor', () => {
  let vendor: SimulatedVendor;
  let platforms: Platforms;
  beforeAll(async () => {
    vendor = await startSimulatedVendor({ ...VENDOR, slowMs: 60_000 });
    platforms = await startPlatforms();
  });
  afterAll(async () => {
    await vendor.close();
    await platforms.close();
  });

  async function makeSettings(change: Record<string, string> = {}) {
    const shop = await makeShop(vendor.url, {
      WECOM_API_URL: platforms.url,
      DINGTALK_WEBHOOK_HOSTS: platforms.host,
      WECOM_APP_SECRET: APP_SECRET,
      LIANTUOFU_TIMEOUT_MS: '400',
      USER_LINES_PER_MINUTE: '1000',
      DAILY_SUMMARY_AT: 'off',
      ...change,
    });
    onTestFinished(shop.clear);
    return shop.env;
  }

  /** The service in this process, so that the looks need not take five minutes. */
  async function start(change: Record<string, string> = {}, lookAfterMs?: readonly number[]): Promise<Service> {
    const config = readConfig(await makeSettings(change));
    if (config.mode !== 'live') throw new Error('not live');
    const service = await startService(config, {
      log: createLog({ level: 'silent' }),
      ...(lookAfterMs === undefined ? {} : { lookAfterMs }),
    });
    onTestFinished(() => service.stop());
    return service;
  }

  /** The real program, which ends with the test at the latest. */
  async function startProcess(env: Record<string, string>): Promise<RunningService> {
    const child = await startServiceProcess(env);
    onTestFinished(async () => {
      await child.end('SIGKILL');
    });
    return child;
  }

  const say = async ({ url }: { url: string }, content: string, { messageId = newId(), user = 'zhangsan' } = {}) =>
    (await sayToBot(url, { content, messageId, user })).text ?? '';
  const receiptIn = (text: string) => /R-[0-9A-Z]{8}/.exec(text)?.[0] ?? 'no receipt';
  const consumed = (number: string) => vendor.books.consumptions.filter((entry) => entry.card === number);

  test('a redemption says what is left, and goes to the card behind a dynamic code', async () => {
    const service = await start();
    const { card: number, dynamicCode } = card(({ dynamicCode }) => dynamicCode !== null);
    expect(await say(service, `核销 ${dynamicCode ?? ''} 3`)).toContain('剩余17次（推算）');
    expect(vendor.books.calls.at(-1)?.params['cardNo']).toBe(number);
  });

  test('an expired card and one with too few times are not sent at all', async () => {
    const service = await start();
    const before = vendor.books.calls.length;
    expect(await say(service, `核销 ${card(({ expired }) => expired).card}`)).toMatch(/^未提交：卡已过期/u);
    expect(await say(service, `核销 ${card(({ balance }) => balance === 1).card} 2`)).toMatch(/^未提交：只剩1次/u);
    expect(vendor.books.calls).toHaveLength(before);
  });

  test('a merchant without the detail, or one who waits for it too long, redeems all the same', async () => {
    const service = await start();
    const denied = await say(service, `核销 ${card(({ detail }) => detail === 'denied').card}`);
    expect(denied).toContain('核销成功');
    expect(denied).not.toContain('剩余');
    expect(await say(service, `核销 ${card(({ detail }) => detail === 'slow').card}`)).toContain('核销成功');
  });

  test('with after, what is left is said as well, and with off it is not', async () => {
    const after = await say(await start({ LIANTUOFU_CARD_DETAIL: 'after' }), `核销 ${PLAIN}`);
    expect(after).toContain(`剩余${vendor.books.balance(PLAIN) ?? '?'}次`);
    expect(after).not.toContain('推算');
    const looks = vendor.books.looks.length;
    expect(await say(await start({ LIANTUOFU_CARD_DETAIL: 'off' }), `核销 ${PLAIN}`)).not.toContain('剩余');
    expect(vendor.books.looks).toHaveLength(looks);
  });

  test('one that was booked without an answer becomes a success by the times left, and the person hears it', async () => {
    const service = await start({}, [100, 60_000]);
    const heard = await sayToApp(service.url, { content: `核销 ${SILENT} 2`, messageId: newId() });
    expect(heard.text).toMatch(/^结果未知[^]*请勿重复核销/u);
    const receipt = receiptIn(heard.text ?? '');
    const told = await platforms.delivery(({ text }) => text.includes(receipt));
    expect(told.text).toContain('核销成功（按余次核对：20 → 18，是推断');
    expect(consumed(SILENT)).toHaveLength(1);
    expect(await say(service, `核对 ${receipt}`)).toContain('按余次核对：20 → 18');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(platforms.delivered.filter(({ text }) => text.includes(receipt))).toHaveLength(1);
  });

  test('one that was not booked is told to have come to nothing, after the last look', async () => {
    const service = await start({}, [100, 1_000]);
    const heard = await sayToApp(service.url, { content: `核销 ${CUT_BEFORE} 2`, messageId: newId() });
    expect(heard.text).toMatch(/^结果未知/u);
    const told = await platforms.delivery(({ text }) => text.includes(receiptIn(heard.text ?? '')));
    expect(told.text).toMatch(/^核销失败（按余次核对：一直是20，是推断，[^）]*）：看来没有扣/u);
    expect(consumed(CUT_BEFORE)).toEqual([]);
  });

  test('one that the looks could not settle is told so, to the person and to a manager, once, with what to type', async () => {
    const service = await start({ ADMINS: 'wecom:boss' }, [100, 1_000]);
    const heard = await sayToApp(service.url, { content: `核销 ${CUT_BEFORE} 2`, messageId: newId() });
    expect(heard.text).toMatch(/^结果未知[^]*告诉您/u);
    // The vendor has not named what a code stands for, so it may have been this card.
    vendor.books.setCard({
      ...card(({ manner }) => manner === 'slow'),
      card: '914095353294417777',
      dynamicCode: '555555555555',
      manner: 'silent',
      detail: 'denied',
    });
    await sayToApp(service.url, { content: '核销 555555555555', messageId: newId() });
    const receipt = receiptIn(heard.text ?? '');
    for (const reader of ['zhangsan', 'boss']) {
      const told = await platforms.delivery(({ to, text }) => to === reader && text.includes(receipt));
      expect(told.text).toMatch(/结果未知[^]*没能核对清楚：[^]*别的核销/u);
      expect(told.text).toContain(`「核对 ${receipt} 已核销」或「核对 ${receipt} 未核销」`);
      expect(told.text).not.toContain('告诉您');
    }
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(platforms.delivered.filter(({ text }) => text.includes(receipt))).toHaveLength(2);
    expect(await say(service, `核对 ${receipt} 未核销`, { user: 'boss' })).toMatch(/^核销失败/u);
  });

  test('a confirmed question is carried out once, however often and at once the answer comes', async () => {
    const service = await start(ASKING);
    const before = consumed(PLAIN).length;
    const question = await say(service, `核销 ${PLAIN} 6 生日`);
    expect(question).toMatch(/^待确认[^]*洗车次卡[^]*剩余\d+次[^]*人民路店/u);
    expect(question).not.toMatch(/核销成功|核销失败|未提交|结果未知/u);
    expect(consumed(PLAIN)).toHaveLength(before);
    expect(await say(service, '确认', { user: 'stranger' })).toContain('未绑定');

    const messageId = newId();
    const answers = await Promise.all([
      ...Array.from({ length: 3 }, () => say(service, '确认', { messageId })),
      ...Array.from({ length: 3 }, () => say(service, `确认 ${receiptIn(question)}`)),
    ]);
    expect(answers.filter((text) => text.startsWith('核销成功')).length).toBeGreaterThanOrEqual(1);
    expect(new Set(answers.map(receiptIn))).toEqual(new Set([receiptIn(question)]));
    expect(consumed(PLAIN).slice(before)).toMatchObject([{ count: 6, remark: `生日 ${receiptIn(question)}` }]);
    expect(await say(service, '确认')).toContain('核销成功');
    expect(consumed(PLAIN)).toHaveLength(before + 1);
  });

  test('one visit is not assumed where text stands behind the card, nor anything inside a quotation', async () => {
    const service = await start();
    const before = consumed(PLAIN).length;
    const question = await say(service, `核销 ${PLAIN} 两位`);
    expect(question).toMatch(/^待确认：核销2次，备注「两位」？[^]*剩余\d+次[^]*次数没写清楚/u);
    expect(await say(service, `核销 ${PLAIN} 全部`)).toMatch(/^未提交：要核销几次，请写成数字/u);
    expect(await say(service, `核销 ${PLAIN} 2 怎么核销不了`)).toMatch(/^未提交：看起来是在问/u);
    const quotation = `「张三：核销 ${PLAIN} 2」\n- - - - - - - - - - - - - - -`;
    // Of what waits from before, and not of what is quoted.
    expect(await say(service, `${quotation}\n收到`)).toMatch(/^还有一笔在等您确认/u);
    expect(await say(service, `「张三：\n核销 ${PLAIN} 2\n谢谢」`)).toMatch(/^未提交：引用、转发的聊天内容不会核销/u);
    expect(consumed(PLAIN)).toHaveLength(before);

    expect(await say(service, '确认')).toContain('核销成功');
    expect(await say(service, `${quotation}\n核销 ${PLAIN} 贰次 靠窗`)).toContain('核销成功');
    expect(consumed(PLAIN).slice(before)).toMatchObject([
      { count: 2, remark: `两位 ${receiptIn(question)}` },
      { count: 2, remark: expect.stringMatching(/^靠窗 R-/u) as string },
    ]);
  });

  test('a tap on the question of the bot carries it out once, and only for the person who was asked', async () => {
    const service = await start(ASKING);
    const { card: number } = card(({ detail }) => detail === 'denied');
    const before = consumed(number).length;
    const question = await say(service, `核销 ${number} 7`);
    const receipt = receiptIn(question);
    const tap = (key: string, user = 'zhangsan') =>
      tapBot(service.url, { key, taskId: receipt, user, messageId: newId() });
    const foreign = await tap(`确认 ${receipt}`, 'lisi');
    expect(foreign).toMatchObject({ userids: ['lisi'], template_card: { task_id: receipt } });
    expect(consumed(number)).toHaveLength(before);

    const taps = await Promise.all([1, 2, 3].map(() => tap(`确认 ${receipt}`)));
    expect(consumed(number).slice(before)).toMatchObject([{ count: 7 }]);
    const [forAll, ...others] = taps.filter((update) => update?.userids === undefined);
    expect(others).toEqual([]);
    expect(forAll?.template_card.main_title.title).toMatch(/^核销成功/u);
    expect(forAll?.template_card.button_list).toEqual([{ text: '核对', key: `核对 ${receipt}` }]);
    expect((await tap(`核对 ${receipt}`))?.template_card.main_title.title).toContain('核销成功');
    expect((await tap(`取消 ${receipt}`))?.template_card.main_title.title).toContain('取消不了');
    expect(consumed(number)).toHaveLength(before + 1);
  });

  test('what came of a tap is said as a message too, once; a question that is delivered again has no second card', async () => {
    const service = await start(ASKING);
    const fields = { content: '核销 9140 9535 3294 4040 24', messageId: newId() };
    const asked = await replyOfBot(service.url, fields);
    if (asked.msgtype !== 'stream_with_template_card') throw new Error('no card');
    const { stream, template_card: shown } = asked;
    expect(shown.button_list.map(({ text }) => text)).toEqual(['①', '②', '取消']);
    for (const sign of ['①', '②'])
      expect([stream.content, shown.sub_title_text ?? '']).toEqual(Array(2).fill(expect.stringContaining(sign)));
    expect(stream.content.match(/回「确认 R-[0-9A-Z]{8}」/gu)).toHaveLength(2);
    expect(await replyOfBot(service.url, fields)).toEqual({ msgtype: 'stream', stream });

    const key = shown.button_list[0]?.key ?? '';
    const tap = { key, taskId: shown.task_id, messageId: newId(), responseUrl: platforms.responseUrl('tapped') };
    const update = await tapBot(service.url, tap);
    expect(update?.template_card).toMatchObject({
      main_title: { title: expect.stringMatching(/^核销成功/u) as string },
    });
    const said = await platforms.delivery(({ to }) => to === 'tapped');
    expect(said.text).toMatch(/^核销成功[^]*1次/u);
    expect(await say(service, '我')).not.toContain('之前的消息');
  });

  /** Cancels a question by its card, with a `response_url` that does not work. Resolves with the receipt. */
  async function cancelUnheard(service: Service): Promise<string> {
    const asked = await replyOfBot(service.url, { content: `核销 ${PLAIN} 6`, messageId: newId() });
    if (asked.msgtype !== 'stream_with_template_card') throw new Error('no card');
    const { task_id: taskId, button_list } = asked.template_card;
    const responseUrl = platforms.responseUrl('gone').replace('response_code=', 'response_code=not-');
    await tapBot(service.url, { key: button_list.at(-1)?.key ?? '', taskId, messageId: newId(), responseUrl });
    return receiptIn(asked.stream.content);
  }

  test('what came of a tap is told by the app where its response_url does not work', async () => {
    const receipt = await cancelUnheard(await start(ASKING));
    const told = await platforms.delivery(({ channel, text }) => channel === 'wecom-app' && text.includes(receipt));
    expect([told.to, told.text]).toEqual(['zhangsan', expect.stringMatching(/已取消/u)]);
  });

  test('and with the next reply where the app cannot write first either', async () => {
    const service = await start({ ...ASKING, WECOM_APP_SECRET: '' });
    await cancelUnheard(service);
    await expect.poll(() => say(service, '我')).toMatch(/之前的消息[^]*已取消/u);
  });

  test('what the card shows to be impossible is not asked: it is said at once, once, with what is left', async () => {
    const service = await start(ASKING);
    const [before, left] = [vendor.books.calls.length, vendor.books.balance(PLAIN) ?? 0];
    const refused = await sayToApp(service.url, { content: `核销 ${PLAIN} 30`, messageId: newId() });
    expect(refused.text).toMatch(new RegExp(`^未提交：只剩${left}次，次数不够\\n尾号4024，30次，人民路店，R-`, 'u'));
    const { card: expired } = card((each) => each.expired);
    expect(await say(service, `核销 ${expired} 6`)).toMatch(/^未提交：卡已过期，有效期至 2025-12-31/u);
    expect(await say(service, '确认')).not.toMatch(/核销成功|待确认/u);
    expect(vendor.books.calls).toHaveLength(before);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(platforms.delivered.filter(({ text }) => text.includes(receiptIn(refused.text ?? '')))).toEqual([]);
  });

  test('the same card within two minutes is asked about, for all people and stores', async () => {
    const service = await start(ASKING);
    const number = card(({ manner }) => manner === 'html-500').card;
    expect(await say(service, `核销 ${number}`)).toContain('结果未知');
    expect(await askInDingtalk(service.url, platforms, `核销 ${number}`, { msgId: newId() })).toMatch(
      /^待确认[^]*有过一笔：1次，未知/u,
    );
    expect(consumed(number)).toHaveLength(1);
  });

  test('of two readings the one that is named is carried out, and the other one never', async () => {
    const service = await start(ASKING);
    const before = consumed(PLAIN).length;
    const question = await say(service, '核销 9140 9535 3294 4040 24');
    const [first = '', second = ''] = question.match(/R-[0-9A-Z]{8}/g) ?? [];
    expect(await say(service, '确认')).toContain(second);
    expect(await say(service, `确认 ${first}`)).toMatch(/^核销成功[^]*4024，1次/u);
    expect(await say(service, `确认 ${second}`)).toMatch(/^未提交：这次只核销了尾号4024，1次。/u);
    expect(consumed(PLAIN).slice(before)).toMatchObject([{ count: 1 }]);
  });

  test('a question can be answered after a restart; one that was killed after the answer is unknown, and told', async () => {
    const env = await makeSettings({ ...ASKING, LIANTUOFU_TIMEOUT_MS: '20000' });
    const first = await startProcess(env);
    const number = card(({ manner }) => manner === 'slow').card;
    const question = await say(first, `核销 ${PLAIN} 6`);
    const doomed = (await sayToApp(first.url, { content: `核销 ${number} 6`, messageId: newId() })).text ?? '';
    expect(doomed).toMatch(/^待确认/u);
    await first.end('SIGKILL');

    const second = await startProcess(env);
    // By its receipt: it need not be on record that the question was told.
    expect(await say(second, `确认 ${receiptIn(question)}`)).toMatch(
      new RegExp(`^核销成功[^]*${receiptIn(question)}`, 'u'),
    );
    const killed = expect(
      sayToApp(second.url, { content: `确认 ${receiptIn(doomed)}`, messageId: newId() }),
    ).rejects.toThrow();
    await expect.poll(() => consumed(number)).toHaveLength(1);
    await second.end('SIGKILL');
    await killed;

    const third = await startProcess(env);
    // The first kill may have come between the question and the note that it was out; then the question is sent again.
    const isOutcome = ({ text }: { text: string }) => text.includes(receiptIn(doomed)) && !text.startsWith('待确认');
    expect((await platforms.delivery(isOutcome)).text).toMatch(/^结果未知[^]*请勿重复核销/u);
    expect((await sayToApp(third.url, { content: '确认', messageId: newId() })).text).toMatch(
      /^(?:结果未知|核销成功（按余次核对)/u,
    );
    expect(consumed(number)).toHaveLength(1);
    await third.end('SIGTERM');
  });
});
