import { expect, test } from 'vitest';
import { createGroupChat } from '../../src/sandbox/group-chat.ts';

const texts = (entries: readonly { readonly text: string }[]) => entries.map(({ text }) => text);

test('a page gets what is new since it last asked, in the order of the chat', () => {
  const chat = createGroupChat();
  chat.addMessage('m1', 'zhangsan', '核销 1');
  chat.showBubble({ id: 's1', text: '正在核销…', finished: false, inReplyTo: 'm1', card: null });
  const { revision, session, entries } = chat.changesAfter(0);
  expect(texts(entries)).toEqual(['核销 1', '正在核销…']);

  chat.addMessage('m2', 'luren', '核销 2');
  chat.showBubble({ id: 's1', text: '核销成功', finished: true, inReplyTo: 'm1', card: null });
  const news = chat.changesAfter(revision);
  expect(texts(news.entries)).toEqual(['核销成功', '核销 2']);
  expect(news.session).toBe(session);
  expect(texts(chat.changesAfter(0).entries)).toEqual(['核销 1', '核销成功', '核销 2']);
  expect(chat.changesAfter(news.revision).entries).toEqual([]);
});

test('a bubble that changes keeps its place in time', () => {
  let time = 1000;
  const chat = createGroupChat({ now: () => time });
  chat.showBubble({ id: 's1', text: '正在核销…', finished: false, inReplyTo: 'm1', card: null });
  time = 9000;
  chat.showBubble({ id: 's1', text: '核销成功', finished: true, inReplyTo: 'm1', card: null });
  expect(chat.changesAfter(0).entries).toMatchObject([{ text: '核销成功', at: 1000 }]);
});

test('a bubble whose id is that of the message it answers stands beside it', () => {
  const chat = createGroupChat();
  chat.addMessage('m1', 'zhangsan', '核销 1');
  chat.showBubble({ id: 'm1', text: '核销成功', finished: true, inReplyTo: 'm1', card: null });
  expect(texts(chat.changesAfter(0).entries)).toEqual(['核销 1', '核销成功']);
});

test('only the newest entries are kept', () => {
  const chat = createGroupChat({ limit: 2 });
  for (const id of ['m1', 'm2', 'm3']) chat.addMessage(id, 'zhangsan', id);
  expect(texts(chat.changesAfter(0).entries)).toEqual(['m2', 'm3']);
});
