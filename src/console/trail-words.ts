import { REASONS } from '../command/sentences/words.ts';
import type { Coming, EntryFacts, TrailEntry } from '../desk/trail-shown.ts';
import { html, type Html, type Part } from '../pages/html.ts';
import type { LateResult, ReplyState } from '../redemption/message.ts';
import type { DeliveryState, NoticeKind } from '../redemption/notices.ts';
import type { AskReason, Redemption, SettledBy, State } from '../redemption/redemption.ts';
import type { Shows } from '../redemption/shown.ts';
import { outcomeBadge, whyOf } from './redemption-words.ts';

// What happened with a redemption, in words. That a platform took something does not mean that it was read.

export interface TrailWords {
  readonly redemption: Redemption;
  /** The name of the person who typed it. */
  readonly who: string | null;
  readonly moment: (instant: number) => Html;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Of<K extends EntryFacts['kind']> = Extract<TrailEntry, { readonly kind: K }>;

/** One thing that happened. */
export function entryWords(entry: TrailEntry, words: TrailWords): Part {
  const who = words.who ?? '发的人';
  switch (entry.kind) {
    case 'received':
      return said(entry, `${who}在${placeOf(entry)}${entry.shows === null ? '发了' : SHOWN[entry.shows]}`);
    case 'confirmed':
      return said(entry, `${who}在${placeOf(entry)}回答了问题`);
    case 'redelivered':
      return `平台又送来同一条消息${entry.times > 1 ? `（${entry.times}次）` : ''}，没有重复核销`;
    case 'asked':
      return `${entry.again ? '这张卡刚才又用过，要再确认一次' : '要先确认'}${entry.why === null ? '' : `：${ASKED[entry.why.kind]}`}`;
    case 'withdrawn':
      return `没有提交：${entry.reason === null ? '不核销了' : REASONS[entry.reason]}`;
    case 'seen':
      return `核销前看了卡，剩余${entry.remaining}次`;
    case 'sent':
      return '提交给核销系统（从这时起请求可能已经发出）';
    case 'outcome':
      return outcomeWords(entry, words.redemption);
    case 'unknown':
      return unknownWords(entry);
    case 'seen-after':
      return `核销后看了卡，剩余${entry.remaining}次`;
    case 'look':
      return `${entry.by === null ? '系统' : entry.by}查余次：${entry.sight === null ? '没有查到' : `剩余${entry.sight}次`}`;
    case 'looks-ended':
      return '系统查完了最后一次余次，还是没有结果';
    case 'settled':
      return settledWords(entry);
    case 'told':
      return entry.again ? '回复又交给平台一次' : '回复已交给平台，看没看不知道';
    case 'late':
      return LATE[entry.result];
    case 'reply-taken-over':
      return '要回复的那台服务停了，由另一台接手补发';
    case 'notice':
      return noticeWords(entry, words);
    case 'telling':
      return tellingWords(entry, words);
  }
}

/** What is still to come. */
export function comingWords(coming: Coming, { who, moment, now }: TrailWords): Part {
  const person = who ?? '发的人';
  const soonest = (from: number) => (from <= now ? '马上' : html`最早${moment(from)}`);
  switch (coming.kind) {
    case 'outcome':
      return '等核销系统答复';
    case 'answer':
      return html`等${person}确认，过了${moment(coming.until)}就不核销了`;
    case 'look':
      return html`系统还会再查余次，${soonest(coming.from)}`;
    case 'people':
      return '系统不再自动核对，要店长查清楚';
    case 'reply':
      return html`${REPLY[coming.state]}${coming.from !== null && html`，${soonest(coming.from)}`}`;
    case 'notices':
      return coming.robots === null ? '群通知还没有分给群机器人' : `还有${coming.robots}个群机器人没有发通知`;
  }
}

const SHOWN: Readonly<Record<Shows, string>> = {
  picture: '发了照片',
  'quoted-picture': '引用了照片',
  'quoted-message': '引用了别的消息',
  scan: '扫了码',
  'scan-query': '扫码查询',
};

const PLATFORMS: readonly (readonly [string, string])[] = [
  ['wecom', '企业微信'],
  ['dingtalk', '钉钉'],
  ['feishu', '飞书'],
];

function placeOf({ channel, inGroup }: Pick<Of<'received'>, 'channel' | 'inGroup'>): string {
  const platform = PLATFORMS.find(([name]) => channel.startsWith(name))?.[1] ?? '聊天';
  return `${platform}${inGroup ? '群里' : '单聊里'}`;
}

function said({ text }: Pick<Of<'received'>, 'text'>, what: string): Html {
  return html`${what}${text.trim() !== '' && html`<p class="quoted">${text}</p>`}`;
}

const ASKED: Readonly<Record<AskReason['kind'], string>> = {
  many: '次数多',
  repeat: '这张卡刚用过',
  ambiguous: '卡号和次数分不清',
  uncertain: '次数没写清楚',
  shown: '卡号是从图里或扫码读到的',
};

function outcomeWords({ state, reason }: Of<'outcome'>, redemption: Redemption): Html {
  const isNow = redemption.state === state;
  const why = isNow ? whyOf(redemption) : reason === null ? '' : REASONS[reason];
  return html`${outcomeBadge(state)}${why !== '' && ` ${why}`}`;
}

function unknownWords({ reason, takenOver }: Of<'unknown'>): Html {
  const why = takenOver ? '处理它的服务停了，请求有没有发出不知道' : reason === null ? '' : REASONS[reason];
  return html`${outcomeBadge('unknown')}${why !== '' && ` ${why}`}`;
}

function settledWords({ state, was, by }: Of<'settled'>): Html {
  const reason = reasonOf(by);
  return html`${outcomeBadge(state)}
  ${settledHow(state, by)}${was !== state && html`，之前是${outcomeBadge(was)}`}${reason !== null && `。原因：${reason}`}`;
}

function settledHow(state: State, by: SettledBy | null): string {
  switch (by?.how) {
    case undefined:
      // That nothing was sent is no answer.
      return state === 'unsent' ? '处理它的服务后来报来：请求没有发出' : '核销系统的答复后来到了';
    case 'look':
      return '按余次核对，是推断，不是核销系统的答复';
    case 'hand':
      return `${by.name}人工核对`;
    case 'overruled':
      return '提交它的服务后来报来结果，以这次为准';
    case 'list':
      return `${by.name}按后台清单核对（${by.file}），不是核销系统的答复`;
  }
}

/** What the person gave as the reason, where they were asked for one. */
function reasonOf(by: SettledBy | null): string | null {
  return by !== null && 'reason' in by && typeof by.reason === 'string' && by.reason !== '' ? by.reason : null;
}

const LATE: Readonly<Record<LateResult['kind'], string>> = {
  sent: '补发的回复已交给平台，看没看不知道',
  retry: '这次没有补发成，稍后再试',
  hold: '现在补发不了，等对方下次发消息时一起说',
  'give-up': '隔得太久，不再补发',
  drop: '已经没有要说的，不再补发',
};

const REPLY: Readonly<Record<ReplyState, string>> = {
  open: '回复还没有交给平台',
  queued: '回复在等补发',
  sending: '回复正在补发',
  held: '回复等对方下次发消息时一起说',
  answered: '回复已交给平台',
  sent: '回复已补发',
  'given-up': '回复没有发成，不再发',
};

const NOTICES: Readonly<Record<NoticeKind, string>> = {
  refused: '核销失败',
  unknown: '结果未知',
  settled: '核对出结果',
  succeeded: '核销成功',
  summary: '当天汇总',
  binding: '人员变动',
};

const DELIVERED: Readonly<Record<DeliveryState, string>> = {
  waiting: '在等',
  sent: '已交给平台',
  'given-up': '没有发成，不再发',
  moved: '这个群机器人没有了，改由别的发',
};

function noticeWords({ of, deliveries, addressed }: Of<'notice'>, { moment }: TrailWords): Html {
  const none = addressed ? '没有要通知的群' : '还没有分给群机器人';
  return html`通知群：${NOTICES[of]}
  ${
    deliveries.length === 0
      ? html`<p class="hint">${none}</p>`
      : html`<ul class="plain hint">
          ${deliveries.map(
            ({ state, doneAt }) =>
              html`<li>群机器人：${DELIVERED[state]}${doneAt !== null && html`，${moment(doneAt)}`}</li>`,
          )}
        </ul>`
  }`;
}

function tellingWords({ who, about, replyState, toldAt }: Of<'telling'>, { moment }: TrailWords): Html {
  const what = about === 'unsettled' ? '请人工核对' : '结果有更正';
  return html`告诉${who ?? '店长'}：${what}
    <p class="hint">${REPLY[replyState].replace('回复', '')}${toldAt !== null && html`，${moment(toldAt)}`}</p>`;
}
