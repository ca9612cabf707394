import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createLog, flush, type Log } from '../src/log.ts';

const CARD = '914095353294404024';
const LOG_MODULE = new URL('../src/log.ts', import.meta.url).href;

describe('a log line', () => {
  it('is JSON with the time, the level by name and the fields', () => {
    const [line] = logged((log) => log.info({ receipt: 'K7M2', vendorMs: 120 }, 'redeemed'));
    expect(line).toMatchObject({ level: 'info', receipt: 'K7M2', vendorMs: 120, msg: 'redeemed' });
    expect(line?.['time']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u);
  });

  it('below the level is not written', () => {
    expect(logged((log) => log.info('x'), 'warn')).toEqual([]);
  });

  it.each([
    ['sign', '3af0851c40d0443e86942c9ddba75e25'],
    ['key', 'beb2c94ff04754360ef131dde7bb3017'],
    ['token', 'QDG6eK'],
    ['access_token', 'abcdefgh'],
    ['aesKey', 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C'],
    ['appSecret', 'hunter2'],
    ['msg_signature', '477715d11cdb4164915debcba66cb864d751f3e6'],
    ['sessionWebhook', 'https://oapi.dingtalk.com/robot/sendBySession?session=abc'],
    ['response_url', 'https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=abc'],
    ['Authorization', 'Bearer abc'],
  ])('never holds the value of %s, however deep it is', (name, secret) => {
    const text = rawLog((log) => {
      log.info({ [name]: secret });
      log.info({ a: { b: [{ c: { [name]: secret } }] } });
      log.child({ [name]: secret }).warn('from a child');
    });
    expect(text).not.toContain(secret);
    expect(text.split('[redacted]')).toHaveLength(4);
  });

  it('shows the last four of a card, by name and where it looks like one', () => {
    const text = rawLog((log) => {
      log.info({ card: CARD, vendorMsg: `卡${CARD}已过期` }, `9140 9535 3294 4040 24 and 9140-9535-3294-4040`);
      log.info({ request: { cardNo: 'AB12cd' } }, 'about %s', CARD);
      log.error(new Error(`no such card: ${CARD}`));
    });
    expect(text).not.toMatch(/9535/u);
    expect(text).not.toContain('AB12cd');
    expect(text).toContain('"card":"…4024"');
    expect(text).toContain('"cardNo":"…12cd"');
    expect(text).toContain('卡…4024已过期');
  });

  it('keeps the ids that an operator searches for', () => {
    const ids = {
      user: 'dingtalk:012345678901234567',
      messageId: '6254427984589168612345',
      store: 'EW_N294919314512345',
    };
    const [line] = logged((log) => log.info({ ...ids, problem: `staff[1] is ${ids.user}, twice` }));
    expect(line).toMatchObject({ ...ids, problem: `staff[1] is ${ids.user}, twice` });
  });

  it('holds no query string, password or secret pair in any text', () => {
    const text = rawLog((log) => {
      log.warn({ url: '/wecom/app?msg_signature=5c45ff5e&timestamp=1&nonce=2&echostr=P9nA' }, 'refused');
      log.error({
        err: new Error('GET https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=ww1&corpsecret=s3cr3t failed'),
      });
      log.error({ err: new Error('connect postgres://bot:s3cr3t@db:5432/bot') });
      log.error('body was appId=EW_N1&sign=s3cr3t and {"access_token":"s3cr3t"}');
    });
    expect(text).not.toMatch(/s3cr3t|5c45ff5e|P9nA/u);
    expect(text).toContain('/wecom/app?…');
  });
});

describe('an error in the log', () => {
  it('says type, code, message and causes, without a stack', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const [line] = logged((log) => log.error({ err: new TypeError('fetch failed', { cause: refused }) }, 'vendor'));
    expect(line?.['err']).toEqual({
      type: 'TypeError',
      message: 'fetch failed',
      cause: { type: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
    });
  });

  it('may be an aggregate, a circle, or not an error at all', () => {
    const circle = new Error('round');
    circle.cause = circle;
    const lines = logged((log) => {
      log.error({ err: new AggregateError([new Error('v4'), new Error('v6')], 'both') });
      log.error({ err: circle });
      log.error({ err: 'just text' });
    });
    expect(lines[0]?.['err']).toMatchObject({ type: 'AggregateError', errors: [{ message: 'v4' }, { message: 'v6' }] });
    expect(lines[1]?.['err']).toMatchObject({ message: 'round', cause: { message: 'round' } });
    expect(lines[2]?.['err']).toEqual({ type: 'string', message: 'just text' });
  });

  it('has a stack when it is a crash, still without secrets', () => {
    const [line] = logged((log) => log.fatal({ crash: new Error(`boom ${CARD} token=abc`) }, 'crashed'));
    expect(line).toHaveProperty('crash.stack', expect.stringContaining('log.test.ts'));
    expect(JSON.stringify(line)).not.toMatch(/9535|abc/u);
  });
});

describe('standard output', () => {
  const program = (end: string) => `
    const { createLog, flush } = await import(${JSON.stringify(LOG_MODULE)});
    const log = createLog({ level: 'info' });
    for (let i = 0; i < 5000; i += 1) log.info({ i }, 'x'.repeat(100));
    ${end}`;

  it.each([
    ['the program exits', 'process.exit(0);'],
    ['it is flushed and killed', "await flush(log); process.kill(process.pid, 'SIGKILL');"],
  ])('has the last line when %s', async (_when, end) => {
    const stdout = await outputOf(program(end));
    expect(stdout.trimEnd().split('\n')).toHaveLength(5000);
    expect(stdout).toContain('"i":4999');
  });

  it('is not waited for when the destination has nothing to flush', async () => {
    await expect(flush(createLog({ level: 'info', destination: { write: () => undefined } }))).resolves.toBeUndefined();
  });
});

/** What a program printed, however it ended. */
function outputOf(program: string): Promise<string> {
  return new Promise((resolve) => {
    const args = ['--input-type=module', '-e', program];
    execFile(process.execPath, args, { maxBuffer: 10_000_000 }, (_error, stdout) => resolve(stdout));
  });
}

function rawLog(use: (log: Log) => void, level: 'info' | 'warn' = 'info'): string {
  let text = '';
  use(createLog({ level, destination: { write: (line) => void (text += line) } }));
  return text;
}

function logged(use: (log: Log) => void, level?: 'warn'): Record<string, unknown>[] {
  return rawLog(use, level)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
