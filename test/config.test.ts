import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, readConfig, SETTING_NAMES, SettingsError, type Config, type LiveConfig } from '../src/config.ts';

const AES_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
const VENDOR = { LIANTUOFU_APP_ID: 'EW_N4365306114', LIANTUOFU_KEY: 'beb2c94ff04754360ef131dde7bb3017' };
const BOT = { WECOM_BOT_TOKEN: 'QDG6eK', WECOM_BOT_AES_KEY: AES_KEY };
const SOCKET_BOT = { WECOM_BOT_ID: 'aibBOT01', WECOM_BOT_SECRET: 'se-cret' };
const APP = { WECOM_CORP_ID: 'ww5823bf96d3bd56c7', WECOM_APP_TOKEN: 'QDG6eK', WECOM_APP_AES_KEY: AES_KEY };
const FEISHU = { FEISHU_APP_ID: 'cli_a1b2c3d4e5f60718', FEISHU_APP_SECRET: 's' };
const FEISHU_CALLBACKS = { FEISHU_ENCRYPT_KEY: 'test key', FEISHU_VERIFICATION_TOKEN: 'v' };
const LIVE = { ...VENDOR, ...BOT };

describe('without settings', () => {
  it('is the sandbox, on loopback, with the documented defaults', () => {
    expect(readConfig({})).toEqual({
      mode: 'sandbox',
      host: '127.0.0.1',
      port: 3000,
      dataDir: './data',
      databaseUrl: null,
      wecomApiUrl: 'https://qyapi.weixin.qq.com',
      botNames: [],
      admins: [],
      userLinesPerMinute: 30,
      confirm: { countOver: 5, repeatWithinMs: 120_000 },
      robotHosts: [],
      mediaHosts: [],
      dailySummaryAt: '22:00',
      timeZone: 'Asia/Shanghai',
      logLevel: 'info',
      publicUrl: null,
      metricsToken: null,
      proxy: null,
      liantuofu: { timeoutMs: 10_000, consumeSource: 0, cardDetail: 'before' },
      warnings: [],
    });
  });

  it('takes empty values, blanks and foreign names for nothing', () => {
    expect(
      readConfig({ LIANTUOFU_KEY: '', WECOM_BOT_TOKEN: '  ', HOME: '/root', PATH: '/bin', WECOM_X: undefined }),
    ).toEqual(readConfig({}));
  });

  it('may be tuned', () => {
    const config = readConfig({ PORT: '0', LOG_LEVEL: 'WARN', LIANTUOFU_TIMEOUT_MS: '500', HOST: '[::1]' });
    expect(config).toMatchObject({ mode: 'sandbox', port: 0, logLevel: 'warn', host: '::1' });
    expect(config.liantuofu.timeoutMs).toBe(500);
  });

  it('does not start in production', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual({
      LIANTUOFU_APP_ID: saying('NODE_ENV'),
      LIANTUOFU_KEY: saying('NODE_ENV'),
    });
  });

  it.each(['0.0.0.0', '192.168.1.2', '::', 'example.com'])('does not listen on %s', (HOST) => {
    expect(problemsOf({ HOST })).toEqual({ HOST: saying('this machine') });
  });

  it('says that a database is not used', () => {
    expect(readConfig({ DATABASE_URL: 'postgres://db/x' }).warnings).toEqual([saying('DATABASE_URL')]);
  });
});

