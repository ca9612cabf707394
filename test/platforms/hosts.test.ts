import { describe, expect, test } from 'vitest';
import {
  hostOf,
  connectionRefusalOf,
  refusalOf,
  replyHosts,
  ROBOT_PLACES,
  ROBOT_PLATFORMS,
} from '../../src/platforms/hosts.ts';

const HOSTS = ['oapi.dingtalk.com', '127.0.0.1:9999', '[::1]:9999', 'localhost:9999', 'corp.example:8443'];

test.each([
  ['https://oapi.dingtalk.com/robot/sendBySession?session=1', null],
  ['https://OAPI.dingtalk.com:443/robot', null],
  ['http://oapi.dingtalk.com/robot/sendBySession?session=1', 'unencrypted'],
  ['https://oapi.dingtalk.com.evil.example/robot', 'another-host'],
  ['https://oapi.dingtalk.com@evil.example/robot', 'user-info'],
  ['https://user@oapi.dingtalk.com/robot', 'user-info'],
  ['https://:pass@oapi.dingtalk.com/robot', 'user-info'],
  ['https://oapi.dingtalk.com:8443/robot', 'another-host'],
  ['https://evil.example/?https://oapi.dingtalk.com', 'another-host'],
  ['https://corp.example:8443/robot', null],
  ['https://corp.example/robot', 'another-host'],
  ['http://corp.example:8443/robot', 'unencrypted'],
  ['http://127.0.0.1:9999/robot', null],
  ['http://[::1]:9999/robot', null],
  ['http://localhost:9999/robot', null],
  ['http://127.0.0.1:9998/robot', 'another-host'],
  ['ftp://127.0.0.1:9999/robot', 'unencrypted'],
  ['file:///etc/passwd', 'another-host'],
  ['not a url', 'not-a-url'],
  ['', 'not-a-url'],
])('%s is refused as %s', (url, refusal) => {
  expect(refusalOf(url, HOSTS)).toBe(refusal);
});

test('replies may go to the host of the server API, too', () => {
  expect(replyHosts(['a.example'], 'https://b.example:8443/prefix')).toEqual(['a.example', 'b.example:8443']);
  expect(replyHosts(['a.example', 'b.example'], 'https://b.example')).toEqual(['a.example', 'b.example']);
});

test('of an address only the host is told', () => {
  expect(hostOf('https://oapi.dingtalk.com:8443/robot?session=secret')).toBe('oapi.dingtalk.com:8443');
  expect(hostOf('secret')).toBe('not a URL');
});

test.each(ROBOT_PLATFORMS)('robots of %s are on hosts as a URL has them', (platform) => {
  for (const host of ROBOT_PLACES[platform].hosts) expect(new URL(`https://${host}/`).host).toBe(host);
});

describe('where a connection may be opened that a server API has named', () => {
  test.each([
    ['wss://socket.example.com/a', 'https://api.example.com', null],
    ['wss://api.example.com/a', 'https://api.example.com/prefix', null],
    ['wss://elsewhere.example.com/a', 'https://api.example.com', 'another-host'],
    ['ws://socket.example.com/a', 'https://api.example.com', 'unencrypted'],
    ['wss://me@socket.example.com/a', 'https://api.example.com', 'user-info'],
    ['ws://127.0.0.1:4001/a', 'http://127.0.0.1:4000', null],
    ['ws://localhost:4001/a', 'http://127.0.0.1:4000', null],
    ['ws://127.0.0.1:4001/a', 'https://api.example.com', 'another-host'],
    ['http://127.0.0.1:4001/a', 'http://127.0.0.1:4000', 'unencrypted'],
    ['ws://127.0.0.1.example.com/a', 'http://127.0.0.1:4000', 'another-host'],
    ['nowhere', 'http://127.0.0.1:4000', 'not-a-url'],
  ])('%s by %s: %s', (url, apiUrl, refusal) => {
    expect(connectionRefusalOf(url, ['socket.example.com'], apiUrl)).toBe(refusal);
  });
});
