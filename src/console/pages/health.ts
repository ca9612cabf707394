import { html, type Html } from '../../pages/html.ts';
import { badge } from '../../pages/layout.ts';
import type { Calendar } from '../../redemption/calendar.ts';
import type { Checked, Checks, Condition } from '../health.ts';
import type { ConsolePage, Visit } from '../page.ts';
import type { ConsoleParts } from '../ports.ts';
import { momentIn } from '../redemption-words.ts';

const PATH = '/console/health';
const OUTCOMES = { fail: '不行', warn: '要留意', ok: '正常', skipped: '没查' } as const;
const WORST_FIRST = ['fail', 'warn', 'skipped', 'ok'] as const;
/** What reports a problem, by the word that the log has for it. */
const PARTS: Readonly<Record<string, string>> = {
  ledger: '账本',
  mapping: '对照表',
  clock: '时钟',
  connection: '机器人的连接',
  vendor: '联拓富',
  'card looks': '查卡',
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A backup that is older is a matter to look after. */
const OLD_BACKUP_MS = 2 * DAY_MS;

/** How the service is: what it says of itself, and what the checks of the setup say of it. */
export function createHealthPage({ health, calendar }: Pick<ConsoleParts, 'health' | 'calendar'>): ConsolePage {
  return {
    path: PATH,
    title: '健康',
    nav: '健康',
    least: 'admin',
    async show({ now, visitor }) {
      const [condition, checks] = [await health.condition(), health.lastChecks()];
      return { kind: 'page', main: page({ condition, checks, calendar, now, formToken: visitor.formToken }) };
    },
    actions: {
      again: {
        needsFresh: false,
        async act() {
          await health.runChecks();
          return { kind: 'see-other', to: PATH };
        },
      },
    },
  };
}

interface Looked {
  readonly condition: Condition;
  /** Null: they have not run yet. */
  readonly checks: Checks | null;
  readonly calendar: Calendar;
  readonly now: Visit['now'];
  readonly formToken: string;
}

function page(looked: Looked): Html {
  const { condition } = looked;
  const { ready, problems } = condition;
  return html`<div class="block">
    <div class="notice ${ready ? (problems.length === 0 ? 'ok' : 'warn') : 'fail'}">
      <p>
        <b
          >${ready ? (problems.length === 0 ? '能收消息，没有要处理的事。' : '能收消息，有事要处理。') : '现在收不了消息。'}</b
        >
      </p>
      ${problems.length > 0 && problemList(looked)}
    </div>
    <div class="cards">${[waitingCard(looked), botsCard(looked), versionsCard(looked)]}</div>
    ${checksCard(looked)}
  </div>`;
}

function problemList({ condition: { problems }, calendar, now }: Looked): Html {
  return html`<ul class="plain">
    ${problems.map(
      ({ what, since, detail }) =>
        html`<li>
          <b>${PARTS[what] ?? what}</b>（${sinceOf(since, calendar, now)}起）：<span class="words">${detail}</span>
        </li>`,
    )}
  </ul>`;
}

function sinceOf(since: string, calendar: Calendar, now: number): Html | string {
  const at = Date.parse(since);
  return Number.isNaN(at) ? since : momentIn(calendar, at, now);
}

function waitingCard({ condition, calendar, now }: Looked): Html {
  const { backlog, noticesWaiting, vendorCalls } = condition;
  const unread = html`<span>读不了账本</span>`;
  const oldest = backlog?.oldestUnknownAt ?? null;
  return html`<section class="card">
    <h2>在排队的</h2>
    <dl class="facts">
      ${fact('结果未知', backlog === null ? unread : `${backlog.unknowns}笔`)}
      ${oldest !== null && fact('最早的一笔未知', html`${momentIn(calendar, oldest, now)}，${spanOf(now - oldest)}前`)}
      ${fact('等着补发的回复', backlog === null ? unread : `${backlog.repliesWaiting}条`)}
      ${fact('等本人下次说话时带上的回复', backlog === null ? unread : `${backlog.repliesHeld}条`)}
      ${fact('等着发到群里的通知', noticesWaiting === null ? unread : `${noticesWaiting}条`)}
      ${fact('正在提交给联拓富', `${vendorCalls.running}笔（最多同时${vendorCalls.most}笔），排队${vendorCalls.waiting}笔`)}
    </dl>
  </section>`;
}

function botsCard({ condition: { bots }, calendar, now }: Looked): Html {
  return html`<section class="card">
    <h2>机器人</h2>
    ${bots.length === 0 && html`<p>没有接机器人。</p>`}
    <dl class="facts">
      ${bots.map(({ name, up, lastMessageAt }) =>
        fact(
          name,
          html`${
            up === null
              ? badge('skipped', '用回调')
              : up
                ? badge('ok', '连着')
                : badge('warn', '没连着，或连在另一台上')
          }
          ${
            lastMessageAt === null
              ? '启动以来还没收到消息'
              : html`最近一条消息：${momentIn(calendar, lastMessageAt, now)}`
          }`,
        ),
      )}
    </dl>
  </section>`;
}

function versionsCard({ condition, calendar, now }: Looked): Html {
  const { backup, ledger, program, node, startedAt } = condition;
  return html`<section class="card">
    <h2>备份和版本</h2>
    <dl class="facts">
      ${fact('上次备份', backupWords(condition, calendar, now))}
      ${backup !== null && fact('备份文件', html`<code class="words">${backup.file}</code>`)}
      ${fact('账本', `${ledger.kind} ${ledger.version ?? '（版本不知道）'}，${sizeOf(ledger.bytes)}`)}
      ${fact('程序', program === '' ? '不知道' : program)} ${fact('Node', node)}
      ${fact('启动于', html`${momentIn(calendar, startedAt, now)}，已运行${spanOf(now - startedAt)}`)}
    </dl>
  </section>`;
}

function backupWords({ backup, ledger }: Condition, calendar: Calendar, now: number): Html | string {
  if (ledger.kind === 'PostgreSQL') return '账本在 PostgreSQL 里，由数据库的备份（pg_dump）来做，这里看不到';
  if (backup === null) return html`${badge('warn', '没有记录')} 在服务器上运行 <code>npm run backup -- 文件名</code>`;
  const isOld = now - backup.at > OLD_BACKUP_MS;
  return html`${isOld && badge('warn', '有点久了')} ${momentIn(calendar, backup.at, now)}，${spanOf(now - backup.at)}前`;
}

function checksCard({ checks, calendar, now, formToken }: Looked): Html {
  const results = checks?.results ?? [];
  const groups = Map.groupBy(results, ({ group }) => group);
  const counts = WORST_FIRST.map((outcome) => ({
    outcome,
    count: results.filter((one) => one.outcome === outcome).length,
  })).filter(({ count }) => count > 0);
  return html`<section class="card">
    <h2>逐项检查</h2>
    <form method="post" action="${PATH}/again" class="inline" data-busy>
      <input type="hidden" name="token" value="${formToken}" />
      <span
        >${
          checks === null
            ? '启动以来还没查过。'
            : html`${momentIn(calendar, checks.at, now)} 查的（${spanOf(now - checks.at)}前）。`
        }检查只是看，什么都不改，要几秒钟。</span
      >
      <button>${checks === null ? '现在查' : '再查一次'}</button>
    </form>
    ${
      counts.length > 0 &&
      html`<p class="buttons">
        ${counts.map(({ outcome, count }) => html`<span>${badge(outcome, OUTCOMES[outcome])} ${count}</span>`)}
      </p>`
    }
    ${[...groups].map(
      ([group, ofGroup]) =>
        html`<h3>${group}</h3>
          <ul class="rows">
            ${ofGroup.map(checkedRow)}
          </ul>`,
    )}
  </section>`;
}

function checkedRow({ about, outcome, seen, todo }: Checked): Html {
  return html`<li>
    <div class="head">${badge(outcome, OUTCOMES[outcome])} ${about}</div>
    <p class="words">${seen}</p>
    ${todo !== null && html`<p class="todo words"><b>怎么办：</b>${todo}</p>`}
  </li>`;
}

function fact(name: string, value: Html | string): Html {
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`;
}

/** `3分钟`, `5小时`, `2天`. */
function spanOf(ms: number): string {
  if (ms < MINUTE_MS) return '不到1分钟';
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}分钟`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)}小时`;
  return `${Math.floor(ms / DAY_MS)}天`;
}

function sizeOf(bytes: number | null): string {
  if (bytes === null) return '大小不知道';
  return bytes < 1024 ** 2 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