describe('live', () => {
  it('turns on exactly the channels whose settings are there', () => {
    expect(live(LIVE).channels).toEqual({
      wecomApp: null,
      wecomBot: { corpId: null, token: 'QDG6eK', aesKey: AES_KEY },
      wecomSocketBot: null,
      dingtalk: null,
      feishu: null,
    });
    expect(live({ ...VENDOR, ...SOCKET_BOT, WECOM_CORP_ID: 'ww5823bf96d3bd56c7' }).channels).toEqual({
      wecomApp: null,
      wecomBot: null,
      wecomSocketBot: {
        corpId: 'ww5823bf96d3bd56c7',
        botId: 'aibBOT01',
        secret: 'se-cret',
        url: 'wss://openws.work.weixin.qq.com',
      },
      dingtalk: null,
      feishu: null,
    });
    expect(live({ ...VENDOR, DINGTALK_APP_SECRET: 's' }).channels).toEqual({
      wecomApp: null,
      wecomBot: null,
      wecomSocketBot: null,
      dingtalk: {
        appSecret: 's',
        clientId: null,
        mode: 'http',
        apiUrl: 'https://api.dingtalk.com',
        robotCode: null,
        corpId: null,
        webhookHosts: ['oapi.dingtalk.com', 'api.dingtalk.com'],
      },
      feishu: null,
    });
    expect(live({ ...VENDOR, ...FEISHU }).channels).toEqual({
      wecomApp: null,
      wecomBot: null,
      wecomSocketBot: null,
      dingtalk: null,
      feishu: { appId: 'cli_a1b2c3d4e5f60718', appSecret: 's', apiUrl: 'https://open.feishu.cn', callbacks: null },
    });
    expect(live({ ...VENDOR, ...APP }).channels.wecomApp).toEqual({
      corpId: 'ww5823bf96d3bd56c7',
      agentId: null,
      secret: null,
      token: 'QDG6eK',
      aesKey: AES_KEY,
    });
  });

  it('does not add the public API address to a list of hosts that DingTalk’s replies may go to', () => {
    const config = live({ ...VENDOR, DINGTALK_APP_SECRET: 's', DINGTALK_WEBHOOK_HOSTS: 'proxy.example:8443' });
    expect(config.channels.dingtalk?.webhookHosts).toEqual(['proxy.example:8443']);
  });

  it('reads every setting', () => {
    const config = live({
      ...LIVE,
      ...APP,
      HOST: '0.0.0.0',
      PORT: ' 8080 ',
      DATA_DIR: '/var/lib/bot',
      DATABASE_URL: 'postgresql://u:p@db:5432/bot',
      LIANTUOFU_URL: 'https://proxy.example.com/vendor/',
      LIANTUOFU_TIMEOUT_MS: '15000',
      LIANTUOFU_CONSUME_SOURCE: '2',
      LIANTUOFU_CARD_DETAIL: 'after',
      WECOM_APP_AGENT_ID: '1000002',
      WECOM_APP_SECRET: 'se-cret',
      WECOM_API_URL: 'http://127.0.0.1:9000',
      DINGTALK_APP_SECRET: 's',
      DINGTALK_CLIENT_ID: 'dingrobot',
      DINGTALK_ROBOT_CODE: 'dingrobot',
      DINGTALK_CORP_ID: 'dingcorp1',
      DINGTALK_API_URL: 'http://localhost:9001/',
      DINGTALK_WEBHOOK_HOSTS: '127.0.0.1:9002， OAPI.dingtalk.com:443',
      ...FEISHU,
      ...FEISHU_CALLBACKS,
      FEISHU_API_URL: 'http://127.0.0.1:9004/',
      BOT_NAMES: '核销助手，@Redeem Bot,, 核销助手',
      ADMINS: 'wecom:zhangsan,dingtalk:manager01',
      USER_LINES_PER_MINUTE: '60',
      CONFIRM_COUNT_OVER: '10',
      CONFIRM_REPEAT_WITHIN_S: '0',
      ROBOT_HOSTS: '127.0.0.1:9003',
      MEDIA_HOSTS: '127.0.0.1:9005',
      DAILY_SUMMARY_AT: 'off',
      TIMEZONE: 'Asia/Urumqi',
      LOG_LEVEL: 'debug',
      PUBLIC_URL: 'https://bot.example.com/',
      METRICS_TOKEN: 'a-token-that-nobody-guesses',
    });
    expect(config).toEqual({
      mode: 'live',
      host: '0.0.0.0',
      port: 8080,
      dataDir: '/var/lib/bot',
      databaseUrl: 'postgresql://u:p@db:5432/bot',
      wecomApiUrl: 'http://127.0.0.1:9000',
      botNames: ['核销助手', 'Redeem Bot'],
      admins: ['wecom:zhangsan', 'dingtalk:manager01'],
      userLinesPerMinute: 60,
      confirm: { countOver: 10, repeatWithinMs: 0 },
      robotHosts: ['127.0.0.1:9003'],
      mediaHosts: ['127.0.0.1:9005'],
      dailySummaryAt: null,
      timeZone: 'Asia/Urumqi',
      logLevel: 'debug',
      publicUrl: 'https://bot.example.com',
      metricsToken: 'a-token-that-nobody-guesses',
      proxy: null,
      liantuofu: {
        url: 'https://proxy.example.com/vendor',
        appId: VENDOR.LIANTUOFU_APP_ID,
        key: VENDOR.LIANTUOFU_KEY,
        timeoutMs: 15_000,
        consumeSource: 2,
        cardDetail: 'after',
      },
      channels: {
        wecomApp: {
          corpId: 'ww5823bf96d3bd56c7',
          agentId: 1_000_002,
          secret: 'se-cret',
          token: 'QDG6eK',
          aesKey: AES_KEY,
        },
        wecomBot: { corpId: 'ww5823bf96d3bd56c7', token: 'QDG6eK', aesKey: AES_KEY },
        wecomSocketBot: null,
        dingtalk: {
          appSecret: 's',
          clientId: 'dingrobot',
          mode: 'stream',
          apiUrl: 'http://localhost:9001',
          robotCode: 'dingrobot',
          corpId: 'dingcorp1',
          webhookHosts: ['127.0.0.1:9002', 'oapi.dingtalk.com', 'localhost:9001'],
        },
        feishu: {
          appId: 'cli_a1b2c3d4e5f60718',
          appSecret: 's',
          apiUrl: 'http://127.0.0.1:9004',
          callbacks: { encryptKey: 'test key', verificationToken: 'v' },
        },
      },
      warnings: [],
    } satisfies Config);
  });

  it('warns of http to a vendor elsewhere, not of http to this machine', () => {
    expect(live({ ...LIVE, LIANTUOFU_URL: 'http://vendor.example.com' }).warnings).toEqual([saying('LIANTUOFU_URL')]);
    expect(live({ ...LIVE, LIANTUOFU_URL: 'http://127.0.0.1:4000' }).warnings).toEqual([]);
  });

  it('allows production', () => {
    expect(live({ ...LIVE, NODE_ENV: 'production' }).mode).toBe('live');
  });
});

