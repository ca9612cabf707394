import { randomBytes } from 'node:crypto';
import { WecomCrypto } from '@wecom/aibot-node-sdk';
import { getSignature } from '@wecom/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotAuthentic } from '../../../src/transports/webhook/webhook.ts';
import { createEnvelope } from '../../../src/platforms/wecom/envelope.ts';
import { computeSignature, signaturesMatch } from '../../../src/platforms/wecom/signature.ts';
import { urlCheck } from '../../support/wecom.ts';
import { queryOf, type Vector, vectors } from './vectors.ts';

const keys = {
  token: 'AibotTestToken01',
  aesKey: 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU',
  receiveId: 'wwCORP',
};
const envelope = createEnvelope({ ...keys, randomBytes });

const envelopeOf = ({ token, encodingAesKey, receiveId }: Vector) =>
  createEnvelope({ token, aesKey: encodingAesKey, receiveId, randomBytes });

describe('WeCom signature', () => {
  it.each(vectors)('is that of vector $id', ({ token, timestamp, nonce, encrypted, msgSignature }) => {
    expect(computeSignature(token, timestamp, nonce, encrypted)).toBe(msgSignature);
    expect(signaturesMatch(msgSignature, msgSignature)).toBe(true);
  });

  it("agrees with both of Tencent's packages", () => {
    const part = fc.stringMatching(/^[!-~]{1,40}$/);
    fc.assert(
      fc.property(part, part, part, part, (token, timestamp, nonce, encrypted) => {
        const ours = computeSignature(token, timestamp, nonce, encrypted);
        expect(ours).toBe(getSignature(token, timestamp, nonce, encrypted));
        expect(ours).toBe(new WecomCrypto(token, keys.aesKey).computeSignature(timestamp, nonce, encrypted));
      }),
    );
  });

  it('matches only exactly', () => {
    const signature = '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3';
    for (const given of [
      '',
      signature.slice(1),
      `${signature}0`,
      signature.toUpperCase(),
      ` ${signature}`,
      `${signature}\n`,
    ]) {
      expect(signaturesMatch(signature, given)).toBe(false);
    }
  });
});

describe('WeCom envelope', () => {
  const messages = vectors.filter(({ plaintext, kind }) => plaintext !== undefined && !kind.startsWith('reply'));
  it.each(messages)('opens vector $id', (vector) => {
    const { plaintext, nonce } = envelopeOf(vector).open(queryOf(vector), vector.encrypted);
    expect(plaintext).toBe(vector.plaintext);
    expect(nonce).toBe(vector.nonce);
  });

  const checks = vectors.filter(({ kind }) => kind === 'url-verify');
  it.each(checks)('answers the URL check of vector $id', (vector) => {
    const query = queryOf(vector);
    query.set('echostr', vector.encrypted);
    expect(envelopeOf(vector).openEcho(query)).toBe(vector.plaintext);
  });

  it('decodes a recorded query once', () => {
    const recorded = vectors.filter(({ rawQuery }) => rawQuery !== undefined);
    expect(recorded.length).toBeGreaterThan(0);
    for (const vector of recorded) {
      expect(envelopeOf(vector).openEcho(new URLSearchParams(vector.rawQuery))).toBe(vector.plaintext);
    }
  });

  it('refuses the published signature with another nonce', () => {
    const published = vectors.find(({ id }) => id === 'wechatpy-get');
    if (!published) throw new Error('vector is gone');
    const query = queryOf({ ...published, nonce: '437374424' });
    expect(() => envelopeOf(published).open(query, published.encrypted)).toThrow(NotAuthentic);
  });

  it.each(['msg_signature', 'timestamp', 'nonce', 'echostr'])('wants %s exactly once', (name) => {
    const missing = new URLSearchParams(urlCheck(keys, '123').query);
    missing.delete(name);
    expect(() => envelope.openEcho(missing)).toThrow(`${name} is missing`);

    const repeated = new URLSearchParams(urlCheck(keys, '123').query);
    repeated.append(name, repeated.get(name) ?? '');
    expect(() => envelope.openEcho(repeated)).toThrow(`${name} is given more than once`);
  });

  it.each([
    ['an empty timestamp', { timestamp: '' }],
    ['a timestamp in ms', { timestamp: '1760000010000' }],
    ['a timestamp with a sign', { timestamp: '+760000010' }],
    ['a timestamp in other digits', { timestamp: '１７６００００００１' }],
    ['an empty nonce', { nonce: '' }],
    ['a nonce with a blank', { nonce: '17601 11120' }],
    ['an endless nonce', { nonce: '1'.repeat(65) }],
  ])('refuses %s even when it is signed', (_, options) => {
    expect(() => envelope.openEcho(urlCheck(keys, '123', options).query)).toThrow(NotAuthentic);
  });

  it.each<[string, string]>([
    ...messages
      .map(({ id, plaintext = '' }) => [`message ${id}`, plaintext] as [string, string])
      .filter(([, it]) => !/^\d+$/u.test(it)),
    ['an answer of ours', '{"msgtype":"stream"}'],
    ['digits and more', '12345\n核销 914095353294404024 2'],
    ['digits that end a line', '12345\n'],
    ['other digits', '１２３４５'],
    ['a long number', '1'.repeat(33)],
    ['nothing', ''],
  ])('does not give back %s, even if it is signed as an echo', (_, plaintext) => {
    expect(() => envelope.openEcho(urlCheck(keys, plaintext).query)).toThrow('echostr is no echo');
  });

  it('ignores parameters that are not its own', () => {
    const { query } = urlCheck(keys, '6534946348215556778');
    query.set('tenant', '1');
    expect(envelope.openEcho(query)).toBe('6534946348215556778');
  });

  it("seals what Tencent's SDK accepts", () => {
    const { encrypted, signature } = envelope.seal('核销成功 🎂', 1760000010, 'nonce1');
    const theirs = new WecomCrypto(keys.token, keys.aesKey, keys.receiveId);
    expect(theirs.verifySignature(signature, '1760000010', 'nonce1', encrypted)).toBe(true);
    expect(theirs.decrypt(encrypted)).toBe('核销成功 🎂');
  });
});
