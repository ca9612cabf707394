import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { consoleAddress } from '../../src/wire/console-address.ts';

const on = (address: string, change: Partial<NetworkInterfaceInfo> = {}) =>
  ({ address, family: 'IPv4', internal: false, netmask: '', mac: '', cidr: null, ...change }) as NetworkInterfaceInfo;
type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
const LOOPBACK = { lo: [on('127.0.0.1', { internal: true }), on('::1', { internal: true, family: 'IPv6' })] };
const LAN = {
  ...LOOPBACK,
  docker0: [on('172.17.0.1')],
  'br-0123456789ab': [on('172.18.0.1')],
  eth0: [on('fe80::1', { family: 'IPv6' }), on('169.254.7.7'), on('192.168.1.20')],
};

const at = (listening: string | null, interfaces: Interfaces = LAN, atThisMachine = false) =>
  consoleAddress({ publicUrl: null, listening, atThisMachine, interfaces: () => interfaces });

test.each([
  ['PUBLIC_URL, wherever it listens', 'http://127.0.0.1:3000', 'https://bot.example.com', 'https://bot.example.com'],
  ['PUBLIC_URL, before it listens', null, 'https://bot.example.com', 'https://bot.example.com'],
  ['where it listens at one address', 'http://192.168.1.20:3000', null, 'http://192.168.1.20:3000'],
  ['that of the machine in its network, not one inside of it', 'http://0.0.0.0:3000', null, 'http://192.168.1.20:3000'],
  ['the same for all addresses of IPv6', 'http://[::]:3000', null, 'http://192.168.1.20:3000'],
  ['none where only the machine reaches it', 'http://127.0.0.1:3000', null, null],
  ['none for localhost', 'http://localhost:3000', null, null],
  ['none for the loopback of IPv6', 'http://[::1]:3000', null, null],
  ['none before it listens', null, null, null],
])('people are given %s', (_what, listening, publicUrl, address) => {
  expect(consoleAddress({ publicUrl, listening, atThisMachine: false, interfaces: () => LAN })).toBe(address);
});

test('a machine in no network has none, and at the machine itself its loopback', () => {
  expect(at('http://0.0.0.0:3000', LOOPBACK)).toBeNull();
  expect(at('http://0.0.0.0:3000', { eth0: undefined })).toBeNull();
  expect(at('http://0.0.0.0:3000', LOOPBACK, true)).toBe('http://127.0.0.1:3000');
  expect(at('http://127.0.0.1:3000', LOOPBACK, true)).toBe('http://127.0.0.1:3000');
});

test('a machine that has only addresses inside of it gives one of those: perhaps they are all that there is', () => {
  expect(at('http://0.0.0.0:3000', { ...LOOPBACK, docker0: [on('172.17.0.1')] })).toBe('http://172.17.0.1:3000');
});
