import { once } from 'node:events';
import { createServer } from 'node:http';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fields, readForm } from '../../src/pages/form.ts';

type Read = Awaited<ReturnType<typeof readForm>>;

let read: Promise<Read>;
const server = createServer((incoming, response) => {
  read = readForm(incoming, 200);
  void read.finally(() => response.end());
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => server.close());

const FORM = 'application/x-www-form-urlencoded';

async function send(body: string | Buffer, type: string | null = FORM): Promise<Read> {
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, method: 'POST', headers: type === null ? {} : { 'Content-Type': type } }).end(body);
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
  response.resume();
  await once(response, 'end');
  return read;
}

async function sendForm(body: string, type = FORM): Promise<Fields> {
  const fields = await send(body, type);
  if (typeof fields === 'number') throw new Error(`refused with ${fields}`);
  return fields;
}

test('a field has what was typed, without blanks around it', async () => {
  const fields = await sendForm('name=+%E5%BC%A0%E4%B8%89%0D%0A&empty=&key=a%2Bb%26c%3Dd');
  expect(fields.one('name')).toBe('张三');
  expect(fields.one('key')).toBe('a+b&c=d');
  expect([fields.has('empty'), fields.one('empty')]).toEqual([true, '']);
  expect([fields.has('absent'), fields.one('absent')]).toEqual([false, '']);
});

test('a field that a form has once counts as empty when it comes twice; rows come in their order', async () => {
  const fields = await sendForm('revision=1&revision=2&store=a&store=&store=b');
  expect(fields.one('revision')).toBe('');
  expect(fields.all('store')).toEqual(['a', '', 'b']);
  expect(fields.names()).toEqual(['revision', 'store']);
});

test('the first cell of what was pasted may be empty', async () => {
  expect((await sendForm('pasted=%09a%09b%0D%0A%09c')).text('pasted')).toBe('\ta\tb\r\n\tc');
});

test('names that objects have by nature are no fields', async () => {
  const fields = await sendForm('a=1');
  expect(fields.one('__proto__')).toBe('');
  expect(fields.has('constructor')).toBe(false);
});

test('some values can be changed, and the form stays as it was', () => {
  const fields = new Fields({ a: '1', b: '2' });
  expect(fields.with({ b: '3' }).one('b')).toBe('3');
  expect(fields.one('b')).toBe('2');
});

test('a charset beside the type is fine', async () => {
  expect((await sendForm('a=1', `${FORM}; charset=UTF-8`)).one('a')).toBe('1');
});

test.each([
  ['JSON', '{}', 'application/json', 415],
  ['text', 'a=1', 'text/plain', 415],
  ['what another site’s form can send as files', 'a=1', 'multipart/form-data; boundary=x', 415],
  ['what has no type', 'a=1', null, 415],
  ['too much', `a=${'x'.repeat(300)}`, FORM, 413],
  ['what is no UTF-8', 'a=%ff%fe', FORM, 400],
] as const)('%s is refused', async (_what, body, type, status) => {
  expect(await send(body, type)).toBe(status);
});
