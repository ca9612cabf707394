import type { NetworkInterfaceInfo } from 'node:os';
import { isLoopback } from '../loopback.ts';

export interface ConsoleAddressParts {
  /** PUBLIC_URL. */
  readonly publicUrl: string | null;
  /** Where it listens, such as `http://0.0.0.0:3000`; null: it does not yet. */
  readonly listening: string | null;
  /** Whether people are at this machine, as in the sandbox. */
  readonly atThisMachine: boolean;
  /** The addresses of this machine. */
  readonly interfaces: () => Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
}

/**
 * The address under which people reach the console, without a slash at its end; null where none is known. It listens at all
 * addresses of the machine, at one, or at one that only the machine itself reaches.
 */
export function consoleAddress({
  publicUrl,
  listening,
  atThisMachine,
  interfaces,
}: ConsoleAddressParts): string | null {
  if (publicUrl !== null) return publicUrl;
  if (listening === null) return null;
  const url = new URL(listening);
  if (isEverywhere(url.hostname)) {
    const lan = lanAddress(interfaces());
    if (lan === null && !atThisMachine) return null;
    url.hostname = lan ?? '127.0.0.1';
  } else if (isLoopback(url.hostname) && !atThisMachine) {
    return null;
  }
  return url.origin;
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '[::]';
}

/** What machines make for the containers and guests within them. */
const WITHIN = /^(?:docker|br-|veth|virbr|cni|flannel|podman|lxc)/u;

/** The first address of this machine in a network, outside of it if there is one; IPv4, for that is what people can read out. */
function lanAddress(interfaces: ReturnType<ConsoleAddressParts['interfaces']>): string | null {
  const found = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !isLinkLocal(address))
      .map(({ address }) => ({ address, isWithin: WITHIN.test(name) })),
  );
  return (found.find(({ isWithin }) => !isWithin) ?? found[0])?.address ?? null;
}

/** What a machine gives itself where no network gives it one. */
function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.');
}