describe('how DingTalk messages come in', () => {
  it.each([
    ['http', {}],
    ['stream', { DINGTALK_CLIENT_ID: 'c' }],
    ['stream', { DINGTALK_CLIENT_ID: 'c', DINGTALK_MODE: 'stream' }],
    ['http', { DINGTALK_CLIENT_ID: 'c', DINGTALK_MODE: 'http' }],
    ['http', { DINGTALK_MODE: 'http' }],
  ])('%s with %j', (mode, env) => {
    expect(live({ ...LIVE, DINGTALK_APP_SECRET: 's', ...env }).channels.dingtalk?.mode).toBe(mode);
  });
});

describe('half present', () => {
  it.each([
    ['vendor without key', { LIANTUOFU_APP_ID: 'a' }, ['LIANTUOFU_KEY']],
    ['vendor without id, with a channel', { LIANTUOFU_KEY: 'k', ...BOT }, ['LIANTUOFU_APP_ID']],
    ['a channel without vendor', BOT, ['LIANTUOFU_APP_ID', 'LIANTUOFU_KEY']],
    ['an address alone', { LIANTUOFU_URL: 'https://x.example' }, ['LIANTUOFU_APP_ID', 'LIANTUOFU_KEY']],
    ['vendor without a channel', VENDOR, ['WECOM_… / DINGTALK_… / FEISHU_…']],
    ['token without AES key', { ...VENDOR, WECOM_BOT_TOKEN: 't' }, ['WECOM_BOT_AES_KEY']],
    ['AES key without token', { ...VENDOR, WECOM_BOT_AES_KEY: AES_KEY }, ['WECOM_BOT_TOKEN']],
    ['bot id without secret', { ...VENDOR, WECOM_BOT_ID: 'b' }, ['WECOM_BOT_SECRET']],
    ['bot secret without id', { ...VENDOR, WECOM_BOT_SECRET: 's' }, ['WECOM_BOT_ID']],
    ['an address to connect to alone', { WECOM_SOCKET_URL: 'wss://x.example' }, ['LIANTUOFU_APP_ID', 'LIANTUOFU_KEY']],
    ['app without corp id', { ...VENDOR, ...APP, WECOM_CORP_ID: '' }, ['WECOM_CORP_ID']],
    ['app secret without agent id', { ...VENDOR, ...APP, WECOM_APP_SECRET: 's' }, ['WECOM_APP_AGENT_ID']],
    [
      'app secret without the app, beside a whole bot',
      { ...LIVE, WECOM_APP_SECRET: 's', WECOM_APP_AGENT_ID: '1' },
      ['WECOM_CORP_ID', 'WECOM_APP_TOKEN', 'WECOM_APP_AES_KEY'],
    ],
    ['Feishu without secret', { ...VENDOR, FEISHU_APP_ID: FEISHU.FEISHU_APP_ID }, ['FEISHU_APP_SECRET']],
    ['Feishu with half of the keys', { ...VENDOR, ...FEISHU, FEISHU_ENCRYPT_KEY: 'k' }, ['FEISHU_VERIFICATION_TOKEN']],
    ['Feishu with the other half', { ...LIVE, ...FEISHU, FEISHU_VERIFICATION_TOKEN: 'v' }, ['FEISHU_ENCRYPT_KEY']],
    [
      'keys of Feishu’s callbacks alone',
      { ...LIVE, FEISHU_ENCRYPT_KEY: 'k', FEISHU_VERIFICATION_TOKEN: 'v' },
      ['FEISHU_APP_ID', 'FEISHU_APP_SECRET'],
    ],
    ['robot code without secret', { ...LIVE, DINGTALK_ROBOT_CODE: 'r' }, ['DINGTALK_APP_SECRET']],
    ['client id without secret', { ...LIVE, DINGTALK_CLIENT_ID: 'c' }, ['DINGTALK_APP_SECRET']],
    [
      'stream without client id',
      { ...LIVE, DINGTALK_APP_SECRET: 's', DINGTALK_MODE: 'stream' },
      ['DINGTALK_CLIENT_ID'],
    ],
  ])('%s', (_what, env, missing) => {
    expect(Object.keys(problemsOf(env)).toSorted()).toEqual(missing.toSorted());
  });
});

