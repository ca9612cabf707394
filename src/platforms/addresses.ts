import { BlockList, isIP, isIPv4 } from 'node:net';

/** What of IPv4 is not the public internet (the registries of RFC 6890), and where clouds show a machine its secrets. */
const SPECIAL = subnets('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  // Shared by carriers (RFC 6598); Alibaba Cloud's metadata are there too.
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  // Link-local, and metadata of most clouds.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);

/** All that is public in IPv6 is here; so neither local addresses are, nor those that hold an IPv4 one: mapped, NAT64. */
const GLOBAL = subnets('ipv6', [['2000::', 3]]);
/** Of these, protocols' own (Teredo is among them), 6to4, and documentation. */
const SPECIAL_IN_GLOBAL = subnets('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

/** Whether an address is one of the public internet. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !SPECIAL.check(address);
  // A zone (`fe80::1%eth0`) names a network of this machine.
  if (isIP(address) !== 6 || address.includes('%')) return false;
  return GLOBAL.check(address, 'ipv6') && !SPECIAL_IN_GLOBAL.check(address, 'ipv6');
}

function subnets(family: 'ipv4' | 'ipv6', nets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of nets) list.addSubnet(net, prefix, family);
  return list;
}
