/**
 * Preloaded, in every thread of a process: whoever asks the network for anything is told no, and it is said on stderr.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import { writeSync } from 'node:fs';

function forbid(where, names) {
  for (const name of names) {
    where[name] = () => {
      writeSync(2, `NETWORK: ${name}\n`);
      throw new Error(`no network: ${name}`);
    };
  }
}

forbid(globalThis, ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']);
forbid(net.Socket.prototype, ['connect']);
forbid(dgram, ['createSocket']);
forbid(dns, ['lookup', 'resolve']);