describe('contradicting', () => {
  it('has the AI bot in one mode only', () => {
    expect(problemsOf({ ...LIVE, ...SOCKET_BOT })).toEqual({
      WECOM_BOT_TOKEN: saying('beside WECOM_BOT_ID'),
      WECOM_BOT_AES_KEY: saying('beside WECOM_BOT_ID'),
    });
  });

  it('has the AI bot connect to this machine without encryption, and to no other', () => {
    const WECOM_SOCKET_URL = 'ws://127.0.0.1:9004/';
    const { wecomSocketBot } = live({ ...VENDOR, ...SOCKET_BOT, WECOM_SOCKET_URL }).channels;
    expect(wecomSocketBot?.url).toBe('ws://127.0.0.1:9004');
  });
});

describe('malformed', () => {
  it.each([
    ['PORT', ['65536', '-1', '1e3', '0x10', '3000.0', 'three', '３０００']],
    ['LIANTUOFU_TIMEOUT_MS', ['10', '0', '99', '9999999', '10s']],
    ['LIANTUOFU_CONSUME_SOURCE', ['3', '01', 'web']],
    ['LIANTUOFU_CARD_DETAIL', ['on', 'Before']],
    ['CONFIRM_COUNT_OVER', ['0', '1000']],
    ['CONFIRM_REPEAT_WITHIN_S', ['-1', '2m']],
    ['USER_LINES_PER_MINUTE', ['0', '-5', '1.5']],
    ['LOG_LEVEL', ['loud']],
    [
      'METRICS_TOKEN',
      ['short', 'fifteen-signs-x', 'a token that nobody guesses', '令牌令牌令牌令牌令牌令牌令牌令牌', 'x'.repeat(257)],
    ],
    ['ROBOT_HOSTS', ['https://qyapi.weixin.qq.com', 'qyapi.weixin.qq.com/cgi-bin']],
    ['DAILY_SUMMARY_AT', ['24:00', '9:30', '22', '22:60', 'never']],
    ['TIMEZONE', ['Asia/Peking', '中国', '+25:00']],
    ['HOST', ['127.0.0.1:3000', 'http://localhost', 'a b']],
    ['LIANTUOFU_URL', ['api.liantuofu.com', 'ftp://x', 'https://u:p@x', 'https://x/?a=1', 'https://x/#y', 'https://']],
    ['WECOM_API_URL', ['http://qyapi.weixin.qq.com', 'qyapi.weixin.qq.com']],
    ['WECOM_SOCKET_URL', ['ws://openws.work.weixin.qq.com', 'https://openws.work.weixin.qq.com', 'openws.work.weixin']],
    ['DINGTALK_API_URL', ['http://api.dingtalk.com']],
    [
      'DINGTALK_WEBHOOK_HOSTS',
      ['https://oapi.dingtalk.com', 'oapi.dingtalk.com/robot', 'a@b', 'oapi.dingtalk.com:99999'],
    ],
    ['FEISHU_APP_ID', ['cli_a b', '应用']],
    ['FEISHU_ENCRYPT_KEY', ['密钥']],
    ['FEISHU_API_URL', ['http://open.feishu.cn', 'open.larksuite.com']],
    ['DATABASE_URL', ['mysql://db/x', 'db', 'postgres://']],
    ['WECOM_BOT_TOKEN', ['a b', 'x'.repeat(33), 'tok-en']],
    ['WECOM_BOT_AES_KEY', [AES_KEY.slice(1), `${AES_KEY}=`, AES_KEY.replace('j', '+')]],
    ['WECOM_APP_AGENT_ID', ['app', '1.0']],
    ['WECOM_CORP_ID', ['企业', 'ww 1']],
    ['LIANTUOFU_KEY', ['two words']],
    [
      'ADMINS',
      ['zhangsan', 'wecom:a,feishu:b', 'wecom:', 'wecom:@all', 'wecom:a|b', 'wecom:a,dingtalk:@all', 'wecom:＠all'],
    ],
    ['BOT_NAMES', ['@']],
  ])('%s is refused', (name, values) => {
    for (const value of values) {
      const error = refusalOf({ ...LIVE, ...APP, ...FEISHU, ...FEISHU_CALLBACKS, [name]: value });
      expect(error.problems.map((problem) => problem.name)).toEqual([name]);
    }
  });

  it('names all problems at once, one line each, in the order of the settings', () => {
    const error = refusalOf({ PORT: 'x', LOG_LEVEL: 'y', WECOM_BOT_TOKEN: 't t', LIANTUOFU_KYE: 'k', ADMINS: 'a' });
    expect(error.problems.map(({ name }) => name)).toEqual([
      ...['LIANTUOFU_KYE', 'PORT', 'LIANTUOFU_APP_ID', 'LIANTUOFU_KEY', 'WECOM_BOT_TOKEN', 'WECOM_BOT_AES_KEY'],
      ...['ADMINS', 'LOG_LEVEL'],
    ]);
    expect(error.message.split('\n')).toHaveLength(5 + error.problems.length);
  });

  it('never shows a value, for any setting and any value', () => {
    const value = fc.stringMatching(/^[!-~]{24}$/u);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...SETTING_NAMES), value, { minKeys: 1 }), (env) => {
        const messages = Object.values(problemsOf(env)).join();
        for (const secret of Object.values(env)) expect(messages).not.toContain(secret);
      }),
    );
  });
});

