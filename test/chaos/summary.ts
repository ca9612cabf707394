import { readRemark } from './claims.ts';
import type { Evidence } from './evidence.ts';
import type { ChannelName, Transport } from './plan.ts';

export type Summary = Readonly<Record<(typeof NAMES)[number], number>>;

const NAMES = [
  'rounds',
  'kills',
  'terms',
  'messages',
  'lines',
  'deliveries',
  'by webhook',
  'by connection: WeCom',
  'by connection: DingTalk',
  'by connection: Feishu',
  'frames not taken',
  'messages by both',
  'duplicates',
  'vendor calls',
  'consumed',
  'rows',
  'succeeded',
  'refused',
  'unsent',
  'unknown',
  'interrupted',
  'replies in response',
  'replies late',
  'told more than once',
  'still queued',
] as const;

/** Counts what happened. */
export function summarize({ messages, runs, deliveries, told, books, rows }: Evidence): Summary {
  const reached = deliveries.filter(({ run }) => run !== null);
  const by = (transport: Transport) => reached.filter((delivery) => delivery.transport === transport);
  const byConnection = by('connection');
  const throughWebhook = new Set(by('webhook').map(({ message }) => message));
  const throughBoth = byConnection.filter(({ message }) => throughWebhook.has(message));
  const channelOf = new Map(messages.map(({ id, channel }) => [id, channel]));
  const of = (channel: ChannelName) => byConnection.filter(({ message }) => channelOf.get(message) === channel);
  const inState = (state: string) => rows.filter((row) => row.state === state).length;
  const waiting = rows.filter(({ replyState }) => ['queued', 'sending', 'held'].includes(replyState));
  const tellings = rows.map(
    ({ receipt }) => new Set(told.filter(({ text }) => text.includes(receipt)).map(({ bubble }) => bubble)).size,
  );
  return {
    // The last run is the final start, in peace.
    rounds: runs.length - 1,
    kills: runs.filter(({ end }) => end === 'kill').length,
    terms: runs.filter(({ end }) => end === 'term').length - 1,
    messages: messages.length,
    lines: messages.reduce((sum, { lines }) => sum + lines.length, 0),
    deliveries: reached.length,
    'by webhook': by('webhook').length,
    'by connection: WeCom': of('wecom-bot').length,
    'by connection: DingTalk': of('dingtalk').length,
    'by connection: Feishu': of('feishu').length,
    'frames not taken': byConnection.filter(({ taken }) => !taken).length,
    'messages by both': new Set(throughBoth.map(({ message }) => message)).size,
    duplicates: reached.length - new Set(reached.map(({ message }) => message)).size,
    'vendor calls': books.calls.length,
    consumed: new Set(books.consumptions.map(({ remark }) => readRemark(remark).tag)).size,
    rows: rows.length,
    succeeded: inState('succeeded'),
    refused: inState('refused'),
    unsent: inState('unsent'),
    unknown: inState('unknown'),
    interrupted: rows.filter(({ reason }) => reason === 'interrupted').length,
    'replies in response': told.filter(({ way }) => way === 'response').length,
    'replies late': told.filter(({ way }) => way === 'late').length,
    'told more than once': tellings.filter((times) => times > 1).length,
    'still queued': new Set(waiting.map(({ message }) => message)).size,
  };
}

/** For a person to read. */
export function printSummary(summary: Summary): string {
  return NAMES.map((name) => `${name.padEnd(24)} ${summary[name]}`).join('\n');
}
