import { describe, expect, test } from 'vitest';
import { readResponse } from '../../src/liantuofu/outcome.ts';

const read = (body: string, status = 200) => readResponse(status, Buffer.from(body)).outcome;
const UNCLEAR = { state: 'unknown', reason: 'unclear-answer' };

describe('an answer that is clear', () => {
  test.each([
    ['SUCCESS', '{"code":"SUCCESS","msg":"成功"}', { state: 'succeeded', vendorMsg: '成功' }],
    ['FAILED', '{"code":"FAILED","msg":"剩余次数不足"}', { state: 'refused', vendorMsg: '剩余次数不足' }],
    ['no msg', '{"code":"SUCCESS"}', { state: 'succeeded', vendorMsg: null }],
    ['msg null', '{"code":"FAILED","msg":null}', { state: 'refused', vendorMsg: null }],
    ['msg of another type', '{"code":"FAILED","msg":{"a":1}}', { state: 'refused', vendorMsg: null }],
    [
      'more fields',
      '{"code":"SUCCESS","msg":"成功","data":{"code":"FAILED"}}',
      { state: 'succeeded', vendorMsg: '成功' },
    ],
    ['byte order mark and blanks', '\ufeff \n{"code":"SUCCESS"}\r\n', { state: 'succeeded', vendorMsg: null }],
    [
      'a card’s number, but no times left',
      '{"code":"SUCCESS","msg":"成功","cardNo":"914095353294404024","suplusTimes":""}',
      { state: 'succeeded', vendorMsg: '成功' },
    ],
  ])('%s', (_name, body, outcome) => {
    expect(read(body)).toEqual(outcome);
  });
});

describe('an answer that says neither yes nor no', () => {
  test.each([
    ['nothing', ''],
    ['HTML', '<html><body>SUCCESS</body></html>'],
    ['truncated JSON', '{"code":"SUCCESS","msg":"成'],
    ['another code', '{"code":"PROCESSING","msg":"处理中"}'],
    ['a code in small letters', '{"code":"success"}'],
    ['a numeric code', '{"code":200}'],
    ['no code', '{"msg":"成功"}'],
    ['a bare string', '"SUCCESS"'],
    ['null', 'null'],
    ['an array', '[{"code":"SUCCESS"}]'],
    ['two documents', '{"code":"SUCCESS"}{"code":"FAILED"}'],
    ['deep nesting', '['.repeat(60_000)],
  ])('%s', (_name, body) => {
    expect(read(body)).toEqual(UNCLEAR);
  });

  test.each([8, 0, '8'])('an answer about a card, with %j times left', (suplusTimes) => {
    for (const code of ['SUCCESS', 'FAILED']) {
      const body = Buffer.from(JSON.stringify({ code, msg: '成功', cardNo: '914095353294404024', suplusTimes }));
      expect(readResponse(200, body)).toEqual({ outcome: UNCLEAR, cause: 'about-a-card' });
    }
  });

  test.each([201, 204, 302, 400, 403, 500, 502])('status %i, with any body', (status) => {
    expect(read('{"code":"SUCCESS","msg":"成功"}', status)).toEqual(UNCLEAR);
    expect(read('{"code":"FAILED","msg":"失败"}', status)).toEqual(UNCLEAR);
  });
});