describe('mistyped names', () => {
  it.each([
    ['LIANTUOFU_KYE', 'LIANTUOFU_KEY'],
    ['LIANTUOFUKEY', 'LIANTUOFU_KEY'],
    ['LIANTUOFU-KEY', 'LIANTUOFU_KEY'],
    ['liantuofu.key', 'LIANTUOFU_KEY'],
    ['wecomBotToken', 'WECOM_BOT_TOKEN'],
    ['WECON_BOT_TOKEN', 'WECOM_BOT_TOKEN'],
    ['DINGTALKAPPSECRET', 'DINGTALK_APP_SECRET'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['LOG_LEVL', 'LOG_LEVEL'],
    ['LOG_LEVLE', 'LOG_LEVEL'],
    ['LOG-LEVEL', 'LOG_LEVEL'],
    ['log_level', 'LOG_LEVEL'],
    ['ADMIN', 'ADMINS'],
    ['Admins', 'ADMINS'],
    ['ADMISN', 'ADMINS'],
    ['BOTNAMES', 'BOT_NAMES'],
    ['BOT_NAME', 'BOT_NAMES'],
    ['BOTNAME', 'BOT_NAMES'],
    ['DATADIR', 'DATA_DIR'],
    ['DATA_DRI', 'DATA_DIR'],
    ['dataDir', 'DATA_DIR'],
    ['DATABASEURL', 'DATABASE_URL'],
    ['TIME_ZONE', 'TIMEZONE'],
    ['TIMEZONES', 'TIMEZONE'],
    ['ROBOT_HOST', 'ROBOT_HOSTS'],
    ['USER_LINE_PER_MINUTE', 'USER_LINES_PER_MINUTE'],
    ['DAILYSUMMARYAT', 'DAILY_SUMMARY_AT'],
    ['Host', 'HOST'],
    ['port', 'PORT'],
    ['WECOM_BOT_AESKEY', 'WECOM_BOT_AES_KEY'],
    ['DINGTALK_APPSECRET', 'DINGTALK_APP_SECRET'],
    ['wecom_bot_token', 'WECOM_BOT_TOKEN'],
    ['LIANTOUFU_KEY', 'LIANTUOFU_KEY'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DAILY_SUMARY_AT', 'DAILY_SUMMARY_AT'],
  ])('%s: %s is suggested', (name, right) => {
    expect(problemsOf({ [name]: 'x' })).toEqual({ [name]: saying(`did you mean ${right}?`) });
    expect(problemsIn(() => readConfig({}, `${name}=x`))).toEqual({ [name]: saying(`did you mean ${right}?`) });
  });

  it.each([
    ['PROT', 'PORT'],
    ['PORTS', 'PORT'],
    ['HOSTS', 'HOST'],
    ['LOG_LVL', 'LOG_LEVEL'],
    ['LOGS_LEVELS', 'LOG_LEVEL'],
    ['DATABASE_ULRS', 'DATABASE_URL'],
    ['USER_LINE_PER_MINUTES', 'USER_LINES_PER_MINUTE'],
  ])('%s: %s is suggested in .env, and another program’s in the environment', (name, right) => {
    expect(problemsIn(() => readConfig({}, `${name}=x`))).toEqual({ [name]: saying(`did you mean ${right}?`) });
    expect(readConfig({ [name]: 'x' })).toEqual(readConfig({}));
  });

  it('says it once where both have it', () => {
    expect(() => readConfig({ LOGLEVEL: 'x' }, 'LOGLEVEL=y')).toThrow('Not started: 1 problem in the settings.');
  });

  // What shells, systems, containers, platforms and other programs set.
  it.each([
    ['HOSTNAME', 'HOSTTYPE', 'LOGNAME', 'DATA', 'ORT', 'HOME', 'PATH', 'PWD', 'USER', 'USERNAME', 'LANG', 'TZ', 'TERM'],
    ['SHELL', 'SHLVL', 'OLDPWD', 'EDITOR', 'COLOR', 'DISPLAY', 'TMPDIR', 'TEMP', 'OSTYPE', 'MACHTYPE', 'MAIL', 'PS1'],
    ['XDG_DATA_DIRS', 'XDG_DATA_HOME', 'PGDATA', 'PGHOST', 'PGPORT', 'PGDATABASE', 'DB_URL', 'DB_HOST', 'REDIS_URL'],
    ['NODE_ENV', 'NODE_OPTIONS', 'NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'NO_COLOR', 'NO_PROXY', 'http_proxy'],
    ['npm_config_loglevel', 'npm_config_port', 'npm_package_name', 'npm_lifecycle_event', 'INIT_CWD', 'FORCE_COLOR'],
    ['ADMIN_USER', 'ADMIN_PASSWORD', 'ADMIN_EMAIL', 'ADMIN_TOKEN', 'ADMINISTRATOR', 'DOMAIN', 'DOMAINS', 'ADMINER'],
    ['HTTP_PORT', 'APP_PORT', 'PORT_HTTP', 'KUBERNETES_PORT', 'REDIS_PORT', 'SPORT', 'PORTS', 'PROT', 'SORT', 'POST'],
    ['HTTP_HOST', 'DOCKER_HOST', 'VIRTUAL_HOST', 'COMPUTERNAME', 'OS', 'HOSTS', 'HOSTALIASES', 'REMOTEHOST', 'MHOST'],
    ['LOG_FILE', 'LOG_FORMAT', 'LOG_DIR', 'RUST_LOG', 'LOGLEVEL_ROOT', 'SPRING_LOG_LEVEL', 'DATA_PATH', 'APPDATA'],
    ['DATABASE', 'DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_USER', 'DATABASE_NAME', 'DATABASE_RO_URL', 'MYSQL_URL'],
    ['TIMEOUT', 'TIMEFORMAT', 'BOT_TOKEN', 'SERVERNAME', 'HOSTNAMES', 'ProgramData', 'SystemDrive', 'PROCESSOR_LEVEL'],
    ['INVOCATION_ID', 'JOURNAL_STREAM', 'SYSTEMD_EXEC_PID', 'LISTEN_FDS', 'NOTIFY_SOCKET', 'WATCHDOG_USEC', 'CI'],
  ])('%s and the like are left to others', (...names) => {
    expect(readConfig(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual(readConfig({}));
  });
});

describe('a proxy, which the environment names for all programs', () => {
  it.each([
    [{ HTTPS_PROXY: 'http://proxy:3128' }, { url: 'http://proxy:3128', except: '' }],
    [
      { https_proxy: 'http://near', HTTPS_PROXY: 'http://far' },
      { url: 'http://near', except: '' },
    ],
    [
      { HTTPS_PROXY: 'https://u:p@proxy', NO_PROXY: '.example' },
      { url: 'https://u:p@proxy', except: '.example' },
    ],
    [{ NO_PROXY: '*' }, null],
  ])('%j', (env, proxy) => {
    expect(readConfig(env)).toMatchObject({ proxy, warnings: [] });
    expect(readConfig({}, asDotenv(env))).toMatchObject({ proxy, warnings: [] });
  });

  it.each(['socks5://proxy:1080', 'proxy:3128'])('is left out with a warning where it is %s', (value) => {
    expect(readConfig({ HTTPS_PROXY: value })).toMatchObject({ proxy: null, warnings: [saying('HTTPS_PROXY')] });
  });
});

describe('.env', () => {
  let dir = '';
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'config-'))));
  afterEach(() => rmSync(dir, { recursive: true }));

  it('is read, comments and quotes included, and loses against the environment', () => {
    writeFileSync(join(dir, '.env'), '\uFEFFPORT=4000 # here\r\nBOT_NAMES="核销 助手"\r\nLOG_LEVEL=debug\r\n');
    expect(loadConfig(dir, { LOG_LEVEL: 'error' })).toMatchObject({
      port: 4000,
      botNames: ['核销 助手'],
      logLevel: 'error',
    });
  });

  it('may be absent', () => {
    expect(loadConfig(dir, {}).mode).toBe('sandbox');
  });

  it('is a problem when it cannot be read, told together with the others', () => {
    mkdirSync(join(dir, '.env'));
    expect(problemsIn(() => loadConfig(dir, { PORT: 'x' }))).toEqual({
      '.env': saying('EISDIR'),
      PORT: saying('whole number'),
    });
  });

  it.skipIf(process.getuid?.() === 0)('is a problem when it is not permitted', () => {
    writeFileSync(join(dir, '.env'), '');
    chmodSync(join(dir, '.env'), 0);
    expect(problemsIn(() => loadConfig(dir, {}))).toEqual({ '.env': saying('EACCES') });
  });

  it.each([
    [
      'GBK',
      Buffer.concat([Buffer.from('PORT=0\nBOT_NAMES='), Buffer.from([0xba, 0xcb, 0xcf, 0xfa])]),
      'line 2, column 11',
    ],
    ['UTF-16 from Notepad', Buffer.from('\uFEFFPORT=0\r\n', 'utf16le'), 'UTF-16'],
    ['UTF-16, the other way round', Buffer.from('\uFEFFPORT=0\r\n', 'utf16le').swap16(), 'UTF-16'],
    ['UTF-16 without its mark', Buffer.from('PORT=0\r\n', 'utf16le'), 'UTF-16'],
    ['a lone byte in a remark', Buffer.from('PORT=0 # caf\xe9\n', 'latin1'), 'line 1, column 13'],
    ['a character that is cut off', Buffer.from('BOT_NAMES=核销').subarray(0, -1), 'line 1, column 12'],
    ['a surrogate', Buffer.from([0x41, 0x3d, 0xed, 0xa0, 0x80]), 'line 1, column 3'],
    ['a slash in two bytes', Buffer.from([0x41, 0x3d, 0xc0, 0xaf]), 'line 1, column 3'],
  ])('is a problem when it is %s', (_what, bytes, place) => {
    writeFileSync(join(dir, '.env'), bytes);
    const problems = problemsIn(() => loadConfig(dir, { PORT: 'x' }));
    expect(problems).toEqual({ '.env': saying('save it as UTF-8'), PORT: saying('whole number') });
    expect(problems['.env']).toContain(place);
    expect(readFileSync(join(dir, '.env'))).toEqual(bytes);
  });

  it('does not skip a setting that is written in another way', () => {
    expect(problemsIn(() => readConfig({}, '# mine\nLIANTUOFU_KEY: abc\n'))).toEqual({
      LIANTUOFU_KEY: saying('line 2'),
    });
  });
});

/** Typed, where vitest's own is `any`. */
function saying(part: string): unknown {
  return expect.stringContaining(part);
}

function live(env: Record<string, string>): LiveConfig {
  const config = readConfig(env);
  if (config.mode !== 'live') throw new Error('expected live');
  return config;
}

function refusalOf(env: Record<string, string>): SettingsError {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error('expected to be refused');
}

function problemsOf(env: Record<string, string>): Record<string, string> {
  return problemsIn(() => readConfig(env));
}

function problemsIn(read: () => Config): Record<string, string> {
  try {
    read();
    return {};
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return Object.fromEntries(error.problems.map(({ name, message }) => [name, message]));
  }
}

function asDotenv(env: object): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join('\n');
}
